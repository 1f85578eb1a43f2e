import type {Batch, Schema} from '../batch/batch.ts';
import type {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {ArrivalOrder} from '../rows/arrival-order.ts';
import type {Pin} from '../rows/pin.ts';
import {readField} from '../rows/read-field.ts';
import {layoutRows, type Field} from '../rows/row-layout.ts';
import type {RowPages} from '../rows/row-pages.ts';
import {RowStore} from '../rows/row-store.ts';
import {writeField} from '../rows/write-field.ts';
import type {ReadableRows} from './readable-rows.ts';

/** How many rows a list of what went wrong keeps. */
export const NEWEST_ROWS = 1_000_000;

/** What is left of the rows of a partition that are not kept any more; partition −1 = they had none. */
export type DroppedRows = {readonly partition: number; readonly rows: number; readonly first: number; readonly last: number};

export type NewestViewArgs = {
  readonly label: string;
  readonly schema: Schema;
  /** Rows that are kept at most. */
  readonly limit: number;
  /** Bytes that they may take; absent = any number. */
  readonly bytes?: number | undefined;
  /** An i64 column that ascends, and the least value of a row that is kept; −Infinity = any. */
  readonly age?: {readonly column: number; readonly least: () => number} | undefined;
  /** Columns of a record's place: an i32 and an i64. */
  readonly partition: number;
  readonly offset: number;
};

/** Rows that are dropped between two pauses. */
const SLICE_ROWS = 4096;

/**
 * What: keeps the newest rows of an input that never retracts. Passes its input on.
 * Law: contents = the last rows of Σ deltas, `limit` or `bytes` at most, that are young enough; of the others their number and least and greatest offset by partition.
 * State: the rows, each with its number; a row per partition that rows were dropped of.
 * Invariants: as of AppendView; nobody above is told of what is dropped.
 * Cost: O(|Δ|).
 */
export class NewestView implements Operator, ReadableRows {
  readonly label: string;
  readonly schema: Schema;
  readonly key = null;
  readonly stores: readonly RowStore[];
  readonly #args: NewestViewArgs;
  readonly #rows: RowStore;
  readonly #order: ArrivalOrder;
  readonly #sequence: number;
  /** partition, number of rows, first and last offset. */
  readonly #dropped: RowStore;

  constructor(args: NewestViewArgs) {
    const {label, schema} = args;
    this.label = label;
    this.schema = schema;
    this.#args = args;
    const layout = layoutRows(schema, ['double']);
    this.#sequence = layout.extras[0]!.at;
    this.#rows = new RowStore({label, layout});
    this.#order = new ArrivalOrder(this.#rows, this.#sequence, args.bytes !== undefined);
    this.#dropped = new RowStore({label: `dropped(${label})`, layout: layoutRows([], ['double', 'double', 'double', 'double'])});
    this.stores = [this.#rows, this.#dropped];
  }

  *push(_input: number, batch: Batch, out: BatchSink): Slices {
    const store = this.#rows;
    const {pages} = store;
    const {fields} = store.layout;
    this.#order.refresh();
    for (let row = 0; row < batch.length; row++) {
      const weight = batch.weights === null ? 1 : batch.weights[row]!;
      if (weight < 0) throw new Error(`internal error: ${this.label} got a retraction but its input is append-only`);
      for (let copy = 0; copy < weight; copy++) {
        const id = store.alloc();
        for (let c = 0; c < fields.length; c++) writeField(pages, store.arena, fields[c]!, batch.columns[c]!, row, id);
        pages.floats[id >> pages.shift]![((id & pages.mask) * pages.stride + this.#sequence) / 2] = this.#order.next;
        this.#order.push(id);
      }
    }
    if (out.wanted) yield* out.emit(batch);
  }

  *flush(): Slices {
    this.#order.refresh();
    for (let dropped = 1; this.#isTooMuch(); dropped++) {
      this.#drop(this.#order.shift());
      if (dropped % SLICE_ROWS === 0) yield;
    }
  }

  #isTooMuch(): boolean {
    const {limit, bytes = Infinity, age} = this.#args;
    const {count, oldest} = this.#order;
    if (count > limit || this.#order.bytes > bytes) return true;
    if (age === undefined || oldest < 0) return false;
    const value = wholeNumber(this.#rows.pages, this.#rows.layout.fields[age.column]!, oldest);
    return value !== undefined && value < age.least();
  }

  #drop(id: number): void {
    const {fields} = this.#rows.layout;
    const {pages} = this.#rows;
    const partition = wholeNumber(pages, fields[this.#args.partition]!, id) ?? -1;
    const offset = wholeNumber(pages, fields[this.#args.offset]!, id) ?? NaN;
    this.#rows.free(id);
    const summary = this.#summaryOf(partition);
    const [rows, first, last] = [1, 2, 3].map(extra => this.#read(summary, extra));
    this.#dropped.touch(summary);
    this.#write(summary, 1, rows! + 1);
    if (Number.isNaN(offset)) return;
    this.#write(summary, 2, Number.isNaN(first!) ? offset : Math.min(first!, offset));
    this.#write(summary, 3, Number.isNaN(last!) ? offset : Math.max(last!, offset));
  }

  /** The row of a partition; there are few. */
  #summaryOf(partition: number): number {
    const store = this.#dropped;
    for (let id = 0; id < store.limit; id++) if (store.isLive(id) && this.#read(id, 0) === partition) return id;
    const id = store.alloc();
    this.#write(id, 0, partition);
    this.#write(id, 1, 0);
    this.#write(id, 2, NaN);
    this.#write(id, 3, NaN);
    return id;
  }

  #read(id: number, extra: number): number {
    const {pages, layout} = this.#dropped;
    return pages.floats[id >> pages.shift]![((id & pages.mask) * pages.stride + layout.extras[extra]!.at) / 2]!;
  }

  #write(id: number, extra: number, value: number): void {
    const {pages, layout} = this.#dropped;
    pages.floats[id >> pages.shift]![((id & pages.mask) * pages.stride + layout.extras[extra]!.at) / 2] = value;
  }

  /** What was dropped, as of the last published step. */
  dropped(): DroppedRows[] {
    const found: DroppedRows[] = [];
    const {extras} = this.#dropped.layout;
    this.#dropped.scan(null, 0, Infinity, (pages, rows, count) => {
      for (let i = 0; i < count; i++) {
        const at = (extra: number): number =>
          pages.floats[rows[i]! >> pages.shift]![((rows[i]! & pages.mask) * pages.stride + extras[extra]!.at) / 2]!;
        found.push({partition: at(0), rows: at(1), first: at(2), last: at(3)});
      }
    });
    return found.sort((a, b) => a.partition - b.partition);
  }

  rowCount(at: Pin | null): number {
    return this.#rows.rowCount(at);
  }

  pin(): Pin {
    return this.#rows.pin();
  }

  lookup(): number {
    throw new Error(`internal error: ${this.label} has no key`);
  }

  scan(from: number, max: number, out: BatchBuilder, at: Pin | null): number {
    return this.#rows.scan(at, from, max, (pages: RowPages, rows: Int32Array, count: number) => {
      const {fields} = this.#rows.layout;
      for (let c = 0; c < fields.length; c++) readField(pages, this.#rows.arena, fields[c]!, rows, 0, count, out.columns[c]!);
      out.added(count, 1);
    });
  }
}

/** An i32 or i64 of a row; undefined = NULL. */
function wholeNumber({ints, shift, mask, stride}: RowPages, field: Field, id: number): number | undefined {
  const page = ints[id >> shift]!;
  const base = (id & mask) * stride;
  if ((page[base + field.nullWord]! & field.nullMask) !== 0) return undefined;
  const low = page[base + field.at]!;
  return field.kind === 'i32' ? low : page[base + field.at + 1]! * 4294967296 + (low >>> 0);
}
