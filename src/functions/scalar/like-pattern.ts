import {sqlError} from '../../common/sql-error.ts';

const CACHE_SIZE = 256;
const compiled = new Map<string, RegExp>();

/** LIKE's pattern as a regular expression; patterns in use are kept compiled. 22025 for an escape at the end. */
export function likePattern(pattern: string, caseInsensitive: boolean): RegExp {
  const key = (caseInsensitive ? 'i' : 's') + pattern;
  let regex = compiled.get(key);
  if (regex === undefined) {
    regex = new RegExp(`^${likeSource(pattern)}$`, caseInsensitive ? 'isu' : 'su');
    if (compiled.size >= CACHE_SIZE) compiled.clear();
    compiled.set(key, regex);
  }
  return regex;
}

function likeSource(pattern: string): string {
  let source = '';
  let escaped = false;
  for (const c of pattern) {
    if (escaped) {
      source += quote(c);
      escaped = false;
    } else if (c === '\\') escaped = true;
    else source += c === '%' ? '.*' : c === '_' ? '.' : quote(c);
  }
  if (escaped) throw sqlError('invalid_escape_sequence', 'LIKE pattern must not end with escape character');
  return source;
}

function quote(c: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(c) ? `\\${c}` : c;
}

/** like_escape: the pattern with the given escape character replaced by the backslash. 22025 unless it is one character or none. */
export function withBackslashEscape(pattern: string, escape: string): string {
  const characters = [...escape];
  if (characters.length > 1) {
    throw sqlError('invalid_escape_sequence', 'invalid escape string', {hint: 'Escape string must be empty or one character.'});
  }
  const [character] = characters;
  if (character === '\\') return pattern;
  let result = '';
  let escaped = false;
  for (const c of pattern) {
    if (c === character && !escaped) {
      result += '\\';
      escaped = true;
    } else {
      result += c === '\\' && !escaped ? '\\\\' : c;
      escaped = false;
    }
  }
  return result;
}
