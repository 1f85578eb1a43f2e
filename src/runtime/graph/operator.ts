import type {Batch, Schema} from '../batch/batch.ts';

/**
 * Work that may pause. Each `yield` is a point at which the scheduler may serve reads and come back later (at most a few milliseconds of
 * work, about one batch of MAX_BATCH_ROWS rows, between two yields).
 */
export type Slices = Generator<void, void, void>;

/** Where an operator sends its output. The receiver is done with the batch when the generator returns. */
export interface BatchSink {
  emit(batch: Batch): Slices;
}

/**
 * A node of the dataflow. Within a step the graph pushes the deltas of every input, in any number of batches and in any order between
 * inputs, then calls `flush` once, in topological order. Linear and bilinear operators emit while pushed; the others note what changed and
 * emit in `flush`. The sum of everything emitted in a step is the operator's output delta of that step; its order means nothing.
 */
export interface Operator {
  readonly label: string;
  readonly schema: Schema;
  push(input: number, batch: Batch, out: BatchSink): Slices;
  flush(out: BatchSink): Slices;
  /** The stores that hold this operator's state, in a stable order: they are checkpointed, measured and freed by their owner. */
  readonly stores: readonly StateStore[];
}

/**
 * One piece of state with step-wise snapshots and block-wise checkpoints (DESIGN section 8). Rows written since `beginStep` are
 * invisible to snapshot readers until `endStep`.
 */
export interface StateStore {
  readonly label: string;
  /** Bytes reserved for the state (pages, indexes, arenas), undo logs excluded. */
  stateBytes(): number;
  rowCount(): number;
  beginStep(): void;
  /** Publishes what the step wrote. */
  endStep(): void;
  /** Restores the state as it was at `beginStep`: for a cancelled or failed step. */
  rollbackStep(): void;
  /**
   * Hands over every block changed since the last `checkpoint` call as of now (between steps) and marks all as clean. `full` = every block.
   * The writer copies or writes the bytes before it returns.
   */
  checkpoint(writer: BlockWriter, full: boolean): void;
  /** Takes back one block from a checkpoint; the latest version of each block is given once, in any order; then `restored()`. */
  restoreBlock(section: number, index: number, bytes: Uint8Array): void;
  /** All blocks are there: rebuild indexes. */
  restored(): void;
  /** Frees all memory; the store is not used afterwards. */
  dispose(): void;
}

export interface BlockWriter {
  /** `section` distinguishes parts of a store (rows, arena, header); `index` the block in it. `bytes` is only valid during the call. */
  block(section: number, index: number, bytes: Uint8Array): void;
}
