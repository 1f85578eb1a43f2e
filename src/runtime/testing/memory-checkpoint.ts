import type {BlockWriter, StateStore} from '../graph/operator.ts';
import {runToEnd} from '../graph/run-slices.ts';

type Block = {readonly section: number; readonly first: number; readonly bytes: Uint8Array};

/** Checkpoints of one store, kept in memory, in the order in which they were written. */
export class MemoryCheckpoint implements BlockWriter {
  readonly #written: Block[] = [];
  bytes = 0;
  calls = 0;

  blocks(section: number, first: number, bytes: Uint8Array): void {
    this.#written.push({section, first, bytes: Uint8Array.from(bytes)});
    this.bytes += bytes.length;
    this.calls++;
  }

  restoreTo(store: StateStore): void {
    this.copyTo(store);
    runToEnd(store.restored());
  }

  /** Without ending the restoration: a later checkpoint may follow. */
  copyTo(store: StateStore): void {
    for (const {section, first, bytes} of this.#written) store.restoreBlocks(section, first, bytes);
  }
}
