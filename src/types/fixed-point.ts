import {pow10} from './pow10.ts';

/**
 * Natural logarithm and exponential of big fixed-point numbers: a value is `n · 10^-digits`. Results are accurate to within a few units of
 * the last digit but ten; callers ask for guard digits and round.
 */

/** Integer square root, floor. */
export function bigSqrt(n: bigint): bigint {
  if (n < 2n) return n;
  if (n < 4503599627370496n) return BigInt(Math.floor(Math.sqrt(Number(n))));
  let x = 1n << BigInt((n.toString(16).length * 4) / 2 + 1);
  for (;;) {
    const y = (x + n / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}

/** ln of `n · 10^-digits`, n > 0. Best called with the argument between 1 and 10. */
function lnNearOne(n: bigint, digits: number): bigint {
  const one = pow10(digits);
  // Each square root halves the logarithm; after them the series gains 6+ digits a term.
  let roots = 0;
  let x = n;
  while (roots < 12) {
    x = bigSqrt(x * one);
    roots++;
  }
  const z = ((x - one) * one) / (x + one);
  const z2 = (z * z) / one;
  let sum = 0n;
  let power = z;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += power / k;
    power = (power * z2) / one;
  }
  return (sum * 2n) << BigInt(roots);
}

const LN10 = new Map<number, bigint>();

function ln10(digits: number): bigint {
  let value = LN10.get(digits);
  if (value === undefined) {
    value = lnNearOne(10n * pow10(digits), digits);
    if (LN10.size > 64) LN10.clear();
    LN10.set(digits, value);
  }
  return value;
}

/** ln(unscaled · 10^-scale) as fixed point with `digits` digits; the argument is positive. */
export function fixedLn(unscaled: bigint, scale: number, digits: number): bigint {
  const work = digits + 12;
  const length = unscaled.toString().length;
  const exponent = length - 1 - scale;
  const shift = work - (length - 1);
  // Keeping every digit of the mantissa matters when it is close to 1.
  const precision = Math.max(work, length - 1);
  const mantissa = shift >= 0 ? unscaled * pow10(shift) : unscaled;
  const ln = lnNearOne(mantissa, precision) / pow10(precision - work);
  return (ln + BigInt(exponent) * ln10(work)) / pow10(work - digits);
}

/** e^(x · 10^-digits) as fixed point with `digits` digits. */
export function fixedExp(x: bigint, digits: number): bigint {
  const whole = Math.abs(Number(x / pow10(digits)));
  const halvings = Math.max(0, Math.ceil(Math.log2(whole + 1))) + 8;
  const work = digits + Math.ceil(whole * 0.4343) + Math.ceil(halvings * 0.302) + 8;
  const one = pow10(work);
  const reduced = (x * pow10(work - digits)) >> BigInt(halvings);
  let sum = one;
  let term = one;
  for (let k = 1n; ; k++) {
    term = (term * reduced) / (one * k);
    if (term === 0n || term === -1n) break;
    sum += term;
  }
  for (let i = 0; i < halvings; i++) sum = (sum * sum) / one;
  return sum / pow10(work - digits);
}
