import type {Batch} from '../../runtime/batch/batch.ts';
import type {BatchBuilder} from '../../runtime/batch/batch-builder.ts';
import {KeyedRows} from '../../runtime/rows/keyed-rows.ts';
import type {Sameness} from '../../runtime/rows/match-column.ts';
import type {Pin} from '../../runtime/rows/pin.ts';
import {readField} from '../../runtime/rows/read-field.ts';
import type {RowPages} from '../../runtime/rows/row-pages.ts';
import type {RowStore, RowVisitor} from '../../runtime/rows/row-store.ts';
import {writeField} from '../../runtime/rows/write-field.ts';
import {schemaOf, type WriteTarget} from './write-target.ts';

const one = new Int32Array(1);

/** The rows of a table that a transaction has touched, by key, each with two words of its owner's. Worked row by row. */
export class TouchedRows {
  readonly store: RowStore;
  readonly #rows: KeyedRows;
  readonly #key: readonly number[];

  constructor({name, columns}: WriteTarget, key: readonly number[], sameness: Sameness = 'value') {
    this.#key = key;
    this.#rows = new KeyedRows({label: `changes of ${name}`, columns: schemaOf(columns), keys: key, extras: ['word', 'word'], sameness});
    this.store = this.#rows.store;
  }

  /** The row with the key of row `row`, or −1. */
  find(batch: Batch, row: number): number {
    this.#rows.find(batch, this.#key, row, row + 1, one);
    return one[0]!;
  }

  /** As `find`, but a missing row is made, its words 0. It can be written. */
  resolve(batch: Batch, row: number): number {
    this.#rows.resolve(batch, this.#key, row, row + 1, one);
    this.store.touch(one[0]!);
    return one[0]!;
  }

  free(id: number): void {
    this.#rows.free(id);
  }

  /** The row as of a finished statement. */
  visit(batch: Batch, row: number, at: Pin, visitor: RowVisitor): void {
    this.#rows.lookup(batch, this.#key, row, at, visitor);
  }

  word({ints, shift, mask, stride}: RowPages, id: number, which: 0 | 1): number {
    return ints[id >> shift]![(id & mask) * stride + this.store.layout.extras[which]!.at]!;
  }

  setWord(id: number, which: 0 | 1, value: number): void {
    const {ints, shift, mask, stride} = this.store.pages;
    ints[id >> shift]![(id & mask) * stride + this.store.layout.extras[which]!.at] = value;
  }

  write(batch: Batch, row: number, id: number): void {
    const {pages, arena, layout} = this.store;
    for (let c = 0; c < layout.fields.length; c++) writeField(pages, arena, layout.fields[c]!, batch.columns[c]!, row, id);
  }

  /** Appends columns of stored rows; the caller says their weights with `out.added`. */
  read(pages: RowPages, rows: Int32Array, count: number, out: BatchBuilder): void {
    const {fields} = this.store.layout;
    for (let c = 0; c < fields.length; c++) readField(pages, this.store.arena, fields[c]!, rows, 0, count, out.columns[c]!);
  }
}
