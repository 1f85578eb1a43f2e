import {sqlError} from '../common/sql-error.ts';
import type {BinaryReader} from './binary-reader.ts';
import type {BinaryWriter} from './binary-writer.ts';
import type {Decimal} from './datum.ts';
import {DECIMAL_INFINITY, DECIMAL_MINUS_INFINITY, DECIMAL_NAN, decimal} from './decimal.ts';
import {decimalTruncate} from './decimal-round.ts';
import {pow10} from './pow10.ts';

const POSITIVE = 0x0000;
const NEGATIVE = 0x4000;
const NAN = 0xc000;
const INFINITY = 0xd000;
const MINUS_INFINITY = 0xf000;
/** PostgreSQL sends a flag bit of its storage format as the scale of infinities; receivers ignore it. */
const INFINITY_SCALE = 0x20;

/** numeric_send: digit count, weight of the first base-10000 digit, sign, display scale, digits. */
export function writeNumeric(value: Decimal, out: BinaryWriter): void {
  if (value.special !== undefined) {
    header(
      out,
      0,
      0,
      value.special === 'NaN' ? NAN : value.special === 'Infinity' ? INFINITY : MINUS_INFINITY,
      value.special === 'NaN' ? 0 : INFINITY_SCALE,
    );
    return;
  }
  const {unscaled, scale} = value;
  const text = (unscaled < 0n ? -unscaled : unscaled).toString();
  // Blocks of four are counted from the point on both sides.
  const padding = (4 - (scale % 4)) % 4;
  const aligned = text + '0'.repeat(padding);
  const length = Math.ceil(aligned.length / 4);
  const padded = aligned.padStart(length * 4, '0');
  const digits: number[] = [];
  for (let i = 0; i < length; i++) digits.push(Number(padded.slice(i * 4, i * 4 + 4)));
  let weight = length - 1 - (scale + padding) / 4;
  let first = 0;
  while (first < digits.length && digits[first] === 0) {
    first++;
    weight--;
  }
  let last = digits.length;
  while (last > first && digits[last - 1] === 0) last--;
  header(out, last - first, last === first ? 0 : weight, unscaled < 0n ? NEGATIVE : POSITIVE, scale);
  for (let i = first; i < last; i++) out.int16(digits[i] ?? 0);
}

function header(out: BinaryWriter, count: number, weight: number, sign: number, scale: number): void {
  out.int16(count);
  out.int16(weight);
  out.uint16(sign);
  out.uint16(scale);
}

/** numeric_recv. 22P03 for a malformed value; digits beyond the display scale are cut. */
export function readNumeric(reader: BinaryReader): Decimal {
  const count = reader.uint16();
  const weight = reader.int16();
  const sign = reader.uint16();
  const scale = reader.uint16();
  const bad = (part: string) => sqlError('invalid_binary_representation', `invalid ${part} in external "numeric" value`);
  if (sign === NAN) return DECIMAL_NAN;
  if (sign === INFINITY) return DECIMAL_INFINITY;
  if (sign === MINUS_INFINITY) return DECIMAL_MINUS_INFINITY;
  if (sign !== POSITIVE && sign !== NEGATIVE) throw bad('sign');
  if (scale > 0x3fff) throw bad('scale');
  if (count * 2 > reader.remaining) throw sqlError('protocol_violation', 'insufficient data left in message');
  let text = '';
  for (let i = 0; i < count; i++) {
    const digit = reader.int16();
    if (digit < 0 || digit > 9999) throw bad('digit');
    text += String(digit).padStart(4, '0');
  }
  let unscaled = BigInt(text || '0');
  if (sign === NEGATIVE) unscaled = -unscaled;
  const digitScale = (count - 1 - weight) * 4;
  if (digitScale <= scale) return decimal(unscaled * pow10(scale - digitScale), scale);
  return decimalTruncate({tag: 'decimal', unscaled, scale: digitScale}, scale);
}
