const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** More digits than any int64 has. */
const INTEGER_DIGITS = 19;

/**
 * The integer that a JSON number's text stands for: exact, also for `1.0` and `1e3`. undefined when it has a fraction, 'huge' when it has
 * more than 19 digits.
 */
export function integerOf(text: string): bigint | undefined | 'huge' {
  const match = PARTS.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return 0n;
  const significant = digits.replace(/0+$/, '');
  // value = significant · 10^zeros
  const zeros = Number(exponentText) - fraction.length + digits.length - significant.length;
  if (zeros < 0) return undefined;
  if (significant.length + zeros > INTEGER_DIGITS) return 'huge';
  const magnitude = BigInt(significant) * 10n ** BigInt(zeros);
  return sign === '-' ? -magnitude : magnitude;
}
