import type {Batch} from '../../runtime/batch/batch.ts';
import type {Column} from '../../runtime/batch/column.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {RowWriter} from './row-writer.ts';
import type {ValueWriter} from './value-writer.ts';

/** Most bytes that a fixed-width value takes as text. */
const FIXED_VALUE = 48;

/** How rows become lines of text. */
export type LineFormat = {
  /** Ordinals of the columns that are written, and their types. */
  readonly columns: readonly {readonly ordinal: number; readonly type: SqlType}[];
  /** What is written before each of them. */
  readonly prefixes: readonly Uint8Array[];
  readonly nullText: Uint8Array;
  /** What ends a row, line feed included. */
  readonly end: Uint8Array;
  /** The line with which a file begins; empty = none. */
  readonly header: Uint8Array;
  /** The writer of a column's values, which are not NULL. */
  valueWriter(column: number, values: Column): ValueWriter;
};

/** Columns → lines of a text format. A row of weight k is written k times. */
export class LineEncoder {
  readonly #writer = new RowWriter();
  readonly #format: LineFormat;
  #columns: readonly Column[] = [];
  #writers: readonly ValueWriter[] = [];

  constructor(format: LineFormat) {
    this.#format = format;
  }

  /** Binds the encoder to a batch; `range` then writes rows of it. */
  use(batch: Batch): void {
    const {columns} = this.#format;
    this.#columns = columns.map(({ordinal}) => batch.columns[ordinal]!);
    this.#writers = this.#columns.map((values, i) => this.#format.valueWriter(i, values));
  }

  /** The lines of rows [from, to); valid until the next call. */
  range(batch: Batch, from: number, to: number): Uint8Array {
    const w = this.#writer;
    const columns = this.#columns;
    const writers = this.#writers;
    const {prefixes, nullText, end} = this.#format;
    w.position = 0;
    for (let row = from; row < to; row++) {
      const start = w.position;
      for (let c = 0; c < columns.length; c++) {
        const prefix = prefixes[c]!;
        w.copy(prefix, 0, prefix.length);
        const {validity} = columns[c]!;
        if (validity !== null && validity[row] === 0) w.copy(nullText, 0, nullText.length);
        else {
          w.ensure(FIXED_VALUE);
          writers[c]!(w, row);
        }
      }
      w.copy(end, 0, end.length);
      const copies = batch.weights === null ? 1 : batch.weights[row]!;
      const length = w.position - start;
      for (let copy = 1; copy < copies; copy++) w.copy(w.bytes, start, start + length);
    }
    return w.bytes.subarray(0, w.position);
  }
}
