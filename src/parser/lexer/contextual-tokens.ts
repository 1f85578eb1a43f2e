import type {TokenType} from 'chevrotain';
import type {Keyword} from '../tokens/keyword-list.ts';
import type {SqlToken} from '../tokens/sql-token.ts';
import {K, T} from '../tokens/token-types.ts';

/**
 * Settles with one more token what the grammar, which looks one token ahead, could not tell apart. PostgreSQL does the same between its lexer
 * and its grammar. Two kinds of rule:
 * - a word is a keyword only before certain tokens (`EMIT` before CHANGES), else a plain name, so that it stays usable for columns;
 * - a word has another token type before certain tokens (`NOT` before IN).
 * It also splits the `>>` that closes two `STRUCT<…>` at once.
 */
export function resolveContext(tokens: SqlToken[]): SqlToken[] {
  let angles = false;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const rule = RULES[token.tokenTypeIdx];
    if (rule === undefined) continue;
    const next = tokens[i + 1];
    retype(token, rule(next, tokens[i + 2]) ?? token.tokenType);
    angles ||= next?.tokenType === T.Less && (token.tokenType === K.struct || token.tokenType === K.row || token.tokenType === K.map);
  }
  return angles ? splitClosingAngles(tokens) : tokens;
}

function retype(token: SqlToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx!;
}

/** The type in place of the token's own; undefined = it keeps its own. */
type Rule = (next: SqlToken | undefined, second: SqlToken | undefined) => TokenType | undefined;

const RULES: (Rule | undefined)[] = [];

function keywordOnlyBefore(words: readonly Keyword[], ...followers: readonly TokenType[]): void {
  for (const word of words)
    RULES[K[word].tokenTypeIdx!] = next => (next !== undefined && followers.includes(next.tokenType) ? undefined : T.Identifier);
}

function becomes(word: Keyword, type: TokenType, condition: (next: TokenType, second: TokenType | undefined) => boolean): void {
  RULES[K[word].tokenTypeIdx!] = (next, second) => (next !== undefined && condition(next.tokenType, second?.tokenType) ? type : undefined);
}

keywordOnlyBefore(['emit'], K.changes, K.final, K.on);
keywordOnlyBefore(['asof'], K.join, K.inner, K.left);
keywordOnlyBefore(['within'], K.group, T.Integer, T.LParenPlain);
RULES[K.at.tokenTypeIdx!] = (next, second) => (next?.tokenType === K.time && second?.tokenType === K.zone ? undefined : T.Identifier);
keywordOnlyBefore(['watermark'], K.for);
keywordOnlyBefore(['match_condition'], T.LParenPlain);
keywordOnlyBefore(['ignore', 'respect'], K.nulls);
keywordOnlyBefore(['struct', 'map'], T.Less, T.LParenPlain);
keywordOnlyBefore(['filter', 'operator', 'rollup', 'cube'], T.LParenPlain);
keywordOnlyBefore(['coalesce', 'extract', 'greatest', 'least', 'normalize', 'nullif', 'overlay', 'position'], T.LParenPlain);
keywordOnlyBefore(['substring', 'treat', 'trim'], T.LParenPlain);
RULES[K.grouping.tokenTypeIdx!] = next =>
  next?.tokenType === K.sets ? T.GroupingSetsAhead : next?.tokenType === T.LParenPlain ? undefined : T.Identifier;

const NEGATABLE: readonly TokenType[] = [K.between, K.in, K.like, K.ilike, K.similar];
const STREAM_WINDOWS: readonly TokenType[] = [K.tumbling, K.hopping, K.session];
becomes('not', T.NotAhead, next => NEGATABLE.includes(next));
becomes('nulls', T.NullsAhead, next => next === K.first || next === K.last);
becomes('window', T.StreamWindowAhead, (next, second) => STREAM_WINDOWS.includes(next) && second === T.LParenPlain);
becomes('for', T.SystemTimeAhead, next => next === K.system_time);
becomes('similar', T.SimilarPatternAhead, next => next !== K.to);
becomes('rows', T.RowsFromAhead, (next, second) => next === K.from && second === T.LParenPlain);
RULES[T.Dot.tokenTypeIdx!] = next => (next?.tokenType === T.Star ? T.DotBeforeStar : undefined);
RULES[K.with.tokenTypeIdx!] = (next, second) => {
  if (next?.tokenType === K.time && second?.tokenType === K.zone) return T.WithTimeAhead;
  return next?.tokenType === K.ordinality ? T.WithOrdinalityAhead : undefined;
};

function splitClosingAngles(tokens: readonly SqlToken[]): SqlToken[] {
  const result: SqlToken[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (token.tokenType === T.Less) depth++;
    if (depth === 0 || !/^>+$/.test(token.image)) {
      result.push(token);
      continue;
    }
    for (let i = 0; i < token.image.length; i++) {
      const start = token.startOffset + i;
      const greater = {...token, image: '>', payload: '>', startOffset: start, endOffset: start};
      retype(greater, T.Greater);
      result.push(greater);
      depth = Math.max(0, depth - 1);
    }
  }
  return result;
}
