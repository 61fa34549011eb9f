/** Views that load when they are first shown: most people who open the page never ask for them. */

/**
 * Mounts a view into its place the first time its tab is chosen.
 * @param {import('../core/state.js').Tab} tab
 * @param {HTMLElement} root
 * @param {any} ctx store, actions, client, player, toast
 * @param {() => Promise<{mount: (root: HTMLElement, ctx: any) => unknown}>} load
 */
export function mountLazily(tab, root, ctx, load) {
  const {store, toast} = ctx;
  let asked = false;

  async function update() {
    if (store.get().tab !== tab || asked) return;
    asked = true;
    try {
      (await load()).mount(root, ctx);
    } catch {
      asked = false;
      toast('This part of the page did not load. Choose it again to try again.');
    }
  }

  store.subscribe((/** @type {any} */ {tab: now}) => now, update);
  void update();
}
