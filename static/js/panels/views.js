/** The tabs of the head: on a narrow screen the program is one of them. */
import {tellWhatIsCut} from '../ui/cut.js';
import {byId, h, setAttribute} from '../ui/dom.js';

/** @typedef {import('../core/state.js').Tab} Tab */
/** @type {{tab: Tab, text: string, panel: string}[]} */
const TABS = [
  {tab: 'program', text: 'Program', panel: 'program'},
  {tab: 'graph', text: 'Graph', panel: 'graph'},
  {tab: 'table', text: 'Table', panel: 'table'},
  {tab: 'derivatives', text: 'Derivatives', panel: 'derivatives'},
  {tab: 'net', text: 'Net', panel: 'net'},
];

/** @param {HTMLElement} root @param {{store: import('../core/store.js').Store, actions: any}} ctx @returns {() => void} */
export function mount(root, {store, actions}) {
  const wide = matchMedia('(min-width: 1024px)');
  const shown = () => (wide.matches && store.get().tab === 'program' ? 'graph' : store.get().tab);
  const buttons = TABS.map(({tab, text, panel}) => h('button', {
    class: 'view', role: 'tab', type: 'button', id: `tab-${tab}`, 'data-tab': tab, 'aria-controls': panel, onclick: () => actions.setTab(tab),
  }, text));
  root.replaceChildren(...buttons);
  const stopTelling = tellWhatIsCut(root);
  root.addEventListener('keydown', (event) => {
    const by = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    if (!by) return;
    const seen = buttons.filter((button) => button.offsetParent !== null);
    const next = seen[(seen.findIndex((button) => button.dataset.tab === shown()) + by + seen.length) % seen.length];
    next.focus();
    next.click();
    event.preventDefault();
  });

  function update() {
    const now = shown();
    document.body.dataset.tab = now;
    for (const button of buttons) {
      const chosen = button.dataset.tab === now;
      setAttribute(button, 'aria-selected', String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      if (chosen) button.scrollIntoView({block: 'nearest', inline: 'nearest'});
    }
    for (const panel of ['table', 'derivatives', 'net']) byId(panel).hidden = now !== panel;
    byId('graph').toggleAttribute('inert', now === 'table' || now === 'net');
  }
  const stale = () => document.body.toggleAttribute('data-stale', store.get().stale);

  wide.addEventListener('change', update);
  const leave = [store.subscribe(({tab}) => tab, update), store.subscribe(({stale: is}) => is, stale)];
  update();
  return () => {
    wide.removeEventListener('change', update);
    for (const each of [...leave, stopTelling]) each();
    root.replaceChildren();
  };
}
