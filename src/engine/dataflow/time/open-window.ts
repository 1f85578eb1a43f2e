import type {BoundSpec} from '../../../catalog/column-time.ts';
import {unreachable} from '../../../common/unreachable.ts';
import {dataflowInputs} from '../../../planner/dataflow/dataflow-inputs.ts';
import type {DataflowPlan} from '../../../planner/dataflow/dataflow-plan.ts';
import type {WindowClose} from '../../../runtime/operators/window-close.ts';

/** A clock that has to come to `at` µs: the watermark of a stream, or, without one, the time of the step. */
export type ClockNeed = {readonly stream: number | undefined; readonly at: number};

/** The first window of an EMIT ON WINDOW CLOSE that is still open, and what closes it: all of `needs`. One of its edges is known at least. Plain data. */
export type OpenWindow = Edges & {readonly needs: readonly ClockNeed[]};
type Edges = {readonly start: number; readonly end: number | undefined} | {readonly start: undefined; readonly end: number};

export type ClosingWindows = {readonly operator: WindowClose; readonly plan: Extract<DataflowPlan, {kind: 'window-close'}>};

/** Undefined: no window waits. */
export function openWindow(windows: readonly ClosingWindows[]): OpenWindow | undefined {
  let first: OpenWindow | undefined;
  for (const {operator, plan} of windows) {
    const at = operator.oldest();
    if (at === Infinity) continue;
    const edges = edgesOf(plan, at);
    if (first === undefined || orderOf(edges) < orderOf(first)) first = {...edges, needs: needsOf(plan.bound, {at, beyond: true})};
  }
  return first;
}

const orderOf = ({start, end}: Edges): number => end ?? start ?? Infinity;

function edgesOf(plan: ClosingWindows['plan'], at: number): Edges {
  if (plan.starts !== undefined) return {start: at, end: plan.starts.size === undefined ? undefined : at + plan.starts.size};
  const size = sizeBelow(plan);
  return size === undefined ? {start: undefined, end: at} : {start: at - size, end: at};
}

/** What every clock must reach for the bound to reach `at`, or, with `beyond`, to exceed it. Times are whole µs. */
function needsOf(bound: BoundSpec, {at, beyond}: {readonly at: number; readonly beyond: boolean}): readonly ClockNeed[] {
  switch (bound.kind) {
    case 'watermark': {
      const least = at + (bound.lateness ?? 0);
      return [{stream: bound.stream, at: beyond ? least + 1 : least}];
    }
    case 'step-time':
      return [{stream: undefined, at: beyond ? at + 1 : at}];
    case 'shift':
      return needsOf(bound.of, {at: at - bound.by, beyond});
    case 'floor': {
      const {size, offset} = bound;
      const below = Math.floor((at - offset) / size) * size + offset;
      return needsOf(bound.of, {at: beyond || below < at ? below + size : below, beyond: false});
    }
    case 'min':
      return bound.of.flatMap(of => needsOf(of, {at, beyond}));
    default:
      return unreachable(bound);
  }
}

/** Of the windows that a plan is over, if all have the same. */
function sizeBelow(plan: DataflowPlan): number | undefined {
  if (plan.kind === 'hop') return plan.cumulate ? undefined : plan.size;
  if (plan.kind === 'late-gate' && plan.windowSize !== undefined) return plan.windowSize;
  for (const input of dataflowInputs(plan)) {
    const size = sizeBelow(input);
    if (size !== undefined) return size;
  }
  return undefined;
}
