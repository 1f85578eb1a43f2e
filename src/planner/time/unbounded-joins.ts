import {unreachable} from '../../common/unreachable.ts';
import {physicalOf, type SqlType} from '../../types/sql-type.ts';
import {dataflowInputs} from '../dataflow/dataflow-inputs.ts';
import type {DataflowJoin, DataflowPlan} from '../dataflow/dataflow-plan.ts';

/** A join that keeps every row that ever comes to a side. */
export type UnboundedJoin = {readonly join: DataflowJoin; readonly sides: readonly UnboundedSide[]};
export type UnboundedSide = {
  readonly side: 'left' | 'right';
  /** The relations whose rows come in there. */
  readonly relations: readonly number[];
  /** Rough size of one row as it is kept. */
  readonly bytes: number;
};

/** Joins of a maintained plan with sides that only grow and that nothing says when to forget. */
export function unboundedJoins(plan: DataflowPlan): readonly UnboundedJoin[] {
  const below = dataflowInputs(plan).flatMap(unboundedJoins);
  if (plan.kind !== 'join') return below;
  const sides = unboundedSides(plan);
  return sides.length === 0 ? below : [...below, {join: plan, sides}];
}

export function unboundedSides(join: DataflowJoin): readonly UnboundedSide[] {
  return (['left', 'right'] as const).flatMap(side => {
    const rows = join[side];
    if (join.expiry?.[side] !== undefined || !onlyGrows(rows)) return [];
    return [{side, relations: [...new Set(scansOf(rows))], bytes: rowBytes(rows.types)}];
  });
}

/** Whether a node emits rows for as long as its streams do, and takes none back. Groups, tops and the like are bounded by their keys. */
function onlyGrows(plan: DataflowPlan): boolean {
  switch (plan.kind) {
    case 'scan':
      return plan.appendOnly;
    case 'map':
    case 'unnest':
    case 'hop':
    case 'late-gate':
    case 'window-close':
    case 'session':
    case 'analytic':
    case 'partial-aggregate':
      return onlyGrows(plan.input);
    case 'union':
      return plan.inputs.some(onlyGrows);
    case 'join':
      return plan.joinType === 'inner' || plan.joinType === 'left' ? onlyGrows(plan.left) || onlyGrows(plan.right) : onlyGrows(plan.left);
    case 'asof-join':
    case 'temporal-join':
      return onlyGrows(plan.left);
    case 'values':
    case 'aggregate':
    case 'session-aggregate':
    case 'distinct':
    case 'set-operation':
    case 'top':
    case 'temporal-filter':
      return false;
    default:
      return unreachable(plan);
  }
}

function scansOf(plan: DataflowPlan): readonly number[] {
  return plan.kind === 'scan' ? (plan.appendOnly ? [plan.relation] : []) : dataflowInputs(plan).flatMap(scansOf);
}

const BYTES = {u8: 1, i32: 4, i64: 8, f64: 8, decimal: 8, bytes: 32} as const;
/** Links of the index, and the row's count. */
const OVERHEAD = 24;

function rowBytes(types: readonly SqlType[]): number {
  return types.reduce((sum, type) => sum + BYTES[physicalOf(type)], OVERHEAD);
}
