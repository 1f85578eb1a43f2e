import type {Delivery} from './relations.ts';
import {scannedRelations} from './view-runtime.ts';

/** The relations that feed a sink which cannot take more, and why it cannot. */
export function heldBack(deliveries: Iterable<Delivery>): ReadonlyMap<number, string> {
  const held = new Map<number, string>();
  for (const {view, output} of deliveries) {
    if (!output.isFull) continue;
    const reason = `sink "${view.spec.name}" cannot write: ${output.status().problem ?? ''}`;
    for (const {spec} of [view, ...view.below]) for (const relation of scannedRelations(spec.plan)) held.set(relation, reason);
  }
  return held;
}
