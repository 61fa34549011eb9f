/**
 * The transport's deeds: play, pause, step, seek, speed. It knows the timeline and writes t; what is seen is frameAt's business.
 * Nothing starts by itself. A step forward plays the one step it takes and rests. With reduced motion nothing moves between
 * stops: a step shows the next, play waits out each.
 */

/** @typedef {import('../model/types.js').Timeline} Timeline */
/** @typedef {import('./clock.js').Clock} Clock */
/** @typedef {{t: number, playing: boolean, speed: number}} State */

export const SPEEDS = [0.25, 0.5, 1, 2, 4];
const LONGEST_TICK_MS = 100; // a tab that slept must not jump

/**
 * @typedef {object} Player
 * @property {() => void} play        from the end it starts again
 * @property {() => void} pause
 * @property {() => void} toggle
 * @property {(by: number) => void} step        ±1 stop, from the nearest settled one; forward it moves there
 * @property {(by: number) => void} stepLevel   ±1 level
 * @property {(t: number) => void} seek
 * @property {() => void} home
 * @property {() => void} end
 * @property {(speed: number) => void} setSpeed
 * @property {() => void} faster     the next speed, round and round
 * @property {() => void} dispose
 */

/**
 * @param {object} parts
 * @param {() => State} parts.read
 * @param {(patch: Partial<State>) => void} parts.write
 * @param {() => Timeline|null} parts.timeline
 * @param {Clock} parts.clock
 * @param {() => boolean} [parts.still]  whether reduced motion is wanted
 * @returns {Player}
 */
export function createPlayer({read: stored, write, timeline, clock, still = () => false}) {
  /** @type {number|null} */
  let waiting = null;
  /** @type {number|null} */
  let last = null;
  let rested_ms = 0;
  /** The stop that a step is on its way to. @type {number|null} */
  let goal = null;

  const length = () => timeline()?.length ?? 0;
  // A fresh page asks for the end before it knows where that is.
  const read = () => ({...stored(), t: Math.min(stored().t, length())});
  const place = (/** @type {number} */ t) => Math.max(0, Math.min(length(), t));

  function schedule() {
    waiting = clock.request(tick);
  }

  function tick(/** @type {number} */ now) {
    const line = timeline(), {t, playing, speed} = read();
    waiting = null;
    if (!line || !(playing || isUnderWay(t))) return stop();
    const passed = last === null ? 0 : Math.min(LONGEST_TICK_MS, now - last) * speed;
    last = now;
    const next = still() ? jumped(line, t, passed) : advance(line, t, passed);
    const end = Math.min(line.length, goal ?? line.length);
    if (next >= end) {
      stop();
      return write({t: end, playing: false});
    }
    if (next !== t) write({t: next});
    schedule();
  }

  /** @param {Timeline} line @param {number} t @param {number} passed_ms */
  function jumped(line, t, passed_ms) {
    rested_ms += passed_ms;
    const from = Math.floor(t), due = line.stops[Math.min(line.length, from + 1)].duration_ms;
    if (rested_ms < due) return from;
    rested_ms -= due;
    return from + 1;
  }

  function stop() {
    if (waiting !== null) clock.cancel(waiting);
    waiting = null;
    last = null;
    rested_ms = 0;
    goal = null;
  }

  /** Whether a step is where it was left: somebody else may have moved the moment meanwhile. @param {number} t */
  const isUnderWay = (t) => goal !== null && t >= goal - 1 && t <= goal;

  function step(/** @type {number} */ by) {
    const {t} = read(), from = goal !== null && isUnderWay(t) ? goal : Math.floor(t);
    if (by < 0) return seek(Math.ceil(t) + by);
    if (still() || from >= length()) return seek(from + by);
    stop();
    write({playing: false, ...(t < from ? {t: from} : {})});
    goal = from + by;
    schedule();
  }

  function seek(/** @type {number} */ t) {
    stop();
    write({t: place(t), playing: false});
  }

  function play() {
    const line = timeline();
    if (!line || line.length === 0) return;
    stop();
    write({playing: true, ...(read().t >= line.length ? {t: 0} : {})});
    schedule();
  }

  function pause() {
    stop();
    write({playing: false});
  }

  const setSpeed = (/** @type {number} */ speed) => write({speed});
  return {
    play, pause, seek, setSpeed,
    toggle: () => (read().playing ? pause() : play()),
    step,
    stepLevel: (by) => seek(levelMark(timeline(), read().t, by)),
    home: () => seek(0),
    end: () => seek(length()),
    faster: () => setSpeed(SPEEDS[(SPEEDS.indexOf(read().speed) + 1) % SPEEDS.length]),
    dispose: stop,
  };
}

/**
 * t after some ms at 1×: each stop takes its own time.
 * @param {Timeline} line @param {number} t @param {number} passed_ms
 */
export function advance(line, t, passed_ms) {
  let at = t, left = passed_ms;
  while (left > 0 && at < line.length) {
    const next = Math.floor(at) + 1, due = line.stops[next].duration_ms;
    const whole = (next - at) * due;
    if (left < whole) return at + left / due;
    left -= whole;
    at = next;
  }
  return at;
}

/** The next level's end, or the one before. @param {Timeline|null} line @param {number} t @param {number} by */
function levelMark(line, t, by) {
  if (!line) return 0;
  return by > 0 ? line.marks.find((mark) => mark > t) ?? line.length : [...line.marks].reverse().find((mark) => mark < t) ?? 0;
}
