import type {StateStore} from '../../runtime/graph/operator.ts';
import type {MemoryAccount} from './memory-limit.ts';
import type {Relations} from './relations.ts';

/** What the relations' state takes, views that catch up included, and what their readers have queued. */
export function accountOf(relations: Relations): MemoryAccount {
  let state = 0;
  let largest: MemoryAccount['largest'];
  const add = (relation: string, stores: readonly StateStore[]): void => {
    for (const store of stores) {
      const bytes = store.stateBytes();
      state += bytes;
      if (largest === undefined || bytes > largest.bytes) largest = {relation, operator: store.label, bytes};
    }
  };
  for (const view of relations.views.values()) add(view.spec.name, view.stores);
  for (const stored of relations.stored.values()) add(stored.name, stored.node.stores);
  let queued = 0;
  for (const {queue, recorded} of relations.streams.values()) queued += (queue?.bytes ?? 0) + (recorded?.bytes ?? 0);
  for (const {streams} of relations.hydrations.running) for (const {queue} of streams) queued += queue.bytes;
  return {state, queued, largest};
}
