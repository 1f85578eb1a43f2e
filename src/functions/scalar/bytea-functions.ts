import {sqlError} from '../../common/sql-error.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';

const {strict} = definer('bytea');

const infallible = {fallible: false};
const octets = (a: Uint8Array) => a.length;
const slice = (a: Uint8Array, from: number, to: number) => Uint8Array.prototype.slice.call(a, Math.max(from, 0), Math.max(to, 0));

function substring(a: Uint8Array, from: number, count?: number): Uint8Array {
  if (count === undefined) return slice(a, from - 1, a.length);
  if (count < 0) throw sqlError('substring_error', 'negative substring length not allowed');
  return slice(a, from - 1, from - 1 + count);
}

function at(a: Uint8Array, index: number): number {
  const byte = a[index];
  if (byte === undefined) throw sqlError('array_subscript_error', `index ${index} out of valid range, 0..${a.length - 1}`);
  return byte;
}

function encodingName(name: string): string {
  if (!/^utf-?8$/i.test(name)) throw sqlError('feature_not_supported', `encoding "${name}" is not supported`, {hint: 'Only UTF8 is.'});
  return name;
}

function overlay(a: Uint8Array, b: Uint8Array, from: number, count: number): Uint8Array {
  if (from <= 0) throw sqlError('substring_error', 'negative substring length not allowed');
  return Buffer.concat([slice(a, 0, from - 1), b, slice(a, from - 1 + count, a.length)]);
}

export const BYTEA_FUNCTIONS: readonly FunctionDefinition[] = [
  strict('length', 2010, 'bytea', 'int4', 'Number of bytes', octets, {inline: {bytes: {code: 'rt.byteCount($0)'}}, ...infallible}),
  strict('octet_length', 720, 'bytea', 'int4', 'Number of bytes', octets, {inline: {bytes: {code: 'rt.byteCount($0)'}}, ...infallible}),
  strict('bit_length', 1810, 'bytea', 'int4', 'Number of bits', a => a.length * 8, infallible),
  strict('byteacat', 2011, 'bytea,bytea', 'bytea', 'Concatenation', (a, b) => Buffer.concat([a, b]), {operator: '||', ...infallible}),
  strict('substring', 2012, 'bytea,int4,int4', 'bytea', 'So many bytes from a position on', (a, from, count) => substring(a, from, count)),
  strict('substring', 2013, 'bytea,int4', 'bytea', 'Bytes from a position on', (a, from) => substring(a, from)),
  strict('substr', 2085, 'bytea,int4,int4', 'bytea', 'So many bytes from a position on', (a, from, count) => substring(a, from, count)),
  strict('substr', 2086, 'bytea,int4', 'bytea', 'Bytes from a position on', (a, from) => substring(a, from)),
  strict(
    'position',
    2014,
    'bytea,bytea',
    'int4',
    'Position of the second value in the first',
    (a, b) => Buffer.from(a).indexOf(b) + 1,
    infallible,
  ),
  strict('overlay', 749, 'bytea,bytea,int4,int4', 'bytea', 'Bytes replaced', overlay),
  strict('overlay', 752, 'bytea,bytea,int4', 'bytea', 'Bytes replaced', (a, b, from) => overlay(a, b, from, b.length)),
  strict('get_byte', 721, 'bytea,int4', 'int4', 'Byte at an index from 0', at),
  strict('set_byte', 722, 'bytea,int4,int4', 'bytea', 'With another byte at an index from 0', (a, index, value) => {
    at(a, index);
    const copy = Uint8Array.from(a);
    copy[index] = value;
    return copy;
  }),
  strict('get_bit', 723, 'bytea,int8', 'int4', 'Bit at an index from 0', (a, n) => {
    const index = Number(n);
    if (index < 0 || index >= a.length * 8)
      throw sqlError('array_subscript_error', `index ${n} out of valid range, 0..${a.length * 8 - 1}`);
    return (at(a, index >> 3) >> (index & 7)) & 1;
  }),
  ...(
    [
      ['btrim', 2015, true, true, 'at both ends'],
      ['ltrim', 6195, true, false, 'at the beginning'],
      ['rtrim', 6196, false, true, 'at the end'],
    ] as const
  ).map(([name, oid, left, right, where]) =>
    strict(
      name,
      oid,
      'bytea,bytea',
      'bytea',
      `Without any of the given bytes ${where}`,
      (a, set) => {
        let from = 0;
        let to = a.length;
        while (left && from < to && set.includes(a[from] ?? 0)) from++;
        while (right && from < to && set.includes(a[to - 1] ?? 0)) to--;
        return slice(a, from, to);
      },
      infallible,
    ),
  ),
  strict(
    'convert_from',
    1714,
    'bytea,name',
    'text',
    'Text of its bytes in an encoding (UTF8)',
    (a, encoding) => {
      encodingName(encoding);
      try {
        return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(Uint8Array.from(a));
      } catch {
        throw sqlError('character_not_in_repertoire', 'invalid byte sequence for encoding "UTF8"');
      }
    },
    {volatility: 'stable'},
  ),
  strict(
    'convert_to',
    1717,
    'text,name',
    'bytea',
    'Bytes of a text in an encoding (UTF8)',
    (a, encoding) => {
      encodingName(encoding);
      return Buffer.from(a, 'utf8');
    },
    {volatility: 'stable'},
  ),
];
