import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';
import {likePattern, withBackslashEscape} from './like-pattern.ts';
import {posixRegex} from './posix-regex.ts';
import {similarToPosix} from './similar-pattern.ts';

const {strict} = definer('pattern matching');

type Test = (text: string, pattern: string) => boolean;
type Family = {
  readonly symbol: string;
  readonly doc: string;
  readonly test: Test;
  /** name and OID for text, name, bpchar. */
  readonly functions: readonly (readonly [string, number])[];
};

const like: Test = (text, pattern) => likePattern(pattern, false).test(text);
const ilike: Test = (text, pattern) => likePattern(pattern, true).test(text);
const matches: Test = (text, pattern) => posixRegex(pattern, '').test(text);
const imatches: Test = (text, pattern) => posixRegex(pattern, 'i').test(text);
const not =
  (test: Test): Test =>
  (text, pattern) =>
    !test(text, pattern);

const FAMILIES: readonly Family[] = [
  {
    symbol: '~~',
    doc: 'LIKE',
    test: like,
    functions: [
      ['textlike', 850],
      ['namelike', 858],
      ['bpcharlike', 1631],
    ],
  },
  {
    symbol: '!~~',
    doc: 'NOT LIKE',
    test: not(like),
    functions: [
      ['textnlike', 851],
      ['namenlike', 859],
      ['bpcharnlike', 1632],
    ],
  },
  {
    symbol: '~~*',
    doc: 'ILIKE',
    test: ilike,
    functions: [
      ['texticlike', 1633],
      ['nameiclike', 1635],
      ['bpchariclike', 1660],
    ],
  },
  {
    symbol: '!~~*',
    doc: 'NOT ILIKE',
    test: not(ilike),
    functions: [
      ['texticnlike', 1634],
      ['nameicnlike', 1636],
      ['bpcharicnlike', 1661],
    ],
  },
  {
    symbol: '~',
    doc: 'Matches the regular expression',
    test: matches,
    functions: [
      ['textregexeq', 1254],
      ['nameregexeq', 79],
      ['bpcharregexeq', 1658],
    ],
  },
  {
    symbol: '!~',
    doc: 'Does not match the regular expression',
    test: not(matches),
    functions: [
      ['textregexne', 1256],
      ['nameregexne', 1252],
      ['bpcharregexne', 1659],
    ],
  },
  {
    symbol: '~*',
    doc: 'Matches the regular expression in any case',
    test: imatches,
    functions: [
      ['texticregexeq', 1238],
      ['nameicregexeq', 1240],
      ['bpcharicregexeq', 1656],
    ],
  },
  {
    symbol: '!~*',
    doc: 'Does not match the regular expression in any case',
    test: not(imatches),
    functions: [
      ['texticregexne', 1239],
      ['nameicregexne', 1241],
      ['bpcharicregexne', 1657],
    ],
  },
];
/** One character for each byte. */
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const OPERANDS = ['text,text', 'name,text', 'bpchar,text'] as const;

export const PATTERN_MATCHING: readonly FunctionDefinition[] = [
  ...FAMILIES.flatMap(({symbol, doc, test, functions}) =>
    functions.map(([name, oid], i) => strict(name, oid, OPERANDS[i] ?? 'text,text', 'bool', doc, test, {operator: symbol})),
  ),
  strict('bytealike', 2005, 'bytea,bytea', 'bool', 'LIKE', (a, pattern) => like(latin1(a), latin1(pattern)), {operator: '~~'}),
  strict('byteanlike', 2006, 'bytea,bytea', 'bool', 'NOT LIKE', (a, pattern) => !like(latin1(a), latin1(pattern)), {operator: '!~~'}),
  strict('like', 2007, 'bytea,bytea', 'bool', 'LIKE', (a, pattern) => like(latin1(a), latin1(pattern))),
  strict('notlike', 2008, 'bytea,bytea', 'bool', 'NOT LIKE', (a, pattern) => !like(latin1(a), latin1(pattern))),
  strict('like', 1569, 'text,text', 'bool', 'LIKE', like),
  strict('like', 1571, 'name,text', 'bool', 'LIKE', like),
  strict('notlike', 1570, 'text,text', 'bool', 'NOT LIKE', not(like)),
  strict('notlike', 1572, 'name,text', 'bool', 'NOT LIKE', not(like)),
  strict('like_escape', 1637, 'text,text', 'text', 'LIKE pattern with another escape character', withBackslashEscape),
  strict('similar_to_escape', 1986, 'text,text', 'text', 'SIMILAR TO pattern as a regular expression', (pattern, escape) =>
    similarToPosix(pattern, escape),
  ),
  strict('similar_to_escape', 1987, 'text', 'text', 'SIMILAR TO pattern as a regular expression', pattern => similarToPosix(pattern, '\\')),
];
