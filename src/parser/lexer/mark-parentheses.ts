import type {TokenType} from 'chevrotain';
import type {SqlToken} from '../tokens/sql-token.ts';
import {K, T} from '../tokens/token-types.ts';

/** After a parenthesised query inside parentheses, these go on with a query: `((SELECT 1) UNION SELECT 2)`; anything else does not: `((SELECT 1) + 1)`. */
const QUERY_GOES_ON: ReadonlySet<TokenType> = new Set([
  T.RParen,
  K.union,
  K.intersect,
  K.except,
  K.order,
  K.limit,
  K.offset,
  K.fetch,
  K.for,
  K.emit,
]);

/**
 * Gives each opening parenthesis its type: before a query, before its closing one, or plain. No bounded look ahead could tell `((SELECT 1) + 1)`
 * from `((SELECT 1) LIMIT 1)`, so it is settled here, from the inside out, in one pass.
 */
export function markParentheses(tokens: SqlToken[]): SqlToken[] {
  const opened: number[] = [];
  const pending: number[] = [];
  /** For each opening parenthesis of `opened` where its closing one is, −1 if nowhere. */
  const closings: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const type = tokens[i]!.tokenType;
    if (type === T.LParenPlain) {
      pending.push(opened.length);
      opened.push(i);
      closings.push(-1);
    } else if (type === T.RParen) {
      const innermost = pending.pop();
      if (innermost !== undefined) closings[innermost] = i;
    }
  }
  for (let n = opened.length - 1; n >= 0; n--) {
    const token = tokens[opened[n]!]!;
    // the parenthesis directly inside, if any, is the next one that was opened
    token.tokenType = typeOf(tokens, opened[n]!, closings[n + 1] ?? -1);
    token.tokenTypeIdx = token.tokenType.tokenTypeIdx!;
  }
  return tokens;
}

/** `innerClose`: where the next parenthesis that is opened after `open` is closed. */
function typeOf(tokens: readonly SqlToken[], open: number, innerClose: number): TokenType {
  const next = tokens[open + 1]?.tokenType;
  switch (next) {
    case T.RParen:
      return T.LParenEmpty;
    case K.select:
    case K.with:
      return T.LParenQuery;
    case K.values: {
      const second = tokens[open + 2]?.tokenType;
      return second === T.LParenPlain || second === T.LParenQuery ? T.LParenQuery : T.LParenPlain;
    }
    case K.table:
      return T.LParenQuery;
    case T.LParenQuery: {
      const after = innerClose < 0 ? undefined : tokens[innerClose + 1]?.tokenType;
      return after !== undefined && QUERY_GOES_ON.has(after) ? T.LParenQuery : T.LParenPlain;
    }
    default:
      return T.LParenPlain;
  }
}
