import {HISTORY} from '../../connectors/slab-source.ts';
import {sqlError, type SqlError} from '../../common/sql-error.ts';
import type {EvaluationContext} from '../../functions/evaluation-context.ts';
import type {DataflowScan} from '../../planner/dataflow/dataflow-plan.ts';
import type {GraphNode} from '../../runtime/graph/graph.ts';
import type {Slices} from '../../runtime/graph/operator.ts';
import type {PartitionOffset, StreamSpec} from './commands.ts';
import type {ReaderQueue} from './reader-queue.ts';
import type {Readers} from './readers.ts';
import {batchOf} from './record-batch.ts';
import {rowsBelow} from './rows-below.ts';
import type {ClockRefusals} from './time/clock-refusals.ts';
import {StreamIntake} from './time/stream-intake.ts';
import {LeafSet, leafOf, OFFSET_LEAF} from './stream-leaf.ts';

/** What a stream means to one query: its records from `from` up to `ends`, both by partition. */
export type StreamExtent = {
  readonly stream: StreamSpec;
  readonly from: readonly PartitionOffset[];
  readonly ends: readonly PartitionOffset[];
  /** What the stream did not take as it came in. */
  readonly refusals: ClockRefusals;
};

/**
 * The past of a stream, read again by a reader of its own that is opened when the first record is wanted and closed as soon as none is.
 * All scans of the stream in one query share it.
 */
export class StreamHistory {
  /** Stands for the stream in the query's graph. */
  readonly source: GraphNode;
  readonly #extent: StreamExtent;
  readonly #readers: Readers;
  readonly #leaves = new LeafSet();
  readonly #offsetLeaf: number;
  readonly #intake: StreamIntake;
  readonly #now: number;
  #open: {readonly reader: number; readonly queue: ReaderQueue} | undefined;
  #failure: SqlError | undefined;

  constructor(source: GraphNode, extent: StreamExtent, readers: Readers, evaluation: EvaluationContext) {
    this.#intake = new StreamIntake(extent.stream, this.#leaves, evaluation);
    this.#now = Number(evaluation.statementTime);
    this.source = source;
    this.#extent = extent;
    this.#readers = readers;
    this.#offsetLeaf = this.#leaves.number(OFFSET_LEAF);
  }

  /** Nothing but a LIMIT ends the reading. */
  get isEndless(): boolean {
    return this.#extent.ends.some(({offset}) => offset === Infinity);
  }

  get name(): string {
    return this.#extent.stream.name;
  }

  /** Columns of `source` that a scan wants. */
  columnsOf({columns, paths}: DataflowScan): number[] {
    const declared = this.#extent.stream.columns.length;
    return columns.map((column, i) => this.#leaves.number(leafOf(declared, column, paths?.[i] ?? [])));
  }

  /** Emits all records, or as many as are `wanted`; `wait` says that nothing can be done before there are more. */
  *feed(wanted: () => boolean, wait: () => void): Slices {
    const ends = new Map(this.#extent.ends.map(({partition, offset}) => [partition, offset]));
    const from = new Map(this.#extent.from.map(({partition, offset}) => [partition, offset]));
    const missing = new Set([...ends].filter(([partition, end]) => (from.get(partition) ?? 0) < end).map(([partition]) => partition));
    while (missing.size > 0 && wanted()) {
      const queue = this.#queue();
      const slab = queue.take();
      if (slab === undefined) {
        if (this.#failure !== undefined) throw this.#failure;
        wait();
        yield;
        continue;
      }
      const {partition, nextOffset} = slab.header;
      if (missing.has(partition)) {
        const end = ends.get(partition)!;
        const length = rowsBelow(slab, this.#offsetLeaf, end);
        const {batch} = this.#intake.enter({...batchOf(slab), length}, this.#now, {partition, refusals: this.#extent.refusals});
        if (batch.length > 0) yield* this.source.emit(batch);
        if (nextOffset >= end) missing.delete(partition);
      }
      queue.release();
      yield;
    }
    this.release();
  }

  #queue(): ReaderQueue {
    if (this.#open !== undefined) return this.#open.queue;
    const {stream, from} = this.#extent;
    this.#open = this.#readers.open({
      stream,
      leaves: this.#leaves.leaves,
      positions: from,
      mode: HISTORY,
      shared: false,
      onEvent: event => {
        if (event.kind === 'stopped')
          this.#failure = sqlError('object_not_in_prerequisite_state', `stream "${stream.name}" cannot be read: ${event.message}`);
        else if (event.kind === 'running') this.#failure = undefined;
      },
    });
    return this.#open.queue;
  }

  release(): void {
    if (this.#open !== undefined) this.#readers.close(this.#open.reader);
    this.#open = undefined;
  }
}
