import type {BytesColumn, Validity} from '../runtime/batch/column.ts';
import {copyBytes} from '../runtime/batch/copy-bytes.ts';
import type {Datum, Decimal} from '../types/datum.ts';
import {datumToBytes} from '../types/datum-bytes.ts';
import type {SqlType} from '../types/sql-type.ts';

const SHORT_STRING = 40;
const EMPTY = new Int32Array(0);

/**
 * The arrays that one output column of a kernel is written to. They live as long as the kernel and are reused by every call: a batch is
 * valid only until its receiver is done with it.
 */
export class OutputBuffers {
  #u8 = new Uint8Array(0);
  #i32 = EMPTY;
  #f64 = new Float64Array(0);
  #i64 = new BigInt64Array(0);
  #validity = new Uint8Array(0);
  #starts = EMPTY;
  #ends = EMPTY;
  #data: Buffer = Buffer.alloc(0);
  #used = 0;
  readonly decimals: (Decimal | null)[] = [];

  u8(length: number): Uint8Array {
    if (this.#u8.length < length) this.#u8 = new Uint8Array(capacity(length));
    return this.#u8;
  }

  i32(length: number): Int32Array {
    if (this.#i32.length < length) this.#i32 = new Int32Array(capacity(length));
    return this.#i32;
  }

  f64(length: number): Float64Array {
    if (this.#f64.length < length) this.#f64 = new Float64Array(capacity(length));
    return this.#f64;
  }

  i64(length: number): BigInt64Array {
    if (this.#i64.length < length) this.#i64 = new BigInt64Array(capacity(length));
    return this.#i64;
  }

  validity(length: number): Uint8Array {
    if (this.#validity.length < length) this.#validity = new Uint8Array(capacity(length));
    return this.#validity;
  }

  /** The validity of finished rows; null when all of them are there, which spares everybody after us looking. */
  validityOf(length: number): Validity {
    return this.#validity.subarray(0, length).includes(0) ? this.#validity : null;
  }

  starts(length: number): Int32Array {
    if (this.#starts.length < length) this.#starts = new Int32Array(capacity(length));
    return this.#starts;
  }

  ends(length: number): Int32Array {
    if (this.#ends.length < length) this.#ends = new Int32Array(capacity(length));
    return this.#ends;
  }

  /** Prepares for a batch of `bytes` values of its own. */
  beginBytes(length: number): void {
    this.starts(length);
    this.ends(length);
    this.#used = 0;
  }

  putRange(row: number, data: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.#reserve(length);
    copyBytes(data, start, end, this.#data, this.#used);
    this.#close(row, length);
  }

  putString(row: number, text: string): void {
    const length = text.length;
    this.#reserve(length * 3);
    const data = this.#data;
    const used = this.#used;
    if (length < SHORT_STRING) {
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code > 127) break;
        data[used + i] = code;
      }
      if (i === length) return this.#close(row, length);
    }
    return this.#close(row, data.write(text, used));
  }

  putDatum(row: number, type: SqlType, datum: Exclude<Datum, null>): void {
    const bytes = datumToBytes(type, datum);
    this.putRange(row, bytes, 0, bytes.length);
  }

  putNothing(row: number): void {
    this.#close(row, 0);
  }

  bytesColumn(validity: Validity): BytesColumn {
    return {form: 'bytes', starts: this.#starts, ends: this.#ends, data: this.#data, validity};
  }

  #close(row: number, length: number): void {
    this.#starts[row] = this.#used;
    this.#used += length;
    this.#ends[row] = this.#used;
  }

  #reserve(length: number): void {
    const needed = this.#used + length;
    if (this.#data.length >= needed) return;
    const grown = Buffer.allocUnsafeSlow(capacity(needed));
    this.#data.copy(grown, 0, 0, this.#used);
    this.#data = grown;
  }
}

function capacity(length: number): number {
  let size = 1024;
  while (size < length) size *= 2;
  return size;
}
