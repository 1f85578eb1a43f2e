import type {Batch} from '../../runtime/batch/batch.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {TextSettings} from '../../types/text-settings.ts';
import {RowWriter} from './row-writer.ts';
import {valueWriter, type ValueWriter} from './value-writer.ts';

const DATA_ROW = 68;
/** Type byte, length word, column count. */
const ROW_HEADER = 7;
/** Most bytes that a fixed-width value's fast path writes, length word included. */
const FIXED_VALUE = 48;

/**
 * Columns → PostgreSQL DataRow messages (protocol 55.7), ready for the socket. One encoder per result; further columns of a batch are left out; `formats[i]` is 0 (text) or 1
 * (binary). A row of weight k is written k times. Columns beyond `types` (an order's own) are not written.
 */
export class RowEncoder {
  readonly writer = new RowWriter();
  readonly #types: readonly SqlType[];
  readonly #formats: readonly number[];
  readonly #settings: TextSettings;
  #writers: ValueWriter[] = [];

  constructor(types: readonly SqlType[], formats: readonly number[], settings: TextSettings) {
    this.#types = types;
    this.#formats = formats;
    this.#settings = settings;
  }

  /** Binds the encoder to a batch; `row`/`range` then write rows of it. */
  use(batch: Batch): void {
    this.#writers = this.#types.map((type, i) => valueWriter(type, this.#formats[i] ?? 0, batch.columns[i]!, this.#settings));
  }

  /** Appends rows [from, to) to `writer`; returns the number of messages written. */
  range(batch: Batch, from: number, to: number): number {
    const {writer: w} = this;
    const writers = this.#writers;
    const columns = batch.columns;
    const width = this.#types.length;
    let messages = 0;
    for (let row = from; row < to; row++) {
      const start = w.position;
      w.ensure(ROW_HEADER + width * FIXED_VALUE);
      w.byte(DATA_ROW);
      w.position += 4;
      w.int16(width);
      for (let c = 0; c < width; c++) {
        const {validity} = columns[c]!;
        w.ensure(FIXED_VALUE);
        const at = w.position;
        w.position += 4;
        if (validity !== null && validity[row] === 0) w.int32At(at, -1);
        else {
          writers[c]!(w, row);
          w.int32At(at, w.position - at - 4);
        }
      }
      w.int32At(start + 1, w.position - start - 1);
      messages++;
      if (batch.weights !== null) messages += this.#repeat(start, batch.weights[row]! - 1);
    }
    return messages;
  }

  #repeat(start: number, times: number): number {
    const {writer: w} = this;
    if (times < 0) w.position = start;
    const end = w.position;
    for (let i = 0; i < times; i++) w.copy(w.bytes, start, end);
    return times;
  }

  /** The finished messages so far; valid until the next write. Clears the buffer. */
  takeBytes(): Uint8Array {
    const bytes = this.writer.bytes.subarray(0, this.writer.position);
    this.writer.position = 0;
    return bytes;
  }
}
