import type {ColumnTimes} from '../../catalog/column-time.ts';
import type {Datum} from '../../types/datum.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';

export type RuleContext = {
  /** Value of an expression without inputs; throws what evaluation throws. Absent: constants are not folded. */
  readonly evaluateConstant?: ((e: TypedExpression) => Datum) | undefined;
  /** Maintained: the plan runs on, and now() is the time of each step. */
  readonly mode?: 'ad-hoc' | 'maintained' | undefined;
  /** Maintained: what watermarks say of a plan's columns. */
  readonly timesOf?: ((plan: LogicalPlan) => ColumnTimes) | undefined;
};

/** A rewriting of one node (with what is below it) that keeps its rows and columns; undefined when it does not apply. */
export type Rule = {readonly name: string; readonly apply: (plan: LogicalPlan, context: RuleContext) => LogicalPlan | undefined};

/** Rules that are tried together, at every node, until none applies any more. */
export type Stage = {readonly name: string; readonly order: 'top-down' | 'bottom-up'; readonly rules: readonly Rule[]};
