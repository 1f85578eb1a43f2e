import type {FileOutput} from '../../connectors/files/file-output.ts';
import type {Relations} from './relations.ts';
import {scannedRelations, type ViewRuntime} from './view-runtime.ts';

/** The sinks that deliver their rows. */
export function deliveriesOf(relations: Relations): {readonly view: ViewRuntime; readonly output: FileOutput}[] {
  const found: {view: ViewRuntime; output: FileOutput}[] = [];
  for (const view of relations.views.values()) if (view.delivery !== undefined) found.push({view, output: view.delivery.output});
  return found;
}

/** The relations that feed a sink which cannot take more, and why it cannot. */
export function heldBack(relations: Relations): ReadonlyMap<number, string> {
  const held = new Map<number, string>();
  for (const {view, output} of deliveriesOf(relations)) {
    if (!output.isFull) continue;
    const reason = `sink "${view.spec.name}" cannot write: ${output.status().problem ?? ''}`;
    for (const {spec} of [view, ...view.below]) for (const relation of scannedRelations(spec.plan)) held.set(relation, reason);
  }
  return held;
}
