import type {TokenType} from 'chevrotain';
import {sqlError, SqlError} from '../../common/sql-error.ts';
import type {SqlToken} from '../tokens/sql-token.ts';
import {KEYWORD_TYPES, T} from '../tokens/token-types.ts';
import {BLANK, characterClass, DIGIT, endOfIdentifier, foldCase, LETTER, OPERATOR} from './character-class.ts';
import {resolveContext} from './contextual-tokens.ts';
import {markParentheses} from './mark-parentheses.ts';
import {readPluralFields} from './plural-fields.ts';
import {scanNumber} from './scan-number.ts';
import {endOfOperator, operatorType} from './scan-operator.ts';
import {scanBitString, scanDollarQuoted, scanQuotedIdentifier, scanString, scanUnicode} from './scan-quoted.ts';

/** If the text cannot be read to its end, the last token is `T.Invalid` and `error` says why. */
export type TokenizedSql = {readonly tokens: SqlToken[]; readonly error: SqlError | undefined};

/** Text → tokens, blanks and comments dropped. By hand, because PostgreSQL's operators, strings and comments are no regular expressions, and for speed. */
export function tokenize(sql: string): TokenizedSql {
  const tokens: SqlToken[] = [];
  let error: SqlError | undefined;
  let at = 0;
  try {
    while ((at = skipBlanks(sql, at)) < sql.length) at = scanToken(sql, at, tokens);
  } catch (e) {
    if (!(e instanceof SqlError)) throw e;
    error = e;
    push(tokens, T.Invalid, sql, at, at + 1, '', false);
  }
  return {tokens: readPluralFields(markParentheses(resolveContext(tokens))), error};
}

/** By character code. */
const PUNCTUATION_TYPES: (TokenType | undefined)[] = [];
for (const type of [T.LParenPlain, T.RParen, T.LBracket, T.RBracket, T.Comma, T.Semicolon, T.Dot, T.Colon])
  PUNCTUATION_TYPES[type.LABEL!.charCodeAt(0)] = type;

function push(tokens: SqlToken[], type: TokenType, sql: string, start: number, end: number, payload: string, quoted: boolean): number {
  tokens.push({
    image: sql.slice(start, end),
    startOffset: start,
    endOffset: end - 1,
    tokenType: type,
    tokenTypeIdx: type.tokenTypeIdx!,
    payload,
    quoted,
  });
  return end;
}

/** Scans the token at `start`, returns where it ends. */
function scanToken(sql: string, start: number, tokens: SqlToken[]): number {
  const code = sql.charCodeAt(start);
  switch (characterClass(code)) {
    case LETTER:
      return scanPrefixedString(sql, start, tokens) ?? scanWord(sql, start, tokens);
    case DIGIT:
      return pushNumber(sql, start, tokens);
    case OPERATOR: {
      const end = endOfOperator(sql, start);
      const text = sql.slice(start, end);
      return push(tokens, operatorType(text), sql, start, end, text === '!=' ? '<>' : text, false);
    }
    default:
      return scanPunctuation(sql, start, tokens);
  }
}

function scanWord(sql: string, start: number, tokens: SqlToken[]): number {
  const end = endOfIdentifier(sql, start);
  const image = sql.slice(start, end);
  const keyword = SPELLINGS.get(image);
  if (keyword !== undefined) return push(tokens, keyword.type, sql, start, end, keyword.word, false);
  const word = foldCase(image);
  return push(tokens, KEYWORD_TYPES.get(word) ?? T.Identifier, sql, start, end, word, false);
}

/** The two usual spellings of each keyword, which spares folding. */
const SPELLINGS = new Map<string, {readonly word: string; readonly type: TokenType}>();
for (const [word, type] of KEYWORD_TYPES) {
  SPELLINGS.set(word, {word, type});
  SPELLINGS.set(word.toUpperCase(), {word, type});
}

/** `E'…'`, `B'…'`, `X'…'`, `N'…'`, `U&'…'`, `U&"…"`. */
function scanPrefixedString(sql: string, start: number, tokens: SqlToken[]): number | undefined {
  const code = sql.charCodeAt(start + 1);
  if (code !== QUOTE && code !== AMPERSAND) return undefined;
  const next = sql[start + 1];
  const prefix = sql[start]!.toLowerCase();
  if (next === '&') {
    const quote = sql[start + 2];
    if (prefix !== 'u' || (quote !== "'" && quote !== '"')) return undefined;
    const {value, end} = scanUnicode(sql, start, quote);
    return push(tokens, quote === '"' ? T.Identifier : T.String, sql, start, end, value, true);
  }
  if (prefix === 'b' || prefix === 'x') {
    const {value, end} = scanBitString(sql, start, prefix === 'b' ? 2 : 16);
    return push(tokens, T.BitString, sql, start, end, value, false);
  }
  if (prefix !== 'e' && prefix !== 'n') return undefined;
  const {value, end} = scanString(sql, start, start + 1, prefix === 'e');
  return push(tokens, T.String, sql, start, end, value, true);
}

function pushNumber(sql: string, start: number, tokens: SqlToken[]): number {
  const {type, text, end} = scanNumber(sql, start);
  return push(tokens, type, sql, start, end, text, false);
}

function scanPunctuation(sql: string, start: number, tokens: SqlToken[]): number {
  const c = sql[start]!;
  const next = sql.charCodeAt(start + 1);
  if (c === "'") {
    const {value, end} = scanString(sql, start, start, false);
    return push(tokens, T.String, sql, start, end, value, true);
  }
  if (c === '"') {
    const {value, end} = scanQuotedIdentifier(sql, start);
    return push(tokens, T.Identifier, sql, start, end, value, true);
  }
  if (c === '$') return scanDollar(sql, start, tokens);
  if (c === '.' && characterClass(next) === DIGIT) return pushNumber(sql, start, tokens);
  if (c === ':' && sql[start + 1] === ':') return push(tokens, T.DoubleColon, sql, start, start + 2, '::', false);
  if (c === ':' && sql[start + 1] === '=') return push(tokens, T.ColonEquals, sql, start, start + 2, ':=', false);
  const type = PUNCTUATION_TYPES[sql.charCodeAt(start)];
  if (type === undefined) throw sqlError('syntax_error', `syntax error at or near "${c}"`, {position: start});
  return push(tokens, type, sql, start, start + 1, c, false);
}

function scanDollar(sql: string, start: number, tokens: SqlToken[]): number {
  if (characterClass(sql.charCodeAt(start + 1)) === DIGIT) {
    const end = /\$\d+/.exec(sql.slice(start, start + 20))![0].length + start;
    if (end < sql.length && characterClass(sql.charCodeAt(end)) === LETTER)
      throw sqlError('syntax_error', `trailing junk after parameter at or near "${sql.slice(start, end + 1)}"`, {position: start});
    return push(tokens, T.Parameter, sql, start, end, sql.slice(start + 1, end), false);
  }
  const quoted = scanDollarQuoted(sql, start);
  if (quoted === undefined) throw sqlError('syntax_error', 'syntax error at or near "$"', {position: start});
  return push(tokens, T.String, sql, start, quoted.end, quoted.value, true);
}

/** Skips blanks, `-- …` and nested comments between slash and star. */
function skipBlanks(sql: string, from: number): number {
  let at = from;
  for (;;) {
    while (at < sql.length && characterClass(sql.charCodeAt(at)) === BLANK) at++;
    const code = sql.charCodeAt(at);
    if (code === MINUS && sql.charCodeAt(at + 1) === MINUS) {
      const end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length : end + 1;
    } else if (code === SLASH && sql[at + 1] === '*') at = endOfComment(sql, at);
    else return at;
  }
}

const AMPERSAND = 38;
const QUOTE = 39;
const MINUS = 45;
const SLASH = 47;

function endOfComment(sql: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  throw sqlError('syntax_error', `unterminated /* comment at or near "${sql.slice(start)}"`, {position: start});
}
