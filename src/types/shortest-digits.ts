/**
 * Shortest decimal digits that identify a floating-point number. PostgreSQL's rule differs from JavaScript's in one point: digits that lie
 * exactly half-way to the neighbouring number do not count, although reading them would round to the right one.
 */

/** Only here can 17 digits hit a half-way point between doubles exactly: 2^52 … 10^40. */
const TIES_FROM = 2 ** 52;
const TIES_TO = 1e40;

export function shortestDouble(value: number): string {
  const text = String(value);
  const size = Math.abs(value);
  if (!(size >= TIES_FROM && size <= TIES_TO) || !Number.isInteger(value) || !isTie(size, text.replace('-', ''))) return text;
  for (let precision = 1; precision < 17; precision++) {
    const candidate = size.toPrecision(precision);
    if (Number(candidate) === size && !isTie(size, candidate)) return value < 0 ? `-${candidate}` : candidate;
  }
  return value.toPrecision(17);
}

/** Whether the digits are as far from `value` as half the gap to its neighbour. */
function isTie(value: number, text: string): boolean {
  const exact = BigInt(value);
  const written = integerOf(text);
  if (written === undefined || written === exact) return false;
  const gap = 1n << BigInt(Math.max(0, exact.toString(2).length - 53));
  const distance = written > exact ? written - exact : exact - written;
  return distance * 2n === gap;
}

/** The integer that digits with an exponent spell. */
function integerOf(text: string): bigint | undefined {
  const [mantissa = '', power = '0'] = text.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const zeros = Number(power) - fraction.length;
  return zeros < 0 ? undefined : BigInt(whole + fraction) * 10n ** BigInt(zeros);
}

const BITS = new DataView(new ArrayBuffer(4));

/** The single-precision number next to a positive one. */
function neighbour(value: number, step: 1 | -1): number {
  BITS.setFloat32(0, value);
  BITS.setUint32(0, BITS.getUint32(0) + step);
  return BITS.getFloat32(0);
}

export function shortestSingle(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size === 0) return String(value);
  // Half-way points between singles are exact as doubles.
  const low = (neighbour(size, -1) + size) / 2;
  const above = neighbour(size, 1);
  const high = Number.isFinite(above) ? (size + above) / 2 : size + (size - low);
  for (let precision = 1; precision < 9; precision++) {
    for (const candidate of roundings(size, precision)) {
      const read = Number(candidate);
      if (read > low && read < high) return value < 0 ? `-${candidate}` : candidate;
    }
  }
  return value.toPrecision(9);
}

/** The number at `precision` digits: the nearest (an exact half to the even digit), then the one on the other side. */
function roundings(value: number, precision: number): readonly string[] {
  const nearest = value.toPrecision(precision);
  const longer = value.toPrecision(precision + 1);
  const half = Number(longer) === value && /5(e|$)/.test(longer);
  if (half && /[13579](\.?0*)?(e|$)/.test(nearest)) return [neighbourDigits(nearest, -1), nearest];
  return [nearest, neighbourDigits(nearest, Number(nearest) > value ? -1 : 1)];
}

/** One unit of the last digit more or less. */
function neighbourDigits(text: string, step: 1 | -1): string {
  const [mantissa = '', power = '0'] = text.split('e');
  const fraction = mantissa.split('.')[1]?.length ?? 0;
  const digits = BigInt(mantissa.replace('.', '')) + BigInt(step);
  return `${digits}e${Number(power) - fraction}`;
}
