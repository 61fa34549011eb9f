/** Views that load when they are first shown: most people who open the page never ask for them. */

/**
 * Mounts a view into its place the first time it is wanted.
 * @param {(state: import('../core/state.js').State) => boolean} wanted
 * @param {HTMLElement} root
 * @param {any} ctx store, actions, client, player, toast
 * @param {() => Promise<{mount: (root: HTMLElement, ctx: any) => unknown}>} load
 */
export function mountLazily(wanted, root, ctx, load) {
  const {store, toast} = /** @type {{store: import('../core/store.js').Store, toast: import('../ui/toast.js').Toast}} */ (ctx);
  let asked = false;

  async function update() {
    if (!wanted(store.get()) || asked) return;
    asked = true;
    try {
      (await load()).mount(root, ctx);
    } catch {
      asked = false;
      toast('This part of the page did not load. Choose it again to try again.');
    }
  }

  store.subscribe(({tab, jacobian}) => [tab, jacobian], update);
  void update();
}
