import {sqlError} from '../../common/sql-error.ts';
import {resolveEscapes, resolveUnicodeEscapes} from './string-escapes.ts';

/** A quoted text that was scanned: its value and where it ends (exclusive). */
export type Quoted = {readonly value: string; readonly end: number};

/** `'…'`; `open` is the offset of the first quote, `start` that of the token. A string may be continued on a later line. */
export function scanString(sql: string, start: number, open: number, escapes: boolean): Quoted {
  let value = '';
  let at = open;
  for (;;) {
    const close = endOfQuotes(sql, at, "'", escapes);
    if (close < 0) throw unterminated('quoted string', sql, start);
    value += sql.slice(at + 1, close);
    const next = continuation(sql, close + 1);
    if (next < 0) {
      if (escapes) return {value: resolveEscapes(value, open + 1), end: close + 1};
      return {value: value.includes("'") ? value.replaceAll("''", "'") : value, end: close + 1};
    }
    at = next;
  }
}

/** `U&'…' [UESCAPE 'x']` and `U&"…" [UESCAPE 'x']`. */
export function scanUnicode(sql: string, start: number, quote: "'" | '"'): Quoted {
  const open = start + 2;
  const close = endOfQuotes(sql, open, quote, false);
  if (close < 0) throw unterminated(quote === '"' ? 'quoted identifier' : 'quoted string', sql, start);
  const text = sql.slice(open + 1, close).replaceAll(quote + quote, quote);
  const clause = /^\s*uescape\s*'([^'])'/i.exec(sql.slice(close + 1, close + 100));
  if (clause !== null && /[0-9a-f+'"\s]/i.test(clause[1]!))
    throw sqlError('syntax_error', 'invalid Unicode escape character', {position: close + 1});
  return {value: resolveUnicodeEscapes(text, clause?.[1] ?? '\\', open + 1), end: close + 1 + (clause?.[0].length ?? 0)};
}

/** `"…"` */
export function scanQuotedIdentifier(sql: string, start: number): Quoted {
  const close = endOfQuotes(sql, start, '"', false);
  if (close < 0) throw unterminated('quoted identifier', sql, start);
  if (close === start + 1) throw sqlError('syntax_error', 'zero-length delimited identifier at or near """"', {position: start});
  const inner = sql.slice(start + 1, close);
  return {value: inner.includes('"') ? inner.replaceAll('""', '"') : inner, end: close + 1};
}

/** `B'…'` and `X'…'`: the value is the digits. */
export function scanBitString(sql: string, start: number, base: 2 | 16): Quoted {
  const close = sql.indexOf("'", start + 2);
  if (close < 0) throw unterminated(base === 2 ? 'bit string literal' : 'hexadecimal string literal', sql, start);
  return {value: sql.slice(start + 2, close), end: close + 1};
}

/** `$$…$$` and `$tag$…$tag$`; undefined if no such delimiter starts here. */
export function scanDollarQuoted(sql: string, start: number): Quoted | undefined {
  const delimiter = DOLLAR_DELIMITER.exec(sql.slice(start, start + 70))?.[0];
  if (delimiter === undefined) return undefined;
  const close = sql.indexOf(delimiter, start + delimiter.length);
  if (close < 0) throw unterminated('dollar-quoted string', sql, start);
  return {value: sql.slice(start + delimiter.length, close), end: close + delimiter.length};
}

const DOLLAR_DELIMITER = /^\$(?:[a-z_\u0080-\uffff][a-z0-9_\u0080-\uffff]*)?\$/i;

/** Offset of the closing quote, −1 if there is none. A doubled quote does not close; after a backslash no character does if `escapes`. */
function endOfQuotes(sql: string, open: number, quote: string, escapes: boolean): number {
  let at = open + 1;
  for (;;) {
    const close = sql.indexOf(quote, at);
    if (close < 0) return -1;
    if (escapes) {
      let backslash = sql.indexOf('\\', at);
      if (backslash >= 0 && backslash < close) {
        backslash += 2;
        at = backslash;
        continue;
      }
    }
    if (sql[close + 1] !== quote) return close;
    at = close + 2;
  }
}

/** SQL joins strings that only white space and comments with a line break separate. Offset of the next part's quote, or −1. */
function continuation(sql: string, from: number): number {
  let at = from;
  let lineBreak = false;
  for (; at < sql.length; at++) {
    const c = sql[at];
    if (c === '\n' || c === '\r') lineBreak = true;
    else if (c === '-' && sql[at + 1] === '-') {
      const end = sql.indexOf('\n', at);
      if (end < 0) return -1;
      at = end;
      lineBreak = true;
    } else if (c !== ' ' && c !== '\t' && c !== '\f' && c !== '\v') break;
  }
  return lineBreak && sql[at] === "'" ? at : -1;
}

function unterminated(what: string, sql: string, start: number): Error {
  return sqlError('syntax_error', `unterminated ${what} at or near "${sql.slice(start)}"`, {position: start});
}
