/** A net made to suit other data: as many inputs as there are features, an end and a loss for the task. Pure. */

/** @typedef {{features: readonly number[], classes: number, outputs: number}} Task  classes 0: numbers are to be met */

const CLASSIFYING = ['bce', 'bce_with_logits', 'cross_entropy', 'nll', 'hinge'];
const ONE_EACH = ['cross_entropy', 'nll'];

/** @param {readonly number[]|number} shape */
const size = (shape) => (typeof shape === 'number' ? shape : shape.reduce((product, each) => product * each, 1));

/**
 * The configuration with what does not suit the task changed, and nothing else: a picture's shape stays where the count fits.
 * @param {any} configuration @param {Task} task @returns {any}
 */
export function suited(configuration, {features, classes, outputs}) {
  const input = size(configuration.input) === size(features) ? configuration.input : features.length === 1 ? features[0] : [...features];
  const last = configuration.layers.at(-1), {loss} = configuration;
  const units = classes > 2 ? classes : outputs;
  const isRight = classes ? CLASSIFYING.includes(loss) && (classes > 2 || !ONE_EACH.includes(loss)) && (classes <= 2 || ONE_EACH.includes(loss)) : !CLASSIFYING.includes(loss);
  if (isRight && last?.units === units) return {...configuration, input};
  const activation = classes === 2 ? 'sigmoid' : 'linear';
  const end = last?.type === 'dense' ? {...last, units, activation: isRight ? last.activation ?? 'linear' : activation} : {type: 'dense', units, activation};
  const layers = [...configuration.layers.slice(0, last?.type === 'dense' ? -1 : undefined), end];
  return {...configuration, input, layers, loss: isRight ? loss : classes === 0 ? 'mse' : classes === 2 ? 'bce' : 'cross_entropy'};
}

/** What a person's own points ask for. @param {readonly (readonly number[])[]} x @param {readonly number[]} y @param {boolean} isClasses @returns {Task} */
export function taskOf(x, y, isClasses) {
  const classes = isClasses ? Math.max(2, ...y.map((each) => each + 1)) : 0;
  return {features: [x[0]?.length ?? 2], classes, outputs: 1};
}
