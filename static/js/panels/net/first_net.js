/** The net that the view opens with: small enough to be seen whole, large enough to part a disc from its ring. */

/** @type {import('../../core/state.js').Net} */
export const FIRST_NET = Object.freeze({
  configuration: Object.freeze({
    input: 2,
    layers: [{type: 'dense', units: 4, activation: 'tanh'}, {type: 'dense', units: 2, activation: 'tanh'}, {type: 'dense', units: 1, activation: 'sigmoid'}],
    loss: 'bce',
    data: {dataset: 'circle', samples: 200, noise: 0.1, test_fraction: 0.25},
    seed: 0,
  }),
  parameters: null,
});
