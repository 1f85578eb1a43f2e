import {sqlError} from '../../common/sql-error.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';
import {indexOfPosition, characterPosition} from './code-points.ts';
import {posixRegex} from './posix-regex.ts';
import {matchesFrom, replaceMatches, splitByRegex} from './regex-matches.ts';
import {substringBySqlPattern} from './similar-pattern.ts';

const {strict} = definer('regular expressions');

const noGlobal = (name: string, flags: string) => {
  if (flags.includes('g')) {
    const hint = name === 'regexp_match' ? {hint: 'Use the regexp_matches function instead.'} : {};
    throw sqlError('invalid_parameter_value', `${name}() does not support the "global" option`, hint);
  }
  return flags;
};

function textArray(items: readonly (string | undefined)[]) {
  return {tag: 'array', items: items.map(item => item ?? null)} as const;
}

function match(text: string, pattern: string, flags: string) {
  const found = posixRegex(pattern, flags).exec(text);
  if (found === null) return null;
  return textArray(found.length > 1 ? found.slice(1) : [found[0]]);
}

function checkStart(start: number): number {
  if (start < 1) throw sqlError('invalid_parameter_value', `invalid value for parameter "start": ${start}`);
  return start;
}

function checkedPart(name: string, value: number, least: number): number {
  if (value < least) throw sqlError('invalid_parameter_value', `invalid value for parameter "${name}": ${value}`);
  return value;
}

function nthMatch(name: string, text: string, pattern: string, start: number, n: number, flags: string): RegExpExecArray | undefined {
  checkStart(start);
  checkedPart('n', n, 1);
  return matchesFrom(posixRegex(pattern, `${noGlobal(name, flags)}g`), text, indexOfPosition(text, start))[n - 1];
}

function substr(text: string, pattern: string, start: number, n: number, flags: string, group: number): string | null {
  checkedPart('subexpr', group, 0);
  const found = nthMatch('regexp_substr', text, pattern, start, n, flags);
  return groupOf(found, group) ?? null;
}

function instr(text: string, pattern: string, start: number, n: number, end: number, flags: string, group: number): number {
  if (end !== 0 && end !== 1) throw sqlError('invalid_parameter_value', `invalid value for parameter "endoption": ${end}`);
  checkedPart('subexpr', group, 0);
  const found = nthMatch('regexp_instr', text, pattern, start, n, `${flags}`);
  const part = groupOf(found, group);
  if (found === undefined || part === undefined) return 0;
  // The group's place is found by searching within the match, which is exact unless the same text occurs in it twice.
  const offset = group === 0 || part === found[0] ? 0 : found[0].indexOf(part);
  const index = found.index + offset + (end === 1 ? part.length : 0);
  return characterPosition(text, index);
}

function count(text: string, pattern: string, start: number, flags: string): number {
  const from = indexOfPosition(text, checkStart(start));
  return matchesFrom(posixRegex(pattern, `${noGlobal('regexp_count', flags)}g`), text, from).length;
}

/** Without groups, group 1 is the whole match. */
function groupOf(found: RegExpExecArray | undefined, group: number): string | undefined {
  return found?.[found.length === 1 && group === 1 ? 0 : group];
}

function replaceNth(text: string, pattern: string, replacement: string, start: number, n: number, flags: string): string {
  checkStart(start);
  checkedPart('n', n, 0);
  const regex = posixRegex(pattern, `${flags.replaceAll('g', '')}g`);
  return replaceMatches(regex, text, replacement, {from: indexOfPosition(text, start), nth: n});
}

function replaceWithFlags(text: string, pattern: string, replacement: string, flags: string): string {
  if (/^\d/.test(flags)) {
    throw sqlError('invalid_parameter_value', `invalid regular expression option: "${flags.slice(0, 1)}"`, {
      hint: 'If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer explicitly.',
    });
  }
  return replaceMatches(posixRegex(pattern, `${flags.replaceAll('g', '')}g`), text, replacement, {
    from: 0,
    nth: flags.includes('g') ? 0 : 1,
  });
}

function extract(text: string, pattern: string, group: number): string | null {
  const found = posixRegex(pattern, '').exec(text);
  return group < 0 || found === null ? null : (found[group] ?? null);
}

const REPLACE = 'Matches replaced: \\1 … \\9 stand for groups, \\& for the match';
const SUBSTR = 'The n-th match, or a group of it';
const INSTR = 'Position of the n-th match';
const EXTRACT = 'A group of the first match (0 = the match); NULL where it does not match';

export const REGEXP_FUNCTIONS: readonly FunctionDefinition[] = [
  strict('substring', 2073, 'text,text', 'text', 'First match of a regular expression, or its first group', (text, pattern) => {
    const found = posixRegex(pattern, '').exec(text);
    if (found === null) return null;
    return found.length > 1 ? (found[1] ?? null) : found[0];
  }),
  strict('substring', 2074, 'text,text,text', 'text', 'The part that a SQL regular expression marks', (text, pattern, escape) =>
    substringBySqlPattern(text, pattern, escape),
  ),
  strict('regexp_like', 6263, 'text,text', 'bool', 'Whether the regular expression matches', (text, pattern) =>
    posixRegex(pattern, '').test(text),
  ),
  strict('regexp_like', 6264, 'text,text,text', 'bool', 'Whether the regular expression matches', (text, pattern, flags) =>
    posixRegex(pattern, noGlobal('regexp_like', flags)).test(text),
  ),
  strict('regexp_match', 3396, 'text,text', 'text[]', 'Groups of the first match', (text, pattern) => match(text, pattern, '')),
  strict('regexp_match', 3397, 'text,text,text', 'text[]', 'Groups of the first match', (text, pattern, flags) =>
    match(text, pattern, noGlobal('regexp_match', flags)),
  ),
  strict('regexp_replace', 2284, 'text,text,text', 'text', REPLACE, (text, pattern, replacement) =>
    replaceWithFlags(text, pattern, replacement, ''),
  ),
  strict('regexp_replace', 2285, 'text,text,text,text', 'text', REPLACE, replaceWithFlags),
  strict('regexp_replace', 6253, 'text,text,text,int4', 'text', REPLACE, (t, p, r, start) => replaceNth(t, p, r, start, 1, '')),
  strict('regexp_replace', 6252, 'text,text,text,int4,int4', 'text', REPLACE, (t, p, r, start, n) => replaceNth(t, p, r, start, n, '')),
  strict('regexp_replace', 6251, 'text,text,text,int4,int4,text', 'text', REPLACE, (t, p, r, start, n, flags) =>
    replaceNth(t, p, r, start, n, flags),
  ),
  strict('regexp_split_to_array', 2767, 'text,text', 'text[]', 'Parts between the matches', (text, pattern) =>
    textArray(splitByRegex(posixRegex(pattern, 'g'), text)),
  ),
  strict('regexp_split_to_array', 2768, 'text,text,text', 'text[]', 'Parts between the matches', (text, pattern, flags) =>
    textArray(splitByRegex(posixRegex(pattern, `${noGlobal('regexp_split_to_array', flags)}g`), text)),
  ),
  strict('regexp_count', 6254, 'text,text', 'int4', 'Number of matches', (t, p) => count(t, p, 1, '')),
  strict('regexp_count', 6255, 'text,text,int4', 'int4', 'Number of matches', (t, p, start) => count(t, p, start, '')),
  strict('regexp_count', 6256, 'text,text,int4,text', 'int4', 'Number of matches', (t, p, start, flags) => count(t, p, start, flags)),
  strict('regexp_substr', 6265, 'text,text', 'text', SUBSTR, (t, p) => substr(t, p, 1, 1, '', 0)),
  strict('regexp_substr', 6266, 'text,text,int4', 'text', SUBSTR, (t, p, start) => substr(t, p, start, 1, '', 0)),
  strict('regexp_substr', 6267, 'text,text,int4,int4', 'text', SUBSTR, (t, p, start, n) => substr(t, p, start, n, '', 0)),
  strict('regexp_substr', 6268, 'text,text,int4,int4,text', 'text', SUBSTR, (t, p, start, n, flags) => substr(t, p, start, n, flags, 0)),
  strict('regexp_substr', 6269, 'text,text,int4,int4,text,int4', 'text', SUBSTR, (t, p, start, n, flags, group) =>
    substr(t, p, start, n, flags, group),
  ),
  strict('regexp_extract', 12052, 'text,text', 'text', EXTRACT, (t, p) => extract(t, p, 0)),
  strict('regexp_extract', 12053, 'text,text,int4', 'text', EXTRACT, extract),
  strict('regexp_instr', 6257, 'text,text', 'int4', INSTR, (t, p) => instr(t, p, 1, 1, 0, '', 0)),
  strict('regexp_instr', 6258, 'text,text,int4', 'int4', INSTR, (t, p, start) => instr(t, p, start, 1, 0, '', 0)),
  strict('regexp_instr', 6259, 'text,text,int4,int4', 'int4', INSTR, (t, p, start, n) => instr(t, p, start, n, 0, '', 0)),
  strict('regexp_instr', 6260, 'text,text,int4,int4,int4', 'int4', INSTR, (t, p, start, n, end) => instr(t, p, start, n, end, '', 0)),
  strict('regexp_instr', 6261, 'text,text,int4,int4,int4,text', 'int4', INSTR, (t, p, start, n, end, flags) =>
    instr(t, p, start, n, end, flags, 0),
  ),
  strict('regexp_instr', 6262, 'text,text,int4,int4,int4,text,int4', 'int4', INSTR, (t, p, start, n, end, flags, group) =>
    instr(t, p, start, n, end, flags, group),
  ),
];
