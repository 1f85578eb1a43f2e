import {sqlError} from '../../common/sql-error.ts';
import {jsRegexSource} from './posix-regex-source.ts';

const CACHE_SIZE = 256;
const compiled = new Map<string, RegExp>();

/**
 * PostgreSQL's advanced regular expressions on JavaScript's engine; patterns in use are kept compiled. Not the same: JavaScript takes the
 * first alternative that matches where POSIX takes the longest, and a pattern does not become non-greedy as a whole; \m, \M, \y, \A, \Z,
 * [[:class:]], (?i) at the start and back references are translated. 2201B for invalid patterns, 22023 for unknown flags.
 * `lastIndex` belongs to the caller: reset it before use with `exec` on a global expression.
 */
export function posixRegex(pattern: string, flags: string): RegExp {
  const key = `${flags}/${pattern}`;
  let regex = compiled.get(key);
  if (regex === undefined) {
    regex = compile(pattern, flags);
    if (compiled.size >= CACHE_SIZE) compiled.clear();
    compiled.set(key, regex);
  }
  regex.lastIndex = 0;
  return regex;
}

function compile(pattern: string, flags: string): RegExp {
  const options = readFlags(flags);
  let source = pattern;
  let literal = options.literal;
  const director = /^\*\*\*([:=])/.exec(source);
  if (director !== null) {
    literal = director[1] === '=';
    source = source.slice(4);
  }
  const embedded = literal ? null : /^\(\?([a-z]+)\)/.exec(source);
  if (embedded !== null) {
    Object.assign(options, readFlags(embedded[1] ?? ''), {global: options.global});
    source = source.slice(embedded[0].length);
  }
  const jsFlags = `u${options.global ? 'g' : ''}${options.caseInsensitive ? 'i' : ''}${options.dotMatchesNewline ? 's' : ''}${options.multiline ? 'm' : ''}`;
  try {
    const translated = literal
      ? source.replaceAll(/[\^$\\.*+?()[\]{}|/]/g, '\\$&')
      : jsRegexSource(source, options.expanded, !options.dotMatchesNewline);
    return new RegExp(translated, jsFlags);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const reason = error.message.replace(/^Invalid regular expression: .*: /, '').toLowerCase();
    throw sqlError('invalid_regular_expression', `invalid regular expression: ${reason}`);
  }
}

type Options = {
  global: boolean;
  caseInsensitive: boolean;
  dotMatchesNewline: boolean;
  multiline: boolean;
  expanded: boolean;
  literal: boolean;
};

function readFlags(flags: string): Options {
  const options = {global: false, caseInsensitive: false, dotMatchesNewline: true, multiline: false, expanded: false, literal: false};
  for (const flag of flags) {
    switch (flag) {
      case 'g':
        options.global = true;
        break;
      case 'i':
        options.caseInsensitive = true;
        break;
      case 'c':
        options.caseInsensitive = false;
        break;
      case 'n':
      case 'm':
        options.multiline = true;
        options.dotMatchesNewline = false;
        break;
      case 'p':
        options.multiline = false;
        options.dotMatchesNewline = false;
        break;
      case 'w':
        options.multiline = true;
        options.dotMatchesNewline = true;
        break;
      case 's':
        options.multiline = false;
        options.dotMatchesNewline = true;
        break;
      case 'x':
        options.expanded = true;
        break;
      case 't':
        options.expanded = false;
        break;
      case 'q':
        options.literal = true;
        break;
      case 'b':
      case 'e':
        break;
      default:
        throw sqlError('invalid_parameter_value', `invalid regular expression option: "${flag}"`);
    }
  }
  return options;
}
