import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BytesColumnBuilder} from '../batch/bytes-column-builder.ts';
import type {Int64ColumnBuilder} from '../batch/int64-column-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {CHUNK_ROWS, KeyedRows} from '../rows/keyed-rows.ts';
import type {Pin, SnapshotBudget} from '../rows/pin.ts';
import {readField} from '../rows/read-field.ts';
import {FLAGS_WORD, LIVE} from '../rows/row-layout.ts';
import type {RowPages} from '../rows/row-pages.ts';
import type {RowStore} from '../rows/row-store.ts';
import {writeField} from '../rows/write-field.ts';
import type {ReadableRows} from '../views/readable-rows.ts';

/** Touched entries looked at between two pauses. */
const ENTRIES_AT_ONCE = 2048;
const ids = new Int32Array(CHUNK_ROWS);

export type ErrorRowsArgs = {
  readonly label: string;
  /** Number of text columns. */
  readonly texts: number;
  /** Text columns that identify an entry; the others follow from them and are those of the first one that came. */
  readonly identity: readonly number[];
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: the errors that a view's operators have raised, as a relation: texts, then how many rows failed so. Has no input: operators `raise`
 * errors while they are pushed to and flushed, so it comes behind all of them in the order of the graph.
 * Law: contents = Σ raised; an entry whose count is 0 is none. Δout = −old + new for every entry whose count has changed.
 * State: one row per entry: texts and count.
 * Invariants: none on what is raised: a count below 0 is kept, and not shown, until it is made good for.
 * Cost: O(errors raised).
 */
export class ErrorRows implements Operator, ReadableRows {
  readonly label: string;
  readonly schema: Schema;
  readonly key = null;
  readonly stores: readonly RowStore[];
  /** Takes part in the running step; set when the operator becomes a node. */
  wake: () => void = () => {};
  readonly #rows: KeyedRows;
  readonly #identity: readonly number[];
  readonly #dependent: readonly number[];
  readonly #countAt: number;
  /** Raised and not yet in the store. */
  readonly #raised: BatchBuilder;
  readonly #weights = new Float64Array(MAX_BATCH_ROWS);
  readonly #output: BatchBuilder;

  constructor({label, texts, identity, budget, hashMask}: ErrorRowsArgs) {
    const columns = Array.from({length: texts}, (_, c) => c);
    const schema: Schema = columns.map(() => 'bytes');
    this.label = label;
    this.schema = [...schema, 'i64'];
    this.#rows = new KeyedRows({label, columns: schema, keys: identity, extras: ['double'], budget, hashMask});
    this.stores = [this.#rows.store];
    this.#identity = identity;
    this.#dependent = columns.filter(c => !identity.includes(c));
    this.#countAt = this.#rows.store.layout.extras[0]!.at >> 1;
    this.#raised = new BatchBuilder(schema);
    this.#output = new BatchBuilder(this.schema);
  }

  /** Adds `weight` to the count of an error; its texts in UTF-8. */
  raise(texts: readonly Uint8Array[], weight: number): void {
    if (this.#raised.length === 0) this.wake();
    texts.forEach((text, c) => (this.#raised.columns[c] as BytesColumnBuilder).append(text, 0, text.length));
    this.#weights[this.#raised.length] = weight;
    this.#raised.added(1, 1);
    if (this.#raised.full) this.#merge();
  }

  #merge(): void {
    const batch = this.#raised.build();
    const {store} = this.#rows;
    for (let from = 0; from < batch.length; from += CHUNK_ROWS) {
      const to = Math.min(batch.length, from + CHUNK_ROWS);
      this.#rows.resolve(batch, this.#identity, from, to, ids);
      store.touchAll(ids, to - from);
      for (let k = 0; k < to - from; k++) this.#add(ids[k]!, batch, from + k);
    }
    this.#raised.reset();
  }

  #add(id: number, batch: Batch, row: number): void {
    const {pages, arena, layout} = this.#rows.store;
    const floats = pages.floats[id >> pages.shift]!;
    const at = (((id & pages.mask) * pages.stride) >> 1) + this.#countAt;
    if (floats[at] === 0) for (const c of this.#dependent) writeField(pages, arena, layout.fields[c]!, batch.columns[c]!, row, id);
    floats[at]! += this.#weights[row]!;
  }

  // oxlint-disable-next-line require-yield
  *push(): Slices {
    throw new Error(`internal error: ${this.label} takes no input`);
  }

  *flush(out: BatchSink): Slices {
    this.#merge();
    const {store} = this.#rows;
    const {undo} = store;
    const old = new Int32Array(ENTRIES_AT_ONCE);
    const fresh = new Int32Array(ENTRIES_AT_ONCE);
    for (let from = 0; from < undo.count; from += ENTRIES_AT_ONCE) {
      const to = Math.min(undo.count, from + ENTRIES_AT_ONCE);
      let olds = 0;
      let news = 0;
      for (let slot = from; slot < to; slot++) {
        const id = undo.ids[slot]!;
        const was = isInUse(undo.pages, slot) ? Math.max(0, this.#count(undo.pages, slot)) : 0;
        const is = Math.max(0, this.#count(store.pages, id));
        if (was === is) continue;
        if (was > 0) old[olds++] = slot;
        if (is > 0) fresh[news++] = id;
      }
      if (out.wanted) {
        this.#read(undo.pages, old, olds, this.#output, -1);
        this.#read(store.pages, fresh, news, this.#output, 1);
        if (this.#output.length + 2 * ENTRIES_AT_ONCE > MAX_BATCH_ROWS) yield* this.#output.emit(out);
      }
      for (let slot = from; slot < to; slot++) {
        const id = undo.ids[slot]!;
        if (store.isLive(id) && this.#count(store.pages, id) === 0) this.#rows.free(id);
      }
      yield;
    }
    yield* this.#output.emit(out);
  }

  rollback(): void {
    this.#raised.reset();
    this.#output.reset();
  }

  #count(pages: RowPages, row: number): number {
    return pages.floats[row >> pages.shift]![(((row & pages.mask) * pages.stride) >> 1) + this.#countAt]!;
  }

  #read(pages: RowPages, rows: Int32Array, count: number, out: BatchBuilder, weight: number): void {
    const {arena, layout} = this.#rows.store;
    for (let c = 0; c < layout.fields.length; c++) readField(pages, arena, layout.fields[c]!, rows, 0, count, out.columns[c]!);
    const counts = out.columns.at(-1) as Int64ColumnBuilder;
    for (let k = 0; k < count; k++) counts.append(this.#count(pages, rows[k]!));
    out.added(count, weight);
  }

  rowCount(at: Pin | null): number {
    return this.#rows.store.rowCount(at);
  }

  pin(): Pin {
    return this.#rows.store.pin();
  }

  lookup(): number {
    throw new Error(`internal error: ${this.label} has no key`);
  }

  scan(from: number, max: number, out: BatchBuilder, at: Pin | null): number {
    return this.#rows.store.scan(at, from, max, (pages, rows, count) => {
      const shown = rows.subarray(0, count).filter(row => this.#count(pages, row) > 0);
      this.#read(pages, shown, shown.length, out, 1);
    });
  }
}

function isInUse(pages: RowPages, row: number): boolean {
  return (pages.ints[row >> pages.shift]![(row & pages.mask) * pages.stride + FLAGS_WORD]! & LIVE) !== 0;
}
