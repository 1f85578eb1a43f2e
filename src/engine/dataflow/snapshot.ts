import type {Batch} from '../../runtime/batch/batch.ts';
import {BatchBuilder} from '../../runtime/batch/batch-builder.ts';
import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import type {Pin} from '../../runtime/rows/pin.ts';
import type {PartitionOffset} from './commands.ts';
import type {RelationReader} from './relation-reader.ts';
import type {Relations} from './relations.ts';
import type {ViewWarning} from './view-warning.ts';

/** The rows of one relation as of one moment; `release` it once. */
export type SnapshotRows = {
  scan(out: BatchSink): Slices;
  /** A copy of the row with these values of its key columns, null if there is none. Undefined where rows cannot be looked up. */
  readonly find?: ((key: Batch) => Batch | null) | undefined;
  release(): void;
};

export type StreamPosition = {readonly relation: number; readonly partition: number; readonly nextOffset: number};

/** What a query reads: every relation as of one moment. */
export interface Snapshot {
  /** The step that it shows. */
  readonly step: number;
  /** undefined = the relation's rows are not stored. */
  open(relation: number): SnapshotRows | undefined;
  /** Whether the relation is a stream whose records come from outside. */
  isStream(relation: number): boolean;
  /** That a view leaves out rows; throws when it is not to be read then. */
  warning(relation: number): ViewWarning | undefined;
  /** Where every partition of every stream stands. */
  readonly positions: readonly StreamPosition[];
  /** Where each stream stands that is read for views. */
  readonly frontier: ReadonlyMap<number, readonly PartitionOffset[]>;
  /** Where the reading of a stream ends that has `found` as its end now and is read for no view. */
  endsOf(relation: number, found: readonly PartitionOffset[]): readonly PartitionOffset[];
}

/** What a reader shows under a pin, which is released with it. */
export function pinnedRows(reader: RelationReader, pin: Pin): SnapshotRows {
  const find = (key: Batch): Batch | null => {
    const row = reader.lookup(key, pin);
    if (row === null) return null;
    const copy = new BatchBuilder(reader.schema);
    copy.appendRange(row, 0, 1);
    return copy.build();
  };
  return {scan: out => reader.scan(pin, out), find: reader.canLookUp ? find : undefined, release: () => pin.release()};
}

/** The last published step. */
export class NewestStep implements Snapshot {
  readonly step: number;
  readonly #relations: Relations;

  constructor(relations: Relations, step: number) {
    this.#relations = relations;
    this.step = step;
  }

  get positions(): readonly StreamPosition[] {
    return this.#relations.frontier();
  }

  get frontier(): ReadonlyMap<number, readonly PartitionOffset[]> {
    return this.#relations.sharedFrontier();
  }

  endsOf(_relation: number, found: readonly PartitionOffset[]): readonly PartitionOffset[] {
    return found;
  }

  open(relation: number): SnapshotRows | undefined {
    const reader = this.#relations.reader(relation);
    if (reader === undefined) return undefined;
    return pinnedRows(reader, reader.rows.pin());
  }

  isStream(relation: number): boolean {
    return this.#relations.streams.has(relation);
  }

  warning(relation: number): ViewWarning | undefined {
    return this.#relations.reader(relation)?.errors?.warning(null);
  }
}
