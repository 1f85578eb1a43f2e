import type {FileLayer} from '../../runtime/durability/file-layer.ts';
import type {JournalContent} from '../../runtime/durability/journal-format.ts';
import type {Manifest} from './checkpointer.ts';
import type {CoreOutput} from './core-output.ts';
import type {SliceTimer, StepClock} from './slice-clock.ts';

/** What the core is told at its start; plain data. `manifest` = the last checkpoint, if there is one; `past` = what the journal holds. */
export type CoreOptions = {
  readonly journalDirectory: string;
  readonly segmentsDirectory: string;
  readonly manifest: Manifest | null;
  readonly past: readonly JournalContent[];
  /** Bytes that state and queues may take; Infinity = no limit. */
  readonly memoryLimit: number;
  /** Rows that each list of bad records and late rows keeps; absent = a million. */
  readonly newestRows?: number | undefined;
  /** See RecoveryArgs. */
  readonly replayBytes?: number | undefined;
};
export type CoreParts = {
  readonly files: FileLayer;
  readonly output: CoreOutput;
  readonly clock?: StepClock | undefined;
  /** Cuts work into slices. */
  readonly slices?: SliceTimer | undefined;
};
