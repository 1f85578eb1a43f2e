import {shiftInputs} from '../expression/references.ts';
import {arityOf} from '../logical/output-columns.ts';
import {mapOuter, outerColumns} from '../logical/outer-references.ts';
import type {LogicalPlan} from '../logical/logical-plan.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {ScopeColumn, ScopeItem} from './scope.ts';

/** A bound piece of FROM: its rows, and how its columns can be named. */
export type FromResult = {readonly plan: LogicalPlan; readonly items: readonly ScopeItem[]; readonly columns: readonly ScopeColumn[]};

/** One row without columns: what a SELECT without FROM reads. */
export const ONE_ROW: LogicalPlan = Object.freeze({kind: 'values', names: [], types: [], rows: [[]]});

const shiftColumn = (column: ScopeColumn, by: number): ScopeColumn => ({...column, expression: shiftInputs(column.expression, by)});

/** The names of a right side, whose columns come after `by` columns of the left side. */
export function shiftNames({items, columns}: FromResult, by: number): Pick<FromResult, 'items' | 'columns'> {
  return {
    items: items.map(item => ({
      ...item,
      columns: item.columns.map(c => shiftColumn(c, by)),
      hidden: item.hidden.map(c => shiftColumn(c, by)),
    })),
    columns: columns.map(c => shiftColumn(c, by)),
  };
}

/**
 * Joins a right side that was bound as if it read the left side's row. One that does not read it is an ordinary join, and one query level
 * less deep than it was bound for.
 */
export function applyOrJoin(
  result: 'inner' | 'left',
  left: LogicalPlan,
  right: LogicalPlan,
  on: readonly TypedExpression[] = [],
): LogicalPlan {
  if (outerColumns(right).size > 0) return {kind: 'apply', result, left, right, on};
  return {kind: 'join', joinType: result, left, right: oneLevelUp(right), on};
}

/** A plan that no longer stands below an apply. */
export function oneLevelUp(plan: LogicalPlan): LogicalPlan {
  return mapOuter(plan, (o, depth) => (depth > 1 ? {...o, depth: o.depth - 1} : o));
}

export function crossJoin(left: FromResult, right: FromResult, lateral: boolean): FromResult {
  const plan: LogicalPlan = lateral
    ? applyOrJoin('inner', left.plan, right.plan)
    : {kind: 'join', joinType: 'inner', left: left.plan, right: right.plan, on: []};
  const names = shiftNames(right, arityOf(left.plan));
  return {plan, items: [...left.items, ...names.items], columns: [...left.columns, ...names.columns]};
}
