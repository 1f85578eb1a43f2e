import type {Batch, Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {Column} from '../batch/column.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {CHUNK_ROWS, KeyedRows} from '../rows/keyed-rows.ts';
import {readField} from '../rows/read-field.ts';
import {copiesOf, refuseRetractions} from './row-window.ts';

/** Groups evaluated between two pauses. */
const GROUPS_AT_ONCE = 256;

/** Evaluates aggregates over collected groups: `groups[g]` holds row numbers of `rows`, in order of arrival, repeated by weight. */
export interface GroupKernel {
  /** Of the aggregates. */
  readonly schema: Schema;
  evaluate(rows: Batch, groups: readonly Int32Array[]): readonly Column[];
}

export type CollectAggregateArgs = {
  readonly label: string;
  readonly input: Schema;
  /** Input columns to group by; none = exactly one group, also over no input. */
  readonly keys: readonly number[];
  readonly kernel: GroupKernel;
};

/**
 * What: GROUP BY with aggregates that need all rows of a group at once (array_agg, string_agg …), for queries that are fed once. Output: key
 * columns, then one column per aggregate.
 * Law: out = {key ++ aggregates over the rows of the group ↦ 1}.
 * State: none that lasts: all input rows, in columns, with the number of their group.
 * Invariants: the input has positive weights only.
 * Cost: O(n), plus what the aggregates cost; a pause after some groups, none within one.
 */
export class CollectAggregateOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];
  readonly unprompted: boolean;
  readonly #keys: readonly number[];
  readonly #kernel: GroupKernel;
  readonly #groups: KeyedRows;
  readonly #rows: BatchBuilder;
  /** Group of each collected row. */
  #groupOf = new Int32Array(CHUNK_ROWS);

  constructor({label, input, keys, kernel}: CollectAggregateArgs) {
    this.label = label;
    const keyKinds = keys.map(k => input[k]!);
    this.schema = [...keyKinds, ...kernel.schema];
    this.unprompted = keys.length === 0;
    this.#keys = keys;
    this.#kernel = kernel;
    this.#groups = new KeyedRows({label, columns: keyKinds, keys: keyKinds.map((_, i) => i)});
    this.#rows = new BatchBuilder(input);
  }

  *push(_input: number, batch: Batch): Slices {
    refuseRetractions(this.label, batch);
    const {length} = batch;
    const start = this.#rows.length;
    this.#reserve(start + length);
    if (this.#keys.length > 0) {
      for (let from = 0; from < length; from += CHUNK_ROWS) {
        const to = Math.min(length, from + CHUNK_ROWS);
        this.#groups.resolve(batch, this.#keys, from, to, this.#groupOf.subarray(start + from, start + to));
      }
    }
    const rows = Int32Array.from({length}, (_, row) => row);
    this.#rows.gather(batch, rows, 0, length);
    yield;
  }

  #reserve(rows: number): void {
    if (rows <= this.#groupOf.length) return;
    const grown = new Int32Array(Math.max(rows, this.#groupOf.length * 2));
    grown.set(this.#groupOf);
    this.#groupOf = grown;
  }

  *flush(out: BatchSink): Slices {
    const batch = this.#rows.build();
    const count = this.#keys.length === 0 ? 1 : this.#groups.store.liveRows;
    const {starts, members} = this.#membersByGroup(batch, count);
    for (let from = 0; from < count; from += GROUPS_AT_ONCE) {
      const to = Math.min(count, from + GROUPS_AT_ONCE);
      const groups: Int32Array[] = [];
      for (let group = from; group < to; group++) groups.push(members.subarray(starts[group], starts[group + 1]));
      const aggregates = this.#kernel.evaluate(batch, groups);
      if (out.wanted) yield* out.emit({length: to - from, columns: [...this.#keyColumns(from, to), ...aggregates], weights: null});
      yield;
    }
    this.rollback();
  }

  /** Row numbers by group: those of group g are `members[starts[g] … starts[g + 1])`. */
  #membersByGroup(batch: Batch, count: number): {starts: Int32Array; members: Int32Array} {
    const starts = new Int32Array(count + 1);
    for (let row = 0; row < batch.length; row++) starts[this.#groupOf[row]! + 1]! += copiesOf(batch, row);
    for (let group = 0; group < count; group++) starts[group + 1]! += starts[group]!;
    const members = new Int32Array(starts[count]!);
    const next = starts.slice();
    for (let row = 0; row < batch.length; row++) {
      const group = this.#groupOf[row]!;
      for (let copy = copiesOf(batch, row); copy > 0; copy--) members[next[group]!++] = row;
    }
    return {starts, members};
  }

  /** Rows of a store that never freed one are numbered as they came. */
  #keyColumns(from: number, to: number): Column[] {
    const {store, keyFields} = this.#groups;
    const ids = Int32Array.from({length: to - from}, (_, k) => from + k);
    const {columns} = new BatchBuilder(keyFields.map(f => f.kind));
    return keyFields.map((field, k) => {
      readField(store.pages, store.arena, field, ids, 0, ids.length, columns[k]!);
      return columns[k]!.build();
    });
  }

  rollback(): void {
    this.#groups.store.reset();
    this.#rows.reset();
  }
}
