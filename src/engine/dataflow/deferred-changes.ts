import type {RelationChange, SinkSpec, ViewSpec} from './commands.ts';
import {scannedRelations} from './view-runtime.ts';

/** Views and sinks of before a restart that read views which catch up again: they are made again once those are ready. */
export class DeferredChanges {
  /** A restart builds what there was: what is not ready is waited for instead of being refused. */
  active = false;
  readonly #isUnready: (relation: number) => boolean;
  #changes: RelationChange[] = [];

  constructor(isUnready: (relation: number) => boolean) {
    this.#isUnready = isUnready;
  }

  get views(): readonly ViewSpec[] {
    return this.#changes.flatMap(change => (change.kind === 'add-view' ? [change.view] : []));
  }

  /** Keeps a change for later, if it must wait. */
  takes(change: RelationChange): boolean {
    const waits = this.active && this.#mustWait(change);
    if (waits) this.#changes.push(change);
    return waits;
  }

  /** Changes whose inputs are there by now. */
  takeReady(): RelationChange[] {
    const ready = this.#changes.filter(change => !this.#mustWait(change));
    this.#changes = this.#changes.filter(change => !ready.includes(change));
    return ready;
  }

  drop(relation: number): void {
    this.#changes = this.#changes.filter(change => planned(change)?.relation !== relation);
  }

  #mustWait(change: RelationChange): boolean {
    const plan = planned(change)?.plan;
    return plan !== undefined && scannedRelations(plan).some(this.#isUnready);
  }
}

function planned(change: RelationChange): ViewSpec | SinkSpec | undefined {
  return change.kind === 'add-view' ? change.view : change.kind === 'add-sink' ? change.sink : undefined;
}
