import {sqlError} from '../common/sql-error.ts';
import {shortestDouble, shortestSingle} from './shortest-digits.ts';
import {trimSpace} from './trim-space.ts';

const SPECIALS: Readonly<Record<string, number>> = {
  nan: NaN,
  infinity: Infinity,
  '+infinity': Infinity,
  '-infinity': -Infinity,
  inf: Infinity,
  '+inf': Infinity,
  '-inf': -Infinity,
};
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** float8in. 22P02 for what is no number, 22003 for overflow and for underflow to zero. */
export function parseFloat8(text: string): number {
  return parseFloatText(text, 'double precision', x => x);
}

/** float4in: rounded to single precision. */
export function parseFloat4(text: string): number {
  return parseFloatText(text, 'real', Math.fround);
}

function parseFloatText(text: string, typeName: string, round: (x: number) => number): number {
  const trimmed = trimSpace(text);
  if (!NUMBER.test(trimmed)) {
    const special = trimmed.toLowerCase();
    if (Object.hasOwn(SPECIALS, special)) return SPECIALS[special] ?? NaN;
    throw sqlError('invalid_text_representation', `invalid input syntax for type ${typeName}: "${text}"`);
  }
  const value = round(Number(trimmed));
  const lost = value === 0 && /[1-9]/.test(trimmed.replace(/e.*$/i, ''));
  if (lost || !Number.isFinite(value)) throw sqlError('numeric_value_out_of_range', `"${trimmed}" is out of range for type ${typeName}`);
  return value;
}

/** float8out: the shortest text that reads back as the same number. */
export function formatFloat8(value: number): string {
  return format(value, shortestDouble(value), 15);
}

/** float4out: the shortest text that reads back as the same single-precision number. */
export function formatFloat4(value: number): string {
  return format(value, shortestSingle(value), 6);
}

/** `spelled` is any JavaScript spelling of the shortest digits; from 10^limit on and below 10^-4 the exponent form is used. */
function format(value: number, spelled: string, limit: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e6 && !spelled.includes('e')) return spelled;
  const {digits, exponent} = digitsOf(spelled);
  const sign = value < 0 ? '-' : '';
  if (exponent >= -4 && exponent < limit) return sign + plain(digits, exponent);
  const mantissa = digits.length > 1 ? `${digits.charAt(0)}.${digits.slice(1)}` : digits;
  return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Significant digits without zeros at either end, and the power of ten of the first. */
function digitsOf(spelled: string): {digits: string; exponent: number} {
  const [mantissa = '', power = '0'] = spelled.replace(/^-/, '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = whole + fraction;
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  return {digits: all.slice(leading).replace(/0+$/, ''), exponent: Number(power) + whole.length - 1 - leading};
}

function plain(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return digits.padEnd(exponent + 1, '0');
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}
