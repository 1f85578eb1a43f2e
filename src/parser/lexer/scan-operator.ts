import type {TokenType} from 'chevrotain';
import {T} from '../tokens/token-types.ts';
import {characterClass, OPERATOR} from './character-class.ts';

const OWN_TYPES: ReadonlyMap<string, TokenType> = new Map([
  ['+', T.Plus],
  ['-', T.Minus],
  ['*', T.Star],
  ['/', T.Slash],
  ['%', T.Percent],
  ['^', T.Caret],
  ['=', T.Equals],
  ['<', T.Less],
  ['>', T.Greater],
  ['<=', T.LessEquals],
  ['>=', T.GreaterEquals],
  ['<>', T.NotEquals],
  ['!=', T.NotEquals],
  ['=>', T.Arrow],
]);

export function operatorType(text: string): TokenType {
  return OWN_TYPES.get(text) ?? T.Operator;
}

/**
 * Where the operator that begins at `start` ends, by PostgreSQL's rules (4.1.3): it stops before a comment, and it may end in + or - only if it
 * has a character that no standard operator has (so `a=-1` is `=` and `-`).
 */
export function endOfOperator(sql: string, start: number): number {
  if (characterClass(sql.charCodeAt(start + 1)) !== OPERATOR) return start + 1;
  let end = start;
  while (end < sql.length && characterClass(sql.charCodeAt(end)) === OPERATOR) {
    const pair = sql.slice(end, end + 2);
    if (end > start && (pair === '--' || pair === '/*')) break;
    end++;
  }
  if (end - start > 1 && !/[~!@#%^&|`?]/.test(sql.slice(start, end))) while (end - start > 1 && /[+-]/.test(sql[end - 1]!)) end--;
  return end;
}
