import {sqlError} from '../common/sql-error.ts';
import type {
  DataflowLateGate,
  DataflowTemporalFilter,
  DataflowWindowClose,
  Expiry,
  SideExpiries,
} from '../planner/dataflow/dataflow-plan.ts';
import {followsClock} from '../planner/dataflow/follows-clock.ts';
import {LateGate} from '../runtime/operators/late-gate.ts';
import {TemporalFilter} from '../runtime/operators/temporal-filter.ts';
import {WindowClose} from '../runtime/operators/window-close.ts';
import {COARSE_BUCKET, type RowExpiry} from '../runtime/time/expiry-index.ts';
import {TICK} from '../runtime/time/tick.ts';
import {physicalOf} from '../types/sql-type.ts';
import type {BuildContext, NodeBuilder, TimeSource} from './build-context.ts';

/** Errors: 0A000 where nothing is maintained, so that time does not pass. */
export function timeOf({time}: BuildContext, what: string): TimeSource {
  if (time !== undefined) return time;
  throw sqlError('feature_not_supported', `${what} is only possible in a materialized view or sink`);
}

/** What rows of an operator go by; undefined = by nothing. */
export function rowExpiry(expiry: Expiry | undefined, context: BuildContext): RowExpiry | undefined {
  if (expiry === undefined) return undefined;
  const {column, bound, exact} = expiry;
  return {column, bound: timeOf(context, 'state that ends').bound(bound), width: exact ? 1 : COARSE_BUCKET};
}

export function sideExpiries(
  expiry: SideExpiries | undefined,
  context: BuildContext,
): {readonly left: RowExpiry | undefined; readonly right: RowExpiry | undefined} | undefined {
  return expiry && {left: rowExpiry(expiry.left, context), right: rowExpiry(expiry.right, context)};
}

export const buildLateGate: NodeBuilder<DataflowLateGate> = (plan, context, build) => {
  const time = timeOf(context, 'a late gate');
  const {windows} = plan;
  return context.graph.add(
    new LateGate({
      label: 'late-gate',
      input: plan.input.types.map(physicalOf),
      columns: plan.width,
      time: plan.column,
      bound: time.bound(plan.bound),
      windows: windows && {...windows, bound: time.bound(windows.bound)},
      late: plan.silent ? undefined : time.lateSink(plan),
    }),
    [build(plan.input)],
  );
};

export const buildWindowClose: NodeBuilder<DataflowWindowClose> = (plan, context, build) => {
  const time = timeOf(context, 'EMIT ON WINDOW CLOSE');
  const now = time.bound({kind: 'step-time'});
  return context.graph.add(
    new WindowClose({
      label: 'window-close',
      schema: plan.types.map(physicalOf),
      time: plan.column,
      bound: time.bound(plan.bound),
      every: followsClock(plan.bound) ? {now, micros: TICK} : undefined,
    }),
    [build(plan.input)],
  );
};

export const buildTemporalFilter: NodeBuilder<DataflowTemporalFilter> = (plan, context, build) => {
  const input = plan.input.types.map(physicalOf);
  return context.graph.add(
    new TemporalFilter({
      label: 'temporal-filter',
      input,
      columns: plan.types.length,
      from: plan.from,
      until: plan.until,
      now: timeOf(context, 'now() as a filter').bound({kind: 'step-time'}),
    }),
    [build(plan.input)],
  );
};
