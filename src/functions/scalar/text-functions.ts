import {sqlError} from '../../common/sql-error.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';
import {characterCount, characterPosition, charactersOf, sliceCharacters} from './code-points.ts';
import {checkTextSize, pad, substringOf, trimCharacters} from './text-editing.ts';

const {strict} = definer('text');

const infallible = {fallible: false};
const byteLength = (text: string) => Buffer.byteLength(text);
const lengthInline = {inline: {bytes: {code: 'rt.characterCount($0)'}}, ...infallible};
const octetInline = {inline: {bytes: {code: 'rt.byteCount($0)'}}, ...infallible};
const trimBlanks = (text: string) => text.replace(/ +$/, '');
const upper = (text: string) => text.toUpperCase();
const lower = (text: string) => text.toLowerCase();

/** Functions that count, cut and join characters. */
export const TEXT_FUNCTIONS: readonly FunctionDefinition[] = [
  strict('length', 1317, 'text', 'int4', 'Number of characters', characterCount, lengthInline),
  strict('length', 1318, 'bpchar', 'int4', 'Number of characters without trailing blanks', a => characterCount(trimBlanks(a)), infallible),
  strict('char_length', 1381, 'text', 'int4', 'Number of characters', characterCount, lengthInline),
  strict(
    'char_length',
    1372,
    'bpchar',
    'int4',
    'Number of characters without trailing blanks',
    a => characterCount(trimBlanks(a)),
    infallible,
  ),
  strict('character_length', 1369, 'text', 'int4', 'Number of characters', characterCount, lengthInline),
  strict(
    'character_length',
    1367,
    'bpchar',
    'int4',
    'Number of characters without trailing blanks',
    a => characterCount(trimBlanks(a)),
    infallible,
  ),
  strict('octet_length', 1374, 'text', 'int4', 'Number of bytes', byteLength, octetInline),
  strict('octet_length', 1375, 'bpchar', 'int4', 'Number of bytes', byteLength, infallible),
  strict('bit_length', 1811, 'text', 'int4', 'Number of bits', a => byteLength(a) * 8, infallible),
  strict('upper', 871, 'text', 'text', 'Upper case', upper, infallible),
  strict('lower', 870, 'text', 'text', 'Lower case', lower, infallible),
  strict(
    'initcap',
    872,
    'text',
    'text',
    'First letter of each word in upper case, the rest in lower case',
    a =>
      lower(a).replace(/[\p{L}\p{N}]+/gu, word => {
        const [first = '', ...rest] = word;
        return upper(first) + rest.join('');
      }),
    infallible,
  ),
  strict('substr', 883, 'text,int4', 'text', 'Characters from a position on', (a, from) => substringOf(a, from)),
  strict('substr', 877, 'text,int4,int4', 'text', 'So many characters from a position on', (a, from, count) => substringOf(a, from, count)),
  strict('substring', 937, 'text,int4', 'text', 'Characters from a position on', (a, from) => substringOf(a, from)),
  strict('substring', 936, 'text,int4,int4', 'text', 'So many characters from a position on', (a, from, count) =>
    substringOf(a, from, count),
  ),
  strict(
    'left',
    3060,
    'text,int4',
    'text',
    'The first n characters; all but the last -n when negative',
    (a, n) => sliceCharacters(a, 0, n >= 0 ? n : characterCount(a) + n),
    infallible,
  ),
  strict(
    'right',
    3061,
    'text,int4',
    'text',
    'The last n characters; all but the first -n when negative',
    (a, n) => (n >= 0 ? sliceCharacters(a, characterCount(a) - n, a.length) : sliceCharacters(a, -n, a.length)),
    infallible,
  ),
  strict('ltrim', 881, 'text', 'text', 'Without blanks at the start', a => a.replace(/^ +/, ''), infallible),
  strict('rtrim', 882, 'text', 'text', 'Without blanks at the end', trimBlanks, infallible),
  strict('btrim', 885, 'text', 'text', 'Without blanks at both ends', a => trimBlanks(a.replace(/^ +/, '')), infallible),
  strict(
    'ltrim',
    875,
    'text,text',
    'text',
    'Without any of the given characters at the start',
    (a, set) => trimCharacters(a, set, 'start'),
    infallible,
  ),
  strict(
    'rtrim',
    876,
    'text,text',
    'text',
    'Without any of the given characters at the end',
    (a, set) => trimCharacters(a, set, 'end'),
    infallible,
  ),
  strict(
    'btrim',
    884,
    'text,text',
    'text',
    'Without any of the given characters at both ends',
    (a, set) => trimCharacters(a, set, 'both'),
    infallible,
  ),
  strict('lpad', 879, 'text,int4', 'text', 'Filled up with blanks at the start, or cut, to a length', (a, n) => pad(a, n, ' ', 'start')),
  strict('lpad', 873, 'text,int4,text', 'text', 'Filled up at the start, or cut, to a length', (a, n, fill) => pad(a, n, fill, 'start')),
  strict('rpad', 880, 'text,int4', 'text', 'Filled up with blanks at the end, or cut, to a length', (a, n) => pad(a, n, ' ', 'end')),
  strict('rpad', 874, 'text,int4,text', 'text', 'Filled up at the end, or cut, to a length', (a, n, fill) => pad(a, n, fill, 'end')),
  strict(
    'replace',
    2087,
    'text,text,text',
    'text',
    'Every occurrence replaced',
    (a, from, to) => (from === '' ? a : a.replaceAll(from, () => to)),
    infallible,
  ),
  strict(
    'translate',
    878,
    'text,text,text',
    'text',
    'Characters replaced one for one; those without a counterpart are removed',
    (a, from, to) => {
      const target = charactersOf(to);
      const map = new Map<string, string>();
      for (const [i, c] of charactersOf(from).entries()) if (!map.has(c)) map.set(c, target[i] ?? '');
      return charactersOf(a)
        .map(c => map.get(c) ?? c)
        .join('');
    },
    infallible,
  ),
  strict('repeat', 1622, 'text,int4', 'text', 'Repeated n times', (a, n) => {
    checkTextSize(a.length * Math.max(n, 0));
    return a.repeat(Math.max(n, 0));
  }),
  strict('reverse', 3062, 'text', 'text', 'Characters in reverse order', a => [...a].reverse().join(''), infallible),
  strict(
    'position',
    849,
    'text,text',
    'int4',
    'Position of the second text in the first; 0 when it is not there',
    (a, part) => (a.includes(part) ? characterPosition(a, a.indexOf(part)) : 0),
    infallible,
  ),
  strict(
    'strpos',
    868,
    'text,text',
    'int4',
    'Position of the second text in the first; 0 when it is not there',
    (a, part) => (a.includes(part) ? characterPosition(a, a.indexOf(part)) : 0),
    infallible,
  ),
  strict(
    'split_part',
    2088,
    'text,text,int4',
    'text',
    'The n-th field of a delimited text; negative counts from the end',
    (a, delimiter, n) => {
      if (n === 0) throw sqlError('invalid_parameter_value', 'field position must not be zero');
      if (a === '') return '';
      if (delimiter === '') return n === 1 || n === -1 ? a : '';
      const fields = a.split(delimiter);
      return (n > 0 ? fields[n - 1] : fields[fields.length + n]) ?? '';
    },
  ),
  strict(
    'split_index',
    12054,
    'text,text,int4',
    'text',
    'A field of a delimited text, counted from 0; NULL where there is none',
    (a, delimiter, n) => (delimiter === '' ? (n === 0 ? a : null) : n < 0 ? null : (a.split(delimiter)[n] ?? null)),
    infallible,
  ),
  strict(
    'count_char',
    12055,
    'text,text',
    'int8',
    'How often a character occurs',
    (a, part) => (part === '' ? 0n : BigInt(a.split(part).length - 1)),
    infallible,
  ),
  strict('starts_with', 3696, 'text,text', 'bool', 'Whether the first text begins with the second', (a, prefix) => a.startsWith(prefix), {
    operator: '^@',
    id: 'starts_with_text_text',
    ...infallible,
  }),
  strict('overlay', 1405, 'text,text,int4', 'text', 'Characters from a position on replaced', (a, b, from) =>
    overlay(a, b, from, characterCount(b)),
  ),
  strict('overlay', 1404, 'text,text,int4,int4', 'text', 'So many characters from a position on replaced', overlay),
];

function overlay(text: string, replacement: string, from: number, count: number): string {
  if (from <= 0) throw sqlError('substring_error', 'negative substring length not allowed');
  const end = from + count;
  if (end > 2147483647) throw sqlError('numeric_value_out_of_range', 'integer out of range');
  return substringOf(text, 1, from - 1) + replacement + substringOf(text, end);
}
