import type {EvaluationContext} from '../../functions/evaluation-context.ts';
import type {StreamPiece, StreamSection} from '../../runtime/durability/step-record.ts';
import type {BatchHeader} from '../../runtime/ring/batch-message.ts';
import type {Graph, GraphNode} from '../../runtime/graph/graph.ts';
import {physicalOf} from '../../types/sql-type.ts';
import type {PartitionOffset, StreamSpec} from './commands.ts';
import type {MissingRecords} from './missing-records.ts';
import type {ReaderQueue} from './reader-queue.ts';
import type {DataflowScan} from '../../planner/dataflow/dataflow-plan.ts';
import {batchOf, type RecordBatch} from './record-batch.ts';
import type {RecordedInput} from './recorded-input.ts';
import {LeafSet, leafOf, leafType, SYSTEM_COLUMNS, type StreamLeaf} from './stream-leaf.ts';
import {ClockRefusals} from './time/clock-refusals.ts';
import {StreamClock, type Backlog} from './time/stream-clock.ts';
import {StreamIntake} from './time/stream-intake.ts';
import type {Entered} from './time/record-entry.ts';

/**
 * A stream on the dataflow side: the leaves that views use of it, the source node that its records enter the graph by, and how far it has
 * come in each partition.
 */
export class StreamRuntime implements Backlog {
  /** Another one after a RESET. */
  spec: StreamSpec;
  readonly source: GraphNode;
  readonly #leaves = new LeafSet();
  /** Next offset of each partition: what the published step stands for. */
  readonly offsets = new Map<number, number>();
  /** What the step in progress has taken, in order. */
  #taken: StreamPiece[] = [];
  #admitted: BatchHeader[] = [];
  /** Records that the clock has refused, as of the published step; those of the step in progress. */
  readonly refusals = new ClockRefusals();
  #refused: {readonly partition: number; readonly offset: number}[] = [];
  /** Partitions that have been heard of, before their first record. */
  readonly announced = new Set<number>();
  /** Last known end of each partition. */
  readonly ends = new Map<number, number>();
  rows = 0;
  badRecords = 0;
  sourceBytes = 0;
  reader: number | undefined;
  queue: ReaderQueue | undefined;
  /** What its reader delivers, while journalled steps run again. */
  recorded: RecordedInput | undefined;
  /** Why its source has come to a stop: nothing more will come until ALTER STREAM … RESET. */
  stopped: string | undefined;
  /** It stopped because what it had to read next does not exist any more: waiting for it is in vain. */
  recordsAreGone = false;
  /** What a restart could not read again, less what has been read since. */
  missing: MissingRecords | undefined;
  /** How many of the leaves the shared reader has been asked for, and the version of that request. */
  requestedLeaves = 0;
  leavesVersion = 0;

  /** Its event time; undefined = it has no watermark. */
  readonly clock: StreamClock | undefined;
  readonly #evaluation: EvaluationContext;
  #intake: StreamIntake | undefined;

  constructor(spec: StreamSpec, graph: Graph, evaluation: EvaluationContext) {
    this.spec = spec;
    this.#evaluation = evaluation;
    if (spec.time !== undefined) this.clock = new StreamClock(spec.relation, spec.time, this);
    this.source = graph.addSource(`stream(${spec.name})`, []);
    this.setOffsets(spec.start);
  }

  setOffsets(offsets: readonly PartitionOffset[]): void {
    this.offsets.clear();
    for (const {partition, offset} of offsets) this.offsets.set(partition, offset);
  }

  /** Stands beyond its start. */
  get hasAdvanced(): boolean {
    const start = new Map(this.spec.start.map(({partition, offset}) => [partition, offset]));
    return [...this.offsets].some(([partition, offset]) => offset !== (start.get(partition) ?? 0));
  }

  /** Records behind which it stands are missing no more. */
  heal(): void {
    if (this.missing === undefined) return;
    const pieces = this.missing.pieces.flatMap(piece => {
      const from = Math.max(piece.from, this.offsets.get(piece.partition) ?? 0);
      return from < piece.to ? [{...piece, from}] : [];
    });
    this.missing = pieces.length === 0 ? undefined : {...this.missing, pieces};
  }

  positions(): PartitionOffset[] {
    return [...this.offsets].map(([partition, offset]) => ({partition, offset}));
  }

  get leaves(): readonly StreamLeaf[] {
    return this.#leaves.leaves;
  }

  /** What its records pass as they come in. */
  get intake(): StreamIntake {
    return (this.#intake ??= this.newIntake());
  }

  /** The same for somebody whose records come beside the shared ones. */
  newIntake(): StreamIntake {
    return new StreamIntake(this.spec, this.#leaves, this.#evaluation);
  }

  partitions(): Iterable<number> {
    return new Set([...this.offsets.keys(), ...this.announced, ...this.ends.keys()]);
  }

  isReadToEnd(partition: number): boolean {
    const end = this.ends.get(partition);
    if (end === undefined || this.queue?.peek() !== undefined) return false;
    const taken = this.#taken.findLast(piece => piece.partition === partition);
    return (taken?.nextOffset ?? this.offsets.get(partition) ?? 0) >= end;
  }

  /** The number of a leaf, new or known. */
  leaf(leaf: StreamLeaf): number {
    void this.intake;
    return this.#leaves.number(leaf);
  }

  /** The leaf that a column ordinal (system columns follow the declared ones) and a path into it stand for. */
  leafOf(ordinal: number, path: readonly number[]): StreamLeaf {
    return leafOf(this.spec.columns.length, ordinal, path);
  }

  /** Numbers of the leaves that a scan reads. */
  leavesOf({columns, paths}: DataflowScan): number[] {
    return columns.map((column, i) => this.leaf(this.leafOf(column, paths?.[i] ?? [])));
  }

  nameOf({column, path}: StreamLeaf): string {
    if (column < 0) return SYSTEM_COLUMNS[-1 - column]!;
    let {name, type} = this.spec.columns[column]!;
    for (const field of path) if (type.kind === 'composite') ({name, type} = type.fields[field]!);
    return name;
  }

  physicalOf(leaf: StreamLeaf): ReturnType<typeof physicalOf> {
    return physicalOf(leafType(this.spec, leaf));
  }

  /**
   * What a decoded slab means for the source node, after noting how far it leads; `settle` makes that the stream's position. `now`: time of
   * the step, µs.
   */
  admit(taken: RecordBatch, now: number): Entered {
    const {header} = taken;
    const {partition, nextOffset} = header;
    if (this.#taken.at(-1)?.partition === partition) this.#taken.pop();
    this.#taken.push({partition, nextOffset});
    this.ends.set(header.partition, header.endOffset);
    const batch = batchOf(taken);
    const entered = this.intake.enter(batch, now);
    for (const {row, byClock} of entered.refused)
      if (byClock === true) this.#refused.push({partition, offset: this.intake.offsetOf(batch, row)});
    this.clock?.observe(partition, entered.watermark, now);
    const counted = {...header, rows: entered.batch.length, badRecords: header.badRecords + entered.refused.length};
    this.#admitted.push(counted);
    this.#count(counted, 1);
    return entered;
  }

  /** What the journal must know of the step in progress; null = it took nothing. */
  section(): StreamSection | null {
    return this.#taken.length === 0 ? null : {relation: this.spec.relation, pieces: this.#taken};
  }

  /** The step was undone: what it took comes again. */
  undo(): void {
    for (const header of this.#admitted) this.#count(header, -1);
    this.#taken = [];
    this.#admitted = [];
    this.#refused = [];
    this.queue?.rewind();
  }

  #count({rows, badRecords, sourceBytes}: BatchHeader, sign: 1 | -1): void {
    this.rows += sign * rows;
    this.badRecords += sign * badRecords;
    this.sourceBytes += sign * sourceBytes;
  }

  /** The step is over: readers of the frontier may know what it took in. */
  settle(): void {
    for (const {partition, nextOffset} of this.#taken) this.offsets.set(partition, nextOffset);
    for (const {partition, offset} of this.#refused) this.refusals.add(partition, offset);
    this.#refused = [];
    this.#taken = [];
    this.#admitted = [];
    this.heal();
  }
}
