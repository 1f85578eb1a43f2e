/**
 * Sum of doubles in double-double arithmetic (about 106 bits), so that it does not depend on the order of the values in all but extreme
 * cases. NaN and infinities follow IEEE rules.
 */
export function exactFloatSum(values: readonly number[]): number {
  let high = 0;
  let low = 0;
  for (const value of values) {
    const sum = high + value;
    if (!Number.isFinite(sum)) return values.reduce((a, b) => a + b, 0);
    const shifted = sum - high;
    low += high - (sum - shifted) + (value - shifted);
    high = sum;
  }
  return high + low;
}
