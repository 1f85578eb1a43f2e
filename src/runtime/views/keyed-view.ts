import type {Batch, Schema} from '../batch/batch.ts';
import {MAX_BATCH_ROWS} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {CHUNK_ROWS, KeyedRows} from '../rows/keyed-rows.ts';
import type {Pin, SnapshotBudget} from '../rows/pin.ts';
import {readField} from '../rows/read-field.ts';
import type {RowPages} from '../rows/row-pages.ts';
import type {RowStore} from '../rows/row-store.ts';
import {WeightedRows} from '../rows/weighted-rows.ts';
import {writeField} from '../rows/write-field.ts';
import type {ReadableRows} from './readable-rows.ts';

const ids = new Int32Array(CHUNK_ROWS);

export type KeyedViewArgs = {
  readonly label: string;
  readonly schema: Schema;
  /** Columns that are unique among the rows. */
  readonly key: readonly number[];
  /**
   * Deltas come in the order in which they happened, a row's retraction before its successor (a table fed by DML or upserts): they are
   * applied as they come. Otherwise the step's changes of a row may come in any order, and are added up first.
   */
  readonly ordered: boolean;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: keeps a relation by its key: tables with a primary key, and views whose key is known and whose top operator keeps no state. Passes
 * its input on.
 * Law: contents = Σ deltas.
 * State: one row per key and, within a step, how often it is there.
 * Invariants: at the end of a step each key is there once or not at all, else the key was none: an internal error.
 * Cost: O(|Δ|); unordered input is looked up twice.
 */
export class KeyedView implements Operator, ReadableRows {
  readonly label: string;
  readonly schema: Schema;
  readonly key: readonly number[];
  readonly stores: readonly RowStore[];
  readonly #rows: KeyedRows;
  readonly #weightAt: number;
  /** The step's net changes so far, for unordered input. */
  readonly #net: WeightedRows | null;
  readonly #builder: BatchBuilder;
  readonly #lookupColumns: readonly number[];

  constructor({label, schema, key, ordered, budget, hashMask}: KeyedViewArgs) {
    this.label = label;
    this.schema = schema;
    this.key = key;
    this.#rows = new KeyedRows({label, columns: schema, keys: key, extras: ['word'], budget, hashMask});
    this.#weightAt = this.#rows.store.layout.extras[0]!.at;
    this.stores = [this.#rows.store];
    this.#net = ordered ? null : new WeightedRows({label: `${label} net`, schema, hashMask});
    this.#builder = new BatchBuilder(schema);
    this.#lookupColumns = key.map((_, i) => i);
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    if (this.#net === null) this.#apply(batch);
    else this.#net.add(batch);
    if (out.wanted) yield* out.emit(batch);
  }

  *flush(): Slices {
    if (this.#net !== null) {
      yield* this.#applyNet(this.#net);
      this.#net.store.reset();
    }
    const {store} = this.#rows;
    for (let slot = 0; slot < store.undo.count; slot++) {
      if (slot % MAX_BATCH_ROWS === MAX_BATCH_ROWS - 1) yield;
      const id = store.undo.ids[slot]!;
      if (!store.isLive(id)) continue;
      const weight = this.#weight(id);
      if (weight === 1) continue;
      if (weight !== 0) throw new Error(`internal error: ${this.label} holds a key ${weight} times`);
      this.#rows.free(id);
    }
  }

  rollback(): void {
    this.#net?.store.reset();
  }

  #weight(id: number): number {
    const {ints, shift, mask, stride} = this.#rows.store.pages;
    return ints[id >> shift]![(id & mask) * stride + this.#weightAt]!;
  }

  #apply(batch: Batch): void {
    const {store} = this.#rows;
    const {fields} = store.layout;
    for (let from = 0; from < batch.length; from += CHUNK_ROWS) {
      const to = Math.min(batch.length, from + CHUNK_ROWS);
      this.#rows.resolve(batch, this.key, from, to, ids);
      store.touchAll(ids, to - from);
      const {ints, shift, mask, stride} = store.pages;
      for (let k = 0; k < to - from; k++) {
        const id = ids[k]!;
        const weight = batch.weights === null ? 1 : batch.weights[from + k]!;
        ints[id >> shift]![(id & mask) * stride + this.#weightAt]! += weight;
        if (weight < 0) continue;
        for (let c = 0; c < fields.length; c++) writeField(store.pages, store.arena, fields[c]!, batch.columns[c]!, from + k, id);
      }
    }
  }

  /** Applies what is left of the step's changes: retractions and insertions of a key may then come in any order. */
  *#applyNet(net: WeightedRows): Slices {
    const rows = new Int32Array(1);
    for (let id = 0; id < net.store.limit; id++) {
      if (net.weightOf(net.store.pages, id) !== 0) {
        rows[0] = id;
        net.read(net.store.pages, rows, 1, this.#builder);
      }
      if (!this.#builder.full && id + 1 < net.store.limit) continue;
      this.#apply(this.#builder.build());
      this.#builder.reset();
      yield;
    }
  }

  rowCount(at: Pin | null): number {
    return this.#rows.store.rowCount(at);
  }

  pin(): Pin {
    return this.#rows.store.pin();
  }

  lookup(keys: Batch, row: number, out: BatchBuilder, at: Pin | null): number {
    const found = this.#rows.lookup(keys, this.#lookupColumns, row, at, (pages, rows, count) => this.#read(pages, rows, count, out));
    return found ? 1 : 0;
  }

  scan(from: number, max: number, out: BatchBuilder, at: Pin | null): number {
    return this.#rows.store.scan(at, from, max, (pages, rows, count) => this.#read(pages, rows, count, out));
  }

  #read(pages: RowPages, rows: Int32Array, count: number, out: BatchBuilder): void {
    const {store} = this.#rows;
    for (let c = 0; c < store.layout.fields.length; c++) {
      readField(pages, store.arena, store.layout.fields[c]!, rows, 0, count, out.columns[c]!);
    }
    out.added(count, 1);
  }
}
