import type {Batch, Schema} from '../batch/batch.ts';

/**
 * Work that may pause. Each `yield` is a point at which the scheduler may serve reads and come back later (at most a few milliseconds of
 * work, about one batch of MAX_BATCH_ROWS rows, between two yields).
 */
export type Slices = Generator<void, void, void>;

/** Where an operator sends its output. The receiver is done with the batch when the generator returns. */
export interface BatchSink {
  /** False when nobody listens: an operator then keeps its state up to date and builds no output. */
  readonly wanted: boolean;
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
  /** Takes its input for an end of its own (a sink) although it has neither state nor consumers. */
  readonly terminal?: boolean | undefined;
  /** Has output without input (constants, an aggregate without keys): takes part in the first step after it joined a graph, pushed to or not. */
  readonly unprompted?: boolean;
  /** Whether time alone gives it something to do in this step: asked at `flush` of an operator that nothing was pushed to. */
  isDue?(): boolean;
  /** When the clock alone gives it something to do, µs since 1970; Infinity = not. */
  nextTime?(): number;
  /** Rows that time has taken from its state since the start. Absent: nobody counts. */
  readonly expired?: number;
  /** Forgets what `push` noted outside of the stores; the graph rolls the stores back first. Absent: nothing is kept outside. */
  rollback?(): void;
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
   * Starts a checkpoint of the state as of this call (between steps); driving the result to its end hands over every block changed since
   * the last checkpoint (`full` = every block). Steps may run between its slices: a block that is still to be handed over is so right
   * before its first change. When it is not driven to the end, or its output is lost, the next checkpoint must be a full one.
   */
  checkpoint(writer: BlockWriter, full: boolean): Slices;
  /** What the meaning of its blocks rests on: a store of the same format can take them back. */
  readonly format: string;
  /** Bytes of a block of this section; the last one may be cut short. */
  blockBytes(section: number): number;
  /** Takes back what a checkpoint wrote: ranges oldest first, a later one overrides. Then `restored`. */
  restoreBlocks(section: number, first: number, bytes: Uint8Array): void;
  /** All blocks are there: rebuilds indexes and counts. */
  restored(): Slices;
  /** Frees all memory; the store is not used afterwards. */
  dispose(): void;
}

export interface BlockWriter {
  /**
   * Consecutive blocks from number `first` on. `section` distinguishes parts of a store (rows, arena), see `StateStore.blockBytes`.
   * `bytes` is only valid during the call: copy or write it.
   */
  blocks(section: number, first: number, bytes: Uint8Array): void;
}
