import type {Expression} from './ast/expression.ts';
import {runRule} from './run-rule.ts';

/** Parses one expression: `a + 1`. Errors: see `runRule`. */
export function parseExpression(sql: string): Expression {
  return runRule('wholeExpression', sql).result;
}
