import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import {NO_SLICES} from '../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import type {Pin} from '../rows/pin.ts';
import type {RowPages} from '../rows/row-pages.ts';
import {FLAGS_WORD, LIVE} from '../rows/row-layout.ts';
import type {RowStore} from '../rows/row-store.ts';
import {ExpiryIndex, type RowExpiry} from '../time/expiry-index.ts';
import {WeightedRows, type WeightedRowsArgs} from '../rows/weighted-rows.ts';
import type {ReadableRows} from '../views/readable-rows.ts';

const ROWS_AT_ONCE = 4096;

export type DistinctArgs = WeightedRowsArgs & {
  /** Rows whose time is over are dropped without a change of the output: none like them come any more. */
  readonly expiry?: RowExpiry | undefined;
};

/**
 * What: each row once. Serves its own state as a readable relation.
 * Law: out = {row ↦ 1 | Σ weights of row > 0}; Δout holds the rows whose presence changed.
 * State: each row with its weight.
 * Invariants: between steps every weight is positive.
 * Cost: O(|Δ|).
 */
export class DistinctOperator implements Operator, ReadableRows {
  readonly label: string;
  readonly schema: Schema;
  readonly key: readonly number[];
  readonly stores: readonly RowStore[];
  readonly #rows: WeightedRows;
  readonly #builder: BatchBuilder;
  readonly #ends: ExpiryIndex | undefined;

  constructor({expiry, ...args}: DistinctArgs) {
    this.label = args.label;
    this.schema = args.schema;
    this.key = args.schema.map((_, c) => c);
    this.#rows = new WeightedRows({...args, sameness: 'value'});
    this.stores = [this.#rows.store];
    this.#builder = new BatchBuilder(args.schema);
    const {store} = this.#rows;
    if (expiry !== undefined) this.#ends = new ExpiryIndex(store, store.layout.fields[expiry.column]!, expiry);
  }

  push(_input: number, batch: Batch): Slices {
    this.#rows.add(batch, 1, this.#noteTimes);
    return NO_SLICES;
  }

  *flush(out: BatchSink): Slices {
    const {store, rows} = this.#rows;
    const {undo} = store;
    const gone = new Int32Array(ROWS_AT_ONCE);
    const fresh = new Int32Array(ROWS_AT_ONCE);
    for (let from = 0; from < undo.count; from += ROWS_AT_ONCE) {
      const to = Math.min(undo.count, from + ROWS_AT_ONCE);
      let gones = 0;
      let news = 0;
      for (let slot = from; slot < to; slot++) {
        const id = undo.ids[slot]!;
        const weight = this.#rows.weightOf(store.pages, id);
        if (weight < 0) throw new Error(`internal error: ${this.label} holds a row ${weight} times`);
        const was = isInUse(undo.pages, slot);
        if (weight > 0 && !was) fresh[news++] = id;
        if (weight > 0) continue;
        if (was) gone[gones++] = slot;
        rows.free(id);
      }
      if (out.wanted) {
        this.#rows.read(undo.pages, gone, gones, this.#builder, -1);
        this.#rows.read(store.pages, fresh, news, this.#builder, 1);
        if (this.#builder.length + ROWS_AT_ONCE > MAX_BATCH_ROWS) yield* this.#builder.emit(out);
      }
      yield;
    }
    yield* this.#builder.emit(out);
    yield* this.#expire();
  }

  readonly #noteTimes = (ids: Int32Array, count: number): void => this.#ends?.add(ids, count);

  isDue(): boolean {
    return this.#ends?.isDue() === true;
  }

  *#expire(): Slices {
    if (this.#ends === undefined) return;
    yield* this.#ends.expire((ids, count) => {
      for (let k = 0; k < count; k++) this.#rows.rows.free(ids[k]!);
    });
  }

  rollback(): void {
    this.#builder.reset();
  }

  rowCount(at: Pin | null): number {
    return this.#rows.store.rowCount(at);
  }

  pin(): Pin {
    return this.#rows.store.pin();
  }

  lookup(keys: Batch, row: number, out: BatchBuilder, at: Pin | null): number {
    return this.#rows.rows.lookup(keys, this.key, row, at, (pages, rows, n) => this.#rows.read(pages, rows, n, out, 1)) ? 1 : 0;
  }

  scan(from: number, max: number, out: BatchBuilder, at: Pin | null): number {
    return this.#rows.store.scan(at, from, max, (pages, rows, n) => this.#rows.read(pages, rows, n, out, 1));
  }
}

function isInUse(pages: RowPages, row: number): boolean {
  return (pages.ints[row >> pages.shift]![(row & pages.mask) * pages.stride + FLAGS_WORD]! & LIVE) !== 0;
}
