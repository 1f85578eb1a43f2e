import {sqlError} from '../../common/sql-error.ts';
import {posixRegex} from './posix-regex.ts';

/** A SQL regular expression (SIMILAR TO) as a POSIX one: % and _ are wildcards, the rest of the operators are shared. */
export function similarToPosix(pattern: string, escape: string): string {
  const characters = [...escape];
  if (characters.length > 1) {
    throw sqlError('invalid_escape_sequence', 'invalid escape string', {hint: 'Escape string must be empty or one character.'});
  }
  const [escapeCharacter] = characters;
  let result = '';
  let escaped = false;
  let inBrackets = false;
  for (const c of pattern) {
    if (escaped) {
      result += `\\${c}`;
      escaped = false;
    } else if (c === escapeCharacter) escaped = true;
    else if (inBrackets) {
      if (c === ']') inBrackets = false;
      result += c === '\\' ? '\\\\' : c;
    } else if (c === '[') {
      inBrackets = true;
      result += c;
    } else if (c === '%') result += '.*';
    else if (c === '_') result += '.';
    else if (c === '(') result += '(?:';
    else if (c === '\\' || c === '.' || c === '^' || c === '$') result += `\\${c}`;
    else result += c;
  }
  return `^(?:${result})$`;
}

/** substring(text SIMILAR pattern ESCAPE escape): the part between the two escape-quote marks, or the whole when there are none. */
export function substringBySqlPattern(text: string, pattern: string, escape: string): string | null {
  const mark = `${escape}"`;
  const parts = pattern.split(mark);
  if (parts.length > 3) {
    throw sqlError('invalid_escape_sequence', 'SQL regular expression may not contain more than two escape-double-quote separators');
  }
  const [before = '', marked = '', after = ''] = parts;
  if (parts.length !== 3) return posixRegex(similarToPosix(pattern, escape), '').test(text) ? text : null;
  const inner = (part: string) => similarToPosix(part, escape).slice(4, -2);
  const found = posixRegex(`^(?:${inner(before)})(${inner(marked)})(?:${inner(after)})$`, '').exec(text);
  return found === null ? null : (found[1] ?? null);
}
