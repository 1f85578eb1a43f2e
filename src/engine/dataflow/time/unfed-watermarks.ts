import type {DataflowPlan} from '../../../planner/dataflow/dataflow-plan.ts';
import {Watermark} from '../../../runtime/time/watermark.ts';
import {scannedRelations, type ViewRuntime} from '../view-runtime.ts';
import type {StreamClock} from './stream-clock.ts';

/** Stands still, so that no state is freed by it, until all rows are in that relations hold; then it is the `shared` one. */
export type UnfedWatermark = {readonly watermark: Watermark; readonly shared: Watermark};

/**
 * For a view that catches up, by the streams whose rows come to it at the end, from what relations hold: embedded streams, and those below views.
 * Until then their watermarks say nothing of the rows still to come.
 */
export function unfedWatermarks(
  plan: DataflowPlan,
  {stored, views}: {readonly stored: ReadonlyMap<number, unknown>; readonly views: ReadonlyMap<number, ViewRuntime>},
  clocks: ReadonlyMap<number, StreamClock>,
): ReadonlyMap<number, UnfedWatermark> {
  const scanned = scannedRelations(plan);
  const below = scanned.flatMap(id => views.get(id) ?? []).flatMap(view => [view, ...view.below]);
  const streams = new Set([...scanned.filter(id => stored.has(id)), ...below.flatMap(view => scannedRelations(view.spec.plan))]);
  return new Map(
    [...streams].flatMap(id => {
      const shared = clocks.get(id)?.watermark;
      return shared === undefined ? [] : [[id, {watermark: new Watermark(), shared}] as const];
    }),
  );
}
