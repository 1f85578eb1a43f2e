import type {SqlType} from '../../../../types/sql-type.ts';
import {decimalToText, parseDecimal} from '../../../../types/decimal.ts';
import {decimalFit} from '../../../../types/decimal-round.ts';
import type {DecodeColumn} from '../decode-column.ts';

/** What JSON.parse gives, but numbers keep their text. */
type Parsed = null | boolean | string | NumberText | Parsed[] | {[key: string]: Parsed};
class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A value as the comparison wants it: integers and times as bigint, numeric and json as text, composites as arrays of values. */
export type Expected = null | boolean | number | bigint | string | Expected[];

class Refused extends Error {}
const refuse = (): never => {
  throw new Refused();
};

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/gs;
const MARK = '\u0001number ';

/** The row that a record must become, undefined if it must be refused: JSON.parse decides about the grammar and the values. */
export function expectedRow(bytes: Uint8Array, columns: readonly DecodeColumn[]): Expected[] | undefined {
  try {
    const text = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
    JSON.parse(text);
    const marked = text.replace(TOKEN, token => (token.startsWith('"') ? token : JSON.stringify(MARK + token)));
    const record = JSON.parse(marked, (_key, value: unknown) =>
      typeof value === 'string' && value.startsWith(MARK) ? new NumberText(value.slice(MARK.length)) : value,
    ) as Parsed;
    return fieldsOf(record, columns, text);
  } catch (error) {
    if (error instanceof Refused || error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

const fold = (key: string): string => key.replace(/[A-Z]/g, c => c.toLowerCase());

function fieldsOf(value: Parsed, fields: readonly DecodeColumn[], text: string): Expected[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof NumberText) return refuse();
  const names = fields.map(f => f.name);
  const spare = Object.keys(value).filter(key => !names.includes(key));
  for (const key of spare) if (names.filter(n => fold(n) === fold(key)).length > 1) return refuse();
  return fields.map(f => {
    const alike = Object.hasOwn(value, f.name) ? [f.name] : spare.filter(key => fold(key) === fold(f.name));
    if (alike.length > 1) return refuse();
    const found = alike.length === 0 ? null : (value[alike[0]!] ?? null);
    if (found === null) return f.notNull === true ? refuse() : null;
    return expected(found, f.type, text);
  });
}

function expected(value: Parsed, type: SqlType, text: string): Expected {
  if (value === null) return null;
  switch (type.kind) {
    case 'int8':
      return integer(value, 2n ** 63n);
    case 'int4':
      return Number(integer(value, 2n ** 31n));
    case 'int2':
      return Number(integer(value, 2n ** 15n));
    case 'bool':
      return typeof value === 'boolean' ? value : refuse();
    case 'float8':
    case 'float4': {
      if (!(value instanceof NumberText)) return refuse();
      const exact = JSON.parse(value.text) as number;
      const number = type.kind === 'float4' ? Math.fround(exact) : exact;
      return Number.isFinite(number) ? number : refuse();
    }
    case 'numeric': {
      if (!(value instanceof NumberText)) return refuse();
      try {
        const exact = parseDecimal(value.text)!;
        return decimalToText(type.precision === undefined ? exact : decimalFit(exact, type.precision, type.scale ?? 0));
      } catch {
        return refuse();
      }
    }
    case 'timestamp':
    case 'timestamptz':
      return typeof value === 'string' ? timestamp(value) : refuse();
    case 'date':
      // A time of day and a zone must be right, and are not used.
      if (typeof value !== 'string') return refuse();
      timestamp(value);
      return Number(timestamp(value.split(/[Tt ]/)[0]!) / 86_400_000_000n);
    case 'time':
      return typeof value === 'string' && /^[\d:.,]+$/.test(value) ? timestamp(`1970-01-01 ${value}`) : refuse();
    case 'uuid':
      if (typeof value !== 'string' || !/^[0-9a-f]{4}(?:-?[0-9a-f]{4}){7}$/i.test(value)) return refuse();
      return value.replaceAll('-', '').toLowerCase();
    case 'json':
      return JSON.stringify(withoutMarks(value));
    case 'array':
      return Array.isArray(value) ? value.map(item => expected(item, type.element, text)) : refuse();
    case 'composite':
      return fieldsOf(value, type.fields, text);
    default:
      if (typeof value !== 'string' || value.includes('\0') || /[\ud800-\udfff]/u.test(value)) return refuse();
      if (type.kind !== 'varchar' || type.length === undefined) return value;
      return fitted(Array.from(value), type.length);
  }
}

function fitted(characters: readonly string[], length: number): string {
  return characters.slice(length).every(c => c === ' ') ? characters.slice(0, length).join('') : refuse();
}

function withoutMarks(value: Parsed): unknown {
  if (value instanceof NumberText) return JSON.parse(value.text) as number;
  if (Array.isArray(value)) return value.map(withoutMarks);
  return value !== null && typeof value === 'object'
    ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, withoutMarks(v)]))
    : value;
}

function integer(value: Parsed, limit: bigint): bigint {
  if (!(value instanceof NumberText)) return refuse();
  let exact: bigint;
  if (/^-?\d+$/.test(value.text)) exact = BigInt(value.text);
  else {
    // With a fraction or an exponent: PostgreSQL's exact numeric, which must have no fraction.
    if (Math.abs(Number(/[eE](.*)/.exec(value.text)?.[1] ?? 0)) > 10_000) return JSON.parse(value.text) === 0 ? 0n : refuse();
    const decimal = parseDecimal(value.text);
    if (decimal === undefined || decimal.unscaled % 10n ** BigInt(decimal.scale) !== 0n) return refuse();
    exact = decimal.unscaled / 10n ** BigInt(decimal.scale);
  }
  return exact >= -limit && exact < limit ? exact : refuse();
}

const TIMESTAMP = /^(\d{4,6})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d(?::?\d\d)?)?))?)?$/;

function timestamp(text: string): bigint {
  const match = TIMESTAMP.exec(text);
  if (match === null) return refuse();
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(i => Number(match[i] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year === 0 || date.toISOString().slice(-19, -14) !== `${match[2]!}-${match[3]!}`) return refuse();
  const fraction = Number(`0.${match[7] ?? 0}`) * 1e6;
  const micros = Math.abs(fraction % 1) === 0.5 ? 2 * Math.round(fraction / 2) : Math.round(fraction);
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second + micros > 0)) return refuse();
  const zone = (match[8] ?? 'Z').toUpperCase() === 'Z' ? '+00' : match[8]!;
  const [zoneHour, zoneMinute, zoneSecond] = zone.slice(1).replaceAll(':', '').padEnd(6, '0').match(/../g)!.map(Number) as [
    number,
    number,
    number,
  ];
  if (zoneHour > 15 || zoneMinute > 59 || zoneSecond > 59) return refuse();
  const offset = (zoneHour * 3600 + zoneMinute * 60 + zoneSecond) * (zone.startsWith('-') ? -1 : 1);
  return BigInt(date.getTime()) * 1000n + BigInt((hour * 60 + minute) * 60 + second - offset) * 1_000_000n + BigInt(micros);
}
