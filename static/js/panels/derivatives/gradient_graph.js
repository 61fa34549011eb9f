/** The backward pass as a program: its text, opened in the page, is drawn, animated and differentiated like any other. */
import {ApiError, OfflineError} from '../../api/problems.js';
import {title} from '../../model/run.js';
import {h} from '../../ui/dom.js';
import {mathName} from '../../ui/marks.js';
import {among, choice, choices, followRun, noteLine} from './kit.js';

/** @typedef {import('../../model/types.js').Run} Run */
const ALL = '';
const GRADIENT = /^d\w+_d\w+$/;     // the name of a gradient in these programs
const SOURCE_MOST = 65_536;         // bytes that a program may have

/** @param {HTMLElement} root @param {any} ctx store, actions, client, toast @returns {() => void} */
export function mount(root, ctx) {
  const {actions, client, toast} = ctx;
  const note = noteLine(), lead = h('p', {class: 'way-lead'}), text = h('pre', {class: 'gradient-text', tabindex: 0, role: 'group', 'aria-label': 'The gradient as a program'});
  const by = choice('By', (gradients) => actions.setWay({gradients: gradients || null}));
  const open = button('', () => openText(source, 'The gradient is the program now: play it, differentiate it again.')), single = button('Open in single numbers', lower);
  const copy = button('Copy', async () => {
    await navigator.clipboard.writeText(source);
    toast('The gradient’s program is copied.');
  });
  const hint = h('p', {class: 'way-note'}, 'What is opened takes the place of the program; Undo brings the program back.');
  root.replaceChildren(choices(by.root, open, single, copy), note, lead, text, hint);
  let source = '', bytes = 0;
  /** @type {Run|null} */
  let shown = null;

  /** @param {string} name @param {() => void} press */
  function button(name, press) {
    return h('button', {type: 'button', class: 'tool way-apply', onclick: press}, name);
  }

  /** @param {string} program @param {string} done */
  function openText(program, done) {
    actions.open(program);
    toast(`${done} Undo brings the old one back.`, {text: 'Undo', act: actions.undo});
  }

  async function lower() {
    if (!shown?.asked) return;
    try {
      const reply = await client.post('/lower', {...shown.asked, detail: 'tensor'});
      if (new Blob([reply.program]).size > SOURCE_MOST) return toast('In single numbers it is longer than a program may be.');
      openText(reply.program, 'The program is written in single numbers.');
    } catch (error) {
      if (error instanceof ApiError || error instanceof OfflineError) toast(error.message);
      else throw error;
    }
  }

  /** @param {import('../../core/state.js').State} state @param {Run} run */
  function ask({ways}, run) {
    const names = Object.keys(run.reply.gradients), wanted = among([[ALL, ''], ...names.map((name) => /** @type {[string, string]} */ ([name, name]))], ways.gradients);
    by.list([[ALL, names.length > 1 ? 'every input' : names[0] ?? 'nothing'], ...(names.length > 1 ? names.map((name) => /** @type {[string, string]} */ ([name, name])) : [])], names.length > 1 ? wanted : ALL);
    return names.length ? (wanted ? {wrt: [wanted]} : {}) : null;
  }

  /** @param {any} reply @param {Run} run */
  function show(reply, run) {
    ({source} = reply);
    shown = run;
    bytes = new Blob([source]).size;
    const lines = source.trimEnd().split('\n'), forward = lines.slice(0, reply.backward_from), backward = lines.slice(reply.backward_from);
    const again = GRADIENT.test(title(run.node(run.output))), names = [reply.gradients].flatMap((each) => Object.values(each)).flat(Infinity);
    open.textContent = again ? 'Differentiate again' : 'Open the gradient';
    open.disabled = bytes > SOURCE_MOST;
    single.hidden = run.nodes.every(({shape}) => shape.length === 0);
    lead.replaceChildren('The gradient of ', mathName(title(run.node(run.output))), ` is a program too: ${count(forward)} forward, ${count(backward)} backward, ${names.length === 1 ? 'its last line is the gradient' : `with ${names.length.toLocaleString('en')} gradients, the last line the first of them`}.`,
      ...(open.disabled ? [` It is too long to be opened: ${(bytes / 1024).toFixed(0)} KiB of ${SOURCE_MOST / 1024}.`] : []));
    text.replaceChildren(h('code', {'data-pass': 'forward'}, `${forward.join('\n')}\n`), h('code', {'data-pass': 'backward'}, backward.join('\n')));
  }

  return followRun(ctx, {path: '/gradient_graph', ask, show, note});
}

/** @param {readonly string[]} lines */
const count = (lines) => `${lines.length.toLocaleString('en')} line${lines.length === 1 ? '' : 's'}`;
