import type {Delete, Insert, Update} from '../parser/ast/dml.ts';
import type {SqlType} from '../types/sql-type.ts';
import {bindInsert} from './binder/bind-insert.ts';
import {statementContext} from './binder/bind-query.ts';
import {bindDelete, bindUpdate} from './binder/bind-update.ts';
import type {BoundDml} from './binder/bound-dml.ts';
import type {BinderNotice, BinderOptions} from './binder/statement-context.ts';
import type {DataflowPlan} from './dataflow/dataflow-plan.ts';
import {lower} from './dataflow/lower.ts';
import type {LogicalPlan} from './logical/logical-plan.ts';
import {foldExpression} from './optimizer/rules/fold-constants.ts';
import {optimize} from './optimizer/optimize.ts';
import type {RuleContext} from './optimizer/rule.ts';
import {lookUpScans} from './look-up-scans.ts';

export type PlannedDml = {
  readonly bound: BoundDml;
  readonly optimized: LogicalPlan;
  /** The rows of `bound.source`. */
  readonly source: DataflowPlan;
  readonly parameterTypes: readonly SqlType[];
  /** Ids of the relations whose rows are read, the target's too where it is read. */
  readonly relations: readonly number[];
  readonly notices: readonly BinderNotice[];
};

/** The pipeline of INSERT, UPDATE and DELETE: bind, optimise the source, lower it. */
export function planDml(dml: Insert | Update | Delete, options: BinderOptions & RuleContext): PlannedDml {
  const statement = statementContext(options);
  const bound = bindDml(dml, statement);
  const parameterTypes = statement.parameters.decided();
  const optimized = optimize(bound.source, options);
  return {
    bound: folded(bound, options),
    optimized,
    source: lookUpScans(lower(optimized), options.catalog),
    parameterTypes,
    relations: [...statement.relationsRead],
    notices: statement.notices,
  };
}

function bindDml(dml: Insert | Update | Delete, statement: ReturnType<typeof statementContext>): BoundDml {
  switch (dml.kind) {
    case 'insert':
      return bindInsert(dml, statement);
    case 'update':
      return bindUpdate(dml, statement);
    case 'delete':
      return bindDelete(dml, statement);
    default:
      throw new Error('internal error: DML kind');
  }
}

/** Constants in the expressions that are evaluated outside the source. */
function folded(bound: BoundDml, options: RuleContext): BoundDml {
  const {returning} = bound;
  if (returning === undefined) return bound;
  return {...bound, returning: {...returning, expressions: returning.expressions.map(e => foldExpression(e, options))}};
}
