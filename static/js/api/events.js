/**
 * Server-sent events, read from a stream that may be cut anywhere: inside a line, between CR and LF, within a letter of
 * several bytes. As the HTML standard has it: fields `event`, `data`, `id`; an empty line ends an event; the rest is skipped.
 */

/** @typedef {{event: string, id: string, data: string}} ServerEvent */

/** @returns {{push: (bytes: Uint8Array) => ServerEvent[]}} events that are complete by now; one that the stream's end cuts off is none */
export function createEventParser() {
  const letters = new TextDecoder();
  let rest = '', event = '', id = '';
  /** @type {string[]} */
  let data = [];

  /** @param {string} line @returns {ServerEvent|null} */
  function read(line) {
    if (line === '') return dispatch();
    const colon = line.indexOf(':'), field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
    return null;
  }

  function dispatch() {
    const found = data.length ? {event: event || 'message', id, data: data.join('\n')} : null;
    event = '';
    data = [];
    return found;
  }

  return {
    push(bytes) {
      const text = rest + letters.decode(bytes, {stream: true});
      const lines = text.split(/\r\n|\n|\r(?!$)/);  // a CR at the very end may be half of a CR LF
      rest = lines.pop() ?? '';
      return lines.map(read).filter((each) => each !== null);
    },
  };
}
