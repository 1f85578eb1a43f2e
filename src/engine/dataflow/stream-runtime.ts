import type {Batch} from '../../runtime/batch/batch.ts';
import type {StreamPiece, StreamSection} from '../../runtime/durability/step-record.ts';
import type {BatchHeader} from '../../runtime/ring/batch-message.ts';
import type {Graph, GraphNode} from '../../runtime/graph/graph.ts';
import {physicalOf, type SqlType} from '../../types/sql-type.ts';
import {T} from '../../types/sql-type.ts';
import type {PartitionOffset, StreamSpec} from './commands.ts';
import type {ReaderQueue} from './reader-queue.ts';
import {batchOf, type RecordBatch} from './record-batch.ts';
import type {RecordedInput} from './recorded-input.ts';
import {LeafSet, leafOf, SYSTEM_COLUMNS, type StreamLeaf} from './stream-leaf.ts';

const SYSTEM_TYPES: readonly SqlType[] = [T.int4, T.int8, T.timestamptz, T.bytea, T.jsonb];
/**
 * A stream on the dataflow side: the leaves that views use of it, the source node that its records enter the graph by, and how far it has
 * come in each partition.
 */
export class StreamRuntime {
  /** Another one after a RESET. */
  spec: StreamSpec;
  readonly source: GraphNode;
  readonly #leaves = new LeafSet();
  /** Next offset of each partition: what the published step stands for. */
  readonly offsets = new Map<number, number>();
  /** What the step in progress has taken, in order. */
  #taken: StreamPiece[] = [];
  #admitted: BatchHeader[] = [];
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
  /** How many of the leaves the shared reader has been asked for, and the version of that request. */
  requestedLeaves = 0;
  leavesVersion = 0;

  constructor(spec: StreamSpec, graph: Graph) {
    this.spec = spec;
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

  positions(): PartitionOffset[] {
    return [...this.offsets].map(([partition, offset]) => ({partition, offset}));
  }

  get leaves(): readonly StreamLeaf[] {
    return this.#leaves.leaves;
  }

  /** The number of a leaf, new or known. */
  leaf(leaf: StreamLeaf): number {
    return this.#leaves.number(leaf);
  }

  /** The leaf that a column ordinal (system columns follow the declared ones) and a path into it stand for. */
  leafOf(ordinal: number, path: readonly number[]): StreamLeaf {
    return leafOf(this.spec.columns.length, ordinal, path);
  }

  nameOf({column, path}: StreamLeaf): string {
    if (column < 0) return SYSTEM_COLUMNS[-1 - column]!;
    let {name, type} = this.spec.columns[column]!;
    for (const field of path) if (type.kind === 'composite') ({name, type} = type.fields[field]!);
    return name;
  }

  typeOf(leaf: StreamLeaf): SqlType {
    if (leaf.column < 0) return SYSTEM_TYPES[-1 - leaf.column]!;
    let type = this.spec.columns[leaf.column]!.type;
    for (const field of leaf.path) if (type.kind === 'composite') type = type.fields[field]!.type;
    return type;
  }

  physicalOf(leaf: StreamLeaf): ReturnType<typeof physicalOf> {
    return physicalOf(this.typeOf(leaf));
  }

  /** The batch that a decoded slab means for the source node, after noting how far it leads; `settle` makes that the stream's position. */
  admit(taken: RecordBatch): Batch {
    const {header} = taken;
    const {partition, nextOffset} = header;
    if (this.#taken.at(-1)?.partition === partition) this.#taken.pop();
    this.#taken.push({partition, nextOffset});
    this.ends.set(header.partition, header.endOffset);
    this.#admitted.push(header);
    this.#count(header, 1);
    return batchOf(taken);
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
    this.#taken = [];
    this.#admitted = [];
  }
}
