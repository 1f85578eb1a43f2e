import {K, T} from '../tokens/token-types.ts';
import type {SqlToken} from '../tokens/sql-token.ts';

const FIELDS = new Map([
  ['years', K.year],
  ['months', K.month],
  ['days', K.day],
  ['hours', K.hour],
  ['minutes', K.minute],
  ['seconds', K.second],
]);

/**
 * Reads `INTERVAL '10' MINUTES`, as Flink's users write it, as `INTERVAL '10' MINUTE`: where the plural cannot be the label of a column, which it is
 * for PostgreSQL in `SELECT interval '10' minutes`. Parentheses have been marked.
 */
export function readPluralFields(tokens: SqlToken[]): SqlToken[] {
  for (let i = 2; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.tokenType !== T.Identifier || token.quoted) continue;
    const field = FIELDS.get(token.payload);
    if (field === undefined || tokens[i - 1]!.tokenType !== T.String || tokens[i - 2]!.tokenType !== K.interval) continue;
    if (!isInPlainParentheses(tokens, i)) continue;
    token.tokenType = field;
    token.tokenTypeIdx = field.tokenTypeIdx!;
  }
  return tokens;
}

/** Whether the innermost parenthesis that is open before a token is not that of a query with a select list. */
function isInPlainParentheses(tokens: readonly SqlToken[], at: number): boolean {
  let depth = 0;
  for (let i = at - 1; i >= 0; i--) {
    const type = tokens[i]!.tokenType;
    if (type === T.RParen) depth++;
    else if (type === T.LParenPlain || type === T.LParenQuery || type === T.LParenEmpty) {
      if (depth === 0) return type === T.LParenPlain || tokens[i + 1]!.tokenType === K.table;
      depth--;
    } else if (type === T.Semicolon) return false;
  }
  return false;
}
