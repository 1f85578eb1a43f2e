import {sqlError} from '../../common/sql-error.ts';
import type {ArrayDatum, Datum} from '../../types/datum.ts';
import type {SetReturningDefinition} from '../definition.ts';
import {posixRegex} from '../scalar/posix-regex.ts';
import {matchesFrom, splitByRegex} from '../scalar/regex-matches.ts';
import {setReturning, single} from './set-returning-definer.ts';

function parts(text: Datum, pattern: Datum, flags: string): Iterable<readonly Datum[]> {
  if (flags.includes('g')) throw sqlError('invalid_parameter_value', 'regexp_split_to_table() does not support the "global" option');
  return single(splitByRegex(posixRegex(pattern as string, `${flags}g`), text as string));
}

function* matches(text: Datum, pattern: Datum, flags: string): Generator<readonly Datum[]> {
  const found = matchesFrom(posixRegex(pattern as string, `${flags.replaceAll('g', '')}g`), text as string, 0);
  for (const match of flags.includes('g') ? found : found.slice(0, 1)) {
    const groups: ArrayDatum = {tag: 'array', items: (match.length > 1 ? match.slice(1) : [match[0]]).map(group => group ?? null)};
    yield [groups];
  }
}

function* fields(text: Datum, separator: Datum, nullText: Datum): Generator<readonly Datum[]> {
  if (text === null || text === '') return;
  const value = text as string;
  const list = separator === null ? [...value] : separator === '' ? [value] : value.split(separator as string);
  for (const part of list) yield [part === nullText ? null : part];
}

const FIELDS = 'The parts between the separators';

export const TEXT_SETS: readonly SetReturningDefinition[] = [
  setReturning('regexp_split_to_table', 2765, 'text,text', 'text', 'The parts between the matches', ([a, p = null]) =>
    parts(a ?? null, p, ''),
  ),
  setReturning('regexp_split_to_table', 2766, 'text,text,text', 'text', 'The parts between the matches', ([a, p = null, flags]) =>
    parts(a ?? null, p, flags as string),
  ),
  setReturning('regexp_matches', 2763, 'text,text', 'text[]', 'Groups of the first match', ([a, p = null]) => matches(a ?? null, p, '')),
  setReturning(
    'regexp_matches',
    2764,
    'text,text,text',
    'text[]',
    'Groups of the first match, or of all with flag g',
    ([a, p = null, flags]) => matches(a ?? null, p, flags as string),
  ),
  setReturning('string_to_table', 6160, 'text,text', 'text', FIELDS, ([a = null, s = null]) => fields(a, s, null), {strict: false}),
  setReturning('string_to_table', 6161, 'text,text,text', 'text', FIELDS, ([a = null, s = null, n = null]) => fields(a, s, n), {
    strict: false,
  }),
];
