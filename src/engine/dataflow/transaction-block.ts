import {sqlError} from '../../common/sql-error.ts';
import {assert} from '../../common/unreachable.ts';
import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import type {Batch} from '../../runtime/batch/batch.ts';
import type {Pin} from '../../runtime/rows/pin.ts';
import {BagChanges} from './bag-changes.ts';
import type {PartitionOffset, RelationChange} from './commands.ts';
import {KeyedChanges} from './keyed-changes.ts';
import {LogChanges} from './log-changes.ts';
import type {RelationReader} from './relation-reader.ts';
import type {Relations} from './relations.ts';
import {pinnedRows, type Snapshot, type SnapshotRows, type StreamPosition} from './snapshot.ts';
import type {BaseRows, TableChanges} from './table-changes.ts';
import type {ViewWarning} from './view-warning.ts';
import {logColumns, type WriteTarget} from './write-target.ts';

type Pinned = {readonly reader: RelationReader; readonly pin: Pin};
/** Takes a delta of a relation's rows. */
export type DeltaSink = (relation: number, batch: Batch) => Slices;

/**
 * A transaction on the dataflow side: everything as of one step, and the changes that its statements have made to tables since. A single
 * statement is a block as well, one that pins only what it reads, for no step comes in between.
 */
export class TransactionBlock implements Snapshot {
  /** Step that it sees. */
  readonly step: number;
  readonly #time: number;
  readonly #relations: Relations;
  readonly #pinned = new Map<number, Pinned>();
  readonly #changes = new Map<number, TableChanges>();
  frontier: ReadonlyMap<number, readonly PartitionOffset[]> = new Map();
  positions: readonly StreamPosition[] = [];
  /** Ends of streams that no view read when the block began, as its first statement found them. */
  readonly #ends = new Map<number, readonly PartitionOffset[]>();

  /** `time`: that of the step in which it is applied, as far as it is known. */
  constructor(relations: Relations, {step, time}: {readonly step: number; readonly time: number}) {
    this.#relations = relations;
    this.step = step;
    this.#time = time;
  }

  /** Keeps everything as it is now. */
  pinAll(): void {
    this.frontier = this.#relations.sharedFrontier();
    this.positions = this.#relations.frontier();
    const {stored, views, viewsByErrors, viewsByLate} = this.#relations;
    const readable = [...views.values()].filter(view => view.delivery === undefined).map(view => view.spec.relation);
    for (const relation of [...stored.keys(), ...readable, ...viewsByErrors.keys(), ...viewsByLate.keys()]) this.#pin(relation);
  }

  endsOf(relation: number, found: readonly PartitionOffset[]): readonly PartitionOffset[] {
    const known = this.#ends.get(relation);
    if (known === undefined) this.#ends.set(relation, found);
    return known ?? found;
  }

  #pin(relation: number): Pinned | undefined {
    const known = this.#pinned.get(relation);
    const reader = this.#relations.reader(relation);
    if (known !== undefined) {
      if (known.reader.rows !== reader?.rows)
        throw sqlError('serialization_failure', 'a relation that this transaction reads has been dropped', {
          hint: 'Retry the transaction.',
        });
      return known;
    }
    if (reader === undefined) return undefined;
    const pinned = {reader, pin: reader.rows.pin()};
    this.#pinned.set(relation, pinned);
    return pinned;
  }

  open(relation: number): SnapshotRows | undefined {
    const changes = this.#changes.get(relation);
    if (changes !== undefined) {
      const own = changes.pin();
      const base = this.#share(relation);
      return {
        scan: out => changes.scan(own, out),
        find: changes.find,
        release: () => {
          own.release();
          base?.release();
        },
      };
    }
    const pinned = this.#pin(relation);
    if (pinned === undefined) return undefined;
    return pinnedRows(pinned.reader, this.#share(relation)!);
  }

  isStream(relation: number): boolean {
    return this.#relations.streams.has(relation);
  }

  warning(relation: number): ViewWarning | undefined {
    const errors = this.#relations.reader(relation)?.errors;
    return errors?.warning(this.#pin(errors.relation)!.pin);
  }

  /** One more holder of the block's pin, which thus outlives the block. */
  #share(relation: number): Pin | undefined {
    const pin = this.#pinned.get(relation)?.pin;
    if (pin !== undefined) pin.readers++;
    return pin;
  }

  /** The changes to a table or embedded stream, for a statement that makes more. */
  changesOf(relation: number): TableChanges {
    const known = this.#changes.get(relation);
    if (known !== undefined) {
      if (this.#pinned.has(relation)) this.#pin(relation);
      return known;
    }
    const stored = this.#relations.stored.get(relation);
    const pinned = this.#pin(relation);
    if (stored === undefined || pinned === undefined) throw sqlError('undefined_table', `relation with OID ${relation} does not exist`);
    return this.#begin(stored, {rows: stored.rows, pin: pinned.pin});
  }

  #begin(target: WriteTarget, base: BaseRows | null): TableChanges {
    const changes = target.appendOnly
      ? new LogChanges(target, base, this.#time)
      : target.primaryKey.length > 0
        ? new KeyedChanges(target, base)
        : new BagChanges(target, base);
    this.#changes.set(target.relation, changes);
    return changes;
  }

  /** Lets later statements see relations that the transaction makes and empties. */
  stage(change: RelationChange): void {
    switch (change.kind) {
      case 'add-table':
        this.#begin({...change.relation, appendOnly: false}, null);
        return;
      case 'add-stream':
        if (change.relation.connector === 'embedded')
          this.#begin(
            {...change.relation, columns: logColumns(change.relation.columns), primaryKey: [], primaryKeyName: '', appendOnly: true},
            null,
          );
        return;
      case 'truncate':
        this.#changes.set(change.relation, this.changesOf(change.relation).emptied());
        return;
      case 'drop':
        this.#changes.delete(change.relation);
        return;
      default:
        return;
    }
  }

  /** The deltas of all changes against the newest step; 40001 when a row was changed by a transaction that committed first. */
  *deltas(newestStep: number, time: number, sink: DeltaSink): Slices {
    for (const [relation, changes] of this.#changes) {
      const stored = this.#relations.stored.get(relation);
      if (stored === undefined)
        throw sqlError('serialization_failure', 'a table that this transaction changed has been dropped', {hint: 'Retry the transaction.'});
      if (this.#pinned.has(relation)) assert(this.#pin(relation) !== undefined, 'a pinned relation is still there');
      const out: BatchSink = {wanted: true, emit: batch => sink(relation, batch)};
      const nextOffset = stored.log?.next ?? 0;
      yield* changes.delta({newest: stored.rows, checked: newestStep !== this.step, time, nextOffset}, out);
    }
  }

  release(): void {
    for (const {pin} of this.#pinned.values()) pin.release();
    this.#pinned.clear();
    this.#changes.clear();
  }
}
