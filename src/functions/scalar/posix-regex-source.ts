import {sqlError} from '../../common/sql-error.ts';

const CLASSES: Readonly<Record<string, string>> = {
  alpha: '\\p{L}',
  digit: '\\p{Nd}',
  alnum: '\\p{L}\\p{N}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`\\{-~',
  print: '\\x20-\\x7e\\u00a0-\\u{10ffff}',
  graph: '\\x21-\\x7e\\u00a1-\\u{10ffff}',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
  word: '\\p{L}\\p{N}_',
};

const WORD = '[\\p{L}\\p{N}_]';
/** Escapes of a single character or class outside of brackets. */
const ESCAPES: Readonly<Record<string, string>> = {
  d: '\\d',
  s: '\\s',
  w: WORD,
  D: '\\D',
  S: '\\S',
  W: '[^\\p{L}\\p{N}_]',
  m: `(?<!${WORD})(?=${WORD})`,
  M: `(?<=${WORD})(?!${WORD})`,
  y: `(?:(?<!${WORD})(?=${WORD})|(?<=${WORD})(?!${WORD}))`,
  Y: `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`,
  A: '(?<![^])',
  Z: '(?![^])',
  n: '\\n',
  r: '\\r',
  t: '\\t',
  f: '\\f',
  v: '\\v',
  a: '\\x07',
  b: '\\x08',
  e: '\\x1b',
  B: '\\\\',
  '0': '\\x00',
};

/** JavaScript source (flag u) of an advanced regular expression. `newlineSensitive`: negated brackets do not match a newline. */
export function jsRegexSource(pattern: string, expanded: boolean, newlineSensitive: boolean): string {
  return new Translator(pattern, expanded, newlineSensitive).translate();
}

class Translator {
  readonly #text: readonly string[];
  readonly #expanded: boolean;
  readonly #newlineSensitive: boolean;
  #at = 0;

  constructor(pattern: string, expanded: boolean, newlineSensitive: boolean) {
    this.#text = [...pattern];
    this.#expanded = expanded;
    this.#newlineSensitive = newlineSensitive;
  }

  translate(): string {
    let source = '';
    while (this.#at < this.#text.length) source += this.#next();
    return source;
  }

  #next(): string {
    const c = this.#text[this.#at++] ?? '';
    switch (c) {
      case '\\':
        return this.#escape();
      case '[':
        return this.#brackets();
      case '{':
        return this.#bound();
      case '}':
      case ']':
      case '/':
        return `\\${c}`;
      case '(':
        return this.#text.slice(this.#at, this.#at + 2).join('') === '?#' ? this.#comment() : c;
      case '#':
        if (this.#expanded) {
          while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') this.#at++;
          return '';
        }
        return c;
      default:
        return this.#expanded && /\s/.test(c) ? '' : c;
    }
  }

  #comment(): string {
    while (this.#at < this.#text.length && this.#text[this.#at] !== ')') this.#at++;
    this.#at++;
    return '';
  }

  /** `{m,n}` as it is; a brace before anything but a digit is itself. */
  #bound(): string {
    const rest = this.#text.slice(this.#at, this.#at + 12).join('');
    const bound = /^(\d+)(,\d*)?\}/.exec(rest);
    if (bound !== null) {
      this.#at += bound[0].length;
      return `{${bound[0]}`;
    }
    if (/^\d/.test(rest)) throw invalid('braces {} not balanced');
    return '\\{';
  }

  #escape(): string {
    const c = this.#text[this.#at++];
    if (c === undefined) throw invalid('invalid escape \\ sequence');
    if (/[1-9]/.test(c)) return `\\${c}`;
    const code = this.#codeEscape(c);
    if (code !== undefined) return code;
    const known = ESCAPES[c];
    if (known !== undefined) return known;
    if (/[a-zA-Z]/.test(c)) throw invalid('invalid escape \\ sequence');
    return quoted(c);
  }

  /** \xhhh, \uwxyz, \Ustuvwxyz, \cX */
  #codeEscape(c: string): string | undefined {
    const rest = this.#text.slice(this.#at, this.#at + 8).join('');
    const digits =
      c === 'x' ? /^[0-9a-f]+/i.exec(rest) : c === 'u' ? /^[0-9a-f]{4}/i.exec(rest) : c === 'U' ? /^[0-9a-f]{8}/i.exec(rest) : null;
    if (digits !== null) {
      this.#at += digits[0].length;
      return `\\u{${digits[0].replace(/^0+(?=.)/, '')}}`;
    }
    if (c === 'c') {
      const control = this.#text[this.#at++] ?? '';
      return `\\u{${((control.codePointAt(0) ?? 0) & 31).toString(16)}}`;
    }
    return undefined;
  }

  #brackets(): string {
    // [[:<:]] and [[:>:]] are word boundaries.
    const boundary = /^\[:([<>]):\]\]/.exec(this.#text.slice(this.#at, this.#at + 6).join(''));
    if (boundary !== null) {
      this.#at += boundary[0].length;
      return ESCAPES[boundary[1] === '<' ? 'm' : 'M'] ?? '';
    }
    const negated = this.#text[this.#at] === '^';
    if (negated) this.#at++;
    let content = '';
    for (let first = true; ; first = false) {
      const c = this.#text[this.#at++];
      if (c === undefined) throw invalid('brackets [] not balanced');
      if (c === ']' && !first) break;
      content += c === '[' ? this.#bracketClass() : c === '\\' ? this.#bracketEscape() : c === '-' ? this.#hyphen(first) : quotedInClass(c);
    }
    return negated ? `[^${content}${this.#newlineSensitive ? '\\n' : ''}]` : `[${content}]`;
  }

  #hyphen(first: boolean): string {
    return first || this.#text[this.#at] === ']' ? '\\-' : '-';
  }

  #bracketClass(): string {
    const kind = this.#text[this.#at];
    if (kind !== ':' && kind !== '.' && kind !== '=') return '\\[';
    const end = this.#text.findIndex((c, i) => i > this.#at && c === kind && this.#text[i + 1] === ']');
    if (end < 0) throw invalid('brackets [] not balanced');
    const name = this.#text.slice(this.#at + 1, end).join('');
    this.#at = end + 2;
    if (kind !== ':') return quotedInClass(name);
    const known = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
    if (known === undefined) throw invalid('invalid character class');
    return known;
  }

  #bracketEscape(): string {
    const c = this.#text[this.#at++];
    if (c === undefined) throw invalid('invalid escape \\ sequence');
    const code = this.#codeEscape(c);
    if (code !== undefined) return code;
    if (c === 'w') return '\\p{L}\\p{N}_';
    if (/[dsDSnrtfv]/.test(c)) return `\\${c}`;
    return quotedInClass(c);
  }
}

function invalid(reason: string) {
  return sqlError('invalid_regular_expression', `invalid regular expression: ${reason}`);
}

function quoted(c: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(c) ? `\\${c}` : c;
}

function quotedInClass(c: string): string {
  return /[\\\][^-]/.test(c) ? `\\${c}` : c;
}
