/** A curve's trend: the running average of what came so far, freed of its start as Adam's averages are. */

/**
 * sₜ = β sₜ₋₁ + (1 − β) xₜ, divided by 1 − βᵗ. What is not finite is left out, and stays a gap.
 * @param {readonly number[]} values @param {number} [beta]
 * @returns {number[]}
 */
export function smoothed(values, beta = 0.9) {
  let sum = 0, weight = 0;
  return values.map((x) => {
    if (!Number.isFinite(x)) return NaN;
    sum = beta * sum + (1 - beta) * x;
    weight = beta * weight + (1 - beta);
    return sum / weight;
  });
}

/** Indices of at most `most` points, evenly taken, the first and the last among them. @param {number} count @param {number} most @returns {number[]} */
export function sampled(count, most) {
  if (count <= most) return Array.from({length: count}, (_, i) => i);
  return Array.from({length: most}, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}
