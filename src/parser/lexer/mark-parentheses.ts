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
  const open: number[] = [];
  const closeOf = new Map<number, number>();
  for (let i = 0; i < tokens.length; i++) {
    const type = tokens[i]!.tokenType;
    if (type === T.LParenPlain) {
      open.push(i);
      closeOf.set(i, -1);
    } else if (type === T.RParen) {
      const start = open.pop();
      if (start !== undefined) closeOf.set(start, i);
    }
  }
  for (const i of [...closeOf.keys()].reverse()) {
    const token = tokens[i]!;
    token.tokenType = typeOf(tokens, i, closeOf);
    token.tokenTypeIdx = token.tokenType.tokenTypeIdx!;
  }
  return tokens;
}

function typeOf(tokens: readonly SqlToken[], open: number, closeOf: ReadonlyMap<number, number>): TokenType {
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
      const close = closeOf.get(open + 1) ?? -1;
      const after = close < 0 ? undefined : tokens[close + 1]?.tokenType;
      return after !== undefined && QUERY_GOES_ON.has(after) ? T.LParenQuery : T.LParenPlain;
    }
    default:
      return T.LParenPlain;
  }
}
