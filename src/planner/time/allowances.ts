import type {BoundSpec, ColumnTime} from '../../catalog/column-time.ts';
import {unreachable} from '../../common/unreachable.ts';
import type {DataflowPlan} from '../dataflow/dataflow-plan.ts';
import {mapBounds} from '../dataflow/map-bounds.ts';
import {leastOf, shifted} from './column-time.ts';
import type {TimedPlan} from './bound-time.ts';

/** By stream: how far its rows may be behind the watermark and still count in a view, µs. */
export type Allowances = ReadonlyMap<number, number>;

/**
 * The bound of a time over which a window has a grace period of its own: it stands in place of what the stream allows. Results of a window
 * below come when that has closed, and `by` is added to it.
 */
export function withGrace(bound: BoundSpec, by: number): BoundSpec {
  switch (bound.kind) {
    case 'watermark':
      return {...bound, lateness: by};
    case 'shift':
      return shifted(withGrace(bound.of, by), bound.by);
    case 'min':
      return leastOf(bound.of.map(of => withGrace(of, by)));
    case 'floor':
    case 'step-time':
      return shifted(bound, -by);
    default:
      return unreachable(bound);
  }
}

/** The greatest of what anything in the plan that ends with time allows: a record that counts for one window of a view counts for all. */
export function allowancesOf(plan: DataflowPlan): Allowances {
  const greatest = new Map<number, number>();
  mapBounds(plan, bound =>
    mapWatermarks(bound, ({stream, lateness}) => {
      greatest.set(stream, Math.max(greatest.get(stream) ?? 0, lateness));
      return lateness;
    }),
  );
  return greatest;
}

/** The plan with the same lateness wherever it follows a stream; what it says of its output is for the views above, which wait as long. */
export function allowAlike({plan, times}: TimedPlan, allowances: Allowances): TimedPlan {
  const own = (bound: BoundSpec) => mapWatermarks(bound, ({stream, lateness}) => allowances.get(stream) ?? lateness);
  const handedOn = (bound: BoundSpec) => mapWatermarks(bound, ({stream, lateness}) => Math.max(lateness, allowances.get(stream) ?? 0));
  return {
    plan: mapBounds(plan, own),
    times: times.map((time): ColumnTime | null => time && {...time, bound: handedOn(time.bound)}),
  };
}

function mapWatermarks(bound: BoundSpec, f: (watermark: {readonly stream: number; readonly lateness: number}) => number): BoundSpec {
  switch (bound.kind) {
    case 'watermark':
      return {...bound, lateness: f({stream: bound.stream, lateness: bound.lateness ?? 0})};
    case 'shift':
    case 'floor':
      return {...bound, of: mapWatermarks(bound.of, f)};
    case 'min':
      return leastOf(bound.of.map(of => mapWatermarks(of, f)));
    case 'step-time':
      return bound;
    default:
      return unreachable(bound);
  }
}
