import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import {NO_SLICES} from '../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {CHUNK_ROWS} from '../rows/keyed-rows.ts';
import type {Pin, SnapshotBudget} from '../rows/pin.ts';
import type {RowPages} from '../rows/row-pages.ts';
import type {RowStore} from '../rows/row-store.ts';
import {ExpiryIndex, type Expiry} from '../time/expiry-index.ts';
import type {ReadableRows} from '../views/readable-rows.ts';
import {AggregateInput} from './aggregate-input.ts';
import {planSlots, type AggregateSpec} from './aggregate-spec.ts';
import {GroupRows} from './group-rows.ts';
import type {ErrorSink} from './map.ts';

/** Touched groups looked at between two pauses. */
const GROUPS_AT_ONCE = 2048;

/**
 * Groups whose key number `key`, a time, is below the bound get no rows any more: they are dropped without a change of the output.
 * `keepGroups`: only what serves to change them is dropped (DISTINCT values and the like), since the groups are the result that is read.
 */
export type GroupExpiry = Expiry & {readonly key: number; readonly keepGroups: boolean};

export type AggregateArgs = {
  readonly label: string;
  readonly input: Schema;
  /** Input columns to group by; none = exactly one group, which is there from the beginning. */
  readonly keys: readonly number[];
  readonly aggregates: readonly AggregateSpec[];
  /** The input never retracts: min and max keep no history, groups never go away. */
  readonly appendOnly: boolean;
  /** Takes the errors of groups whose result is out of range, given with their keys; without it the first one is thrown. */
  readonly errors?: ErrorSink | undefined;
  /** Time frees groups, see GroupExpiry. */
  readonly expiry?: GroupExpiry | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: GROUP BY. Output: the key columns, then one column per aggregate. Serves its own state as a readable relation.
 * Law: Δout = −old(g) + new(g) for every group g whose row changed, new = the aggregates over Σ input of g; a group with no rows is none,
 *      unless there are no keys. A group whose result is an error has no row.
 * State: one fixed-stride row per group: key and accumulators (group-rows.ts); for DISTINCT, and min/max under retraction, one row per
 *      (group, value) with a weight per FILTER (grouped-values.ts).
 * Invariants: between steps every group has a positive row count; the undo log is the list of the groups that the step touched. Groups
 *      below the bound of `expiry` are gone at the end of a step; no row of such a group comes later (late-gate.ts).
 * Cost: O(|Δ|), plus O(log values) per changed value with ordered state.
 */
export class AggregateOperator implements Operator, ReadableRows {
  readonly label: string;
  readonly schema: Schema;
  readonly key: readonly number[] | null;
  readonly stores: readonly RowStore[];
  /** A result without input: takes part in the first step it sees (see Operator). */
  readonly unprompted: boolean;
  readonly #keys: readonly number[];
  readonly #groups: GroupRows;
  readonly #input: AggregateInput;
  readonly #ids = new Int32Array(CHUNK_ROWS);
  readonly #errors: ErrorSink | undefined;
  readonly #failedKeys: BatchBuilder;
  readonly #builder: BatchBuilder;
  readonly #dueGroups: ExpiryIndex | undefined;

  constructor({label, input, keys, aggregates, appendOnly, errors, expiry, budget, hashMask}: AggregateArgs) {
    this.label = label;
    const keyless = keys.length === 0;
    const plan = planSlots(input, aggregates, appendOnly, !appendOnly && !keyless);
    const keyKinds = keys.map(k => input[k]!);
    this.#groups = new GroupRows({label, keyKinds, plan, budget, hashMask});
    const ends = expiry && {...expiry, column: keys[expiry.key]!};
    this.#input = new AggregateInput({label, input, plan, groups: this.#groups, expiry: ends, budget, hashMask});
    if (expiry !== undefined && !expiry.keepGroups)
      this.#dueGroups = new ExpiryIndex(this.#groups.store, this.#groups.rows.keyFields[expiry.key]!, expiry);
    this.schema = [...keyKinds, ...plan.outputs.map(slot => plan.slots[slot]!.definition.output)];
    this.key = keyless ? null : keys.map((_, i) => i);
    this.unprompted = keyless;
    this.#keys = keys;
    this.stores = [this.#groups.store, ...this.#input.stores];
    this.#errors = errors;
    this.#failedKeys = new BatchBuilder(keyKinds);
    this.#builder = new BatchBuilder(this.schema);
  }

  push(_input: number, batch: Batch): Slices {
    const {rows, store} = this.#groups;
    for (let from = 0; from < batch.length; from += CHUNK_ROWS) {
      const to = Math.min(batch.length, from + CHUNK_ROWS);
      if (this.#keys.length === 0) this.#ids.fill(0);
      else rows.resolve(batch, this.#keys, from, to, this.#ids);
      this.#dueGroups?.add(rows.fresh, rows.freshCount);
      store.touchAll(this.#ids, to - from);
      this.#input.update(batch, from, to, this.#ids);
    }
    return NO_SLICES;
  }

  *flush(out: BatchSink): Slices {
    const groups = this.#groups;
    groups.announce();
    yield* this.#input.flush();
    if (out.wanted || groups.vanish || groups.fallible) yield* this.#emitChanges(out);
    yield* this.#expire();
  }

  *#emitChanges(out: BatchSink): Slices {
    const groups = this.#groups;
    const {undo} = groups.store;
    const old = new Int32Array(GROUPS_AT_ONCE);
    const fresh = new Int32Array(GROUPS_AT_ONCE);
    for (let from = 0; from < undo.count; from += GROUPS_AT_ONCE) {
      const to = Math.min(undo.count, from + GROUPS_AT_ONCE);
      let olds = 0;
      let news = 0;
      for (let slot = from; slot < to; slot++) {
        const id = undo.ids[slot]!;
        const was = groups.wasPublished(slot);
        const is = groups.isPresent(id);
        if (was && is && !groups.differs(slot, id)) continue;
        if (was && !this.#fails(undo.pages, slot, -1)) old[olds++] = slot;
        if (is && !this.#fails(groups.store.pages, id, 1)) fresh[news++] = id;
      }
      if (out.wanted) {
        groups.read(undo.pages, old, olds, this.#builder, -1);
        groups.read(groups.store.pages, fresh, news, this.#builder, 1);
        if (this.#builder.length + 2 * GROUPS_AT_ONCE > MAX_BATCH_ROWS) yield* this.#builder.emit(out);
      }
      for (let slot = from; slot < to; slot++) groups.freeIfEmpty(undo.ids[slot]!);
      yield;
    }
    yield* this.#builder.emit(out);
  }

  /** Whether a group has an error for a result, which is then raised with `weight`. */
  #fails(pages: RowPages, row: number, weight: number): boolean {
    const error = this.#groups.fallible ? this.#groups.failure(pages, row) : null;
    if (error === null) return false;
    if (this.#errors === undefined) throw error;
    this.#failedKeys.reset();
    this.#groups.readKeys(pages, row, this.#failedKeys, 1);
    this.#errors.add(error, weight, this.#failedKeys.build(), 0);
    return true;
  }

  isDue(): boolean {
    return this.#dueGroups?.isDue() === true || this.#input.isDue();
  }

  *#expire(): Slices {
    yield* this.#input.expire();
    if (this.#dueGroups === undefined) return;
    yield* this.#dueGroups.expire((ids, count) => {
      for (let k = 0; k < count; k++) this.#groups.rows.free(ids[k]!);
    });
  }

  rollback(): void {
    this.#builder.reset();
  }

  rowCount(at: Pin | null): number {
    return this.#groups.store.rowCount(at);
  }

  pin(): Pin {
    return this.#groups.store.pin();
  }

  lookup(keys: Batch, row: number, out: BatchBuilder, at: Pin | null): number {
    let found = 0;
    this.#groups.rows.lookup(keys, this.key!, row, at, (pages, rows, n) => (found = this.#serve(pages, rows, n, out)));
    return found;
  }

  scan(from: number, max: number, out: BatchBuilder, at: Pin | null): number {
    return this.#groups.store.scan(at, from, max, (pages, rows, n) => void this.#serve(pages, rows, n, out));
  }

  /** Appends the rows of groups that have one. */
  #serve(pages: RowPages, rows: Int32Array, count: number, out: BatchBuilder): number {
    const groups = this.#groups;
    const served = groups.fallible ? rows.subarray(0, count).filter(row => groups.failure(pages, row) === null) : rows;
    const n = groups.fallible ? served.length : count;
    groups.read(pages, served, n, out, 1);
    return n;
  }
}
