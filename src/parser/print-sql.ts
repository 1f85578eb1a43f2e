import type {Expression} from './ast/expression.ts';
import type {Query} from './ast/query.ts';
import type {Statement} from './ast/statement.ts';
import type {TypeName} from './ast/type-name.ts';
import {StatementPrinter} from './print/statement-printer.ts';

const printer = new StatementPrinter();

/** AST → SQL text on one line, such that parsing it gives the same tree but for spans. Without a semicolon. */
export function printStatement(statement: Statement): string {
  return printer.statement(statement);
}

export function printQuery(query: Query): string {
  return printer.query(query);
}

export function printExpression(expression: Expression): string {
  return printer.expression(expression);
}

/** `character varying(10)`, `timestamp with time zone`. */
export function printTypeName(type: TypeName): string {
  return printer.typeName(type);
}
