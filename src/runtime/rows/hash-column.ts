import {unreachable} from '../../common/unreachable.ts';
import type {PhysicalKind} from '../../types/sql-type.ts';
import type {Column} from '../batch/column.ts';
import {formMismatch} from '../batch/form-mismatch.ts';
import {finishHash, mixBytes, mixDouble, mixWord, NULL_HASH} from './hash-mix.ts';
import {isText, newStoredDecimal, normalizeColumnRow, scaleOf} from './stored-decimal.ts';

const scratch = newStoredDecimal();

/**
 * Mixes rows `from … to` of a column into the running hashes `hashes[0 … to − from)`. The hash depends on the value only, not on the form
 * it came in, and equals what hash-rows.ts computes for the stored value.
 */
export function hashColumn(kind: PhysicalKind, column: Column, from: number, to: number, hashes: Int32Array): void {
  const n = to - from;
  const validity = column.validity;
  switch (column.form) {
    case 'u8': {
      const {values} = column;
      for (let k = 0; k < n; k++) {
        const word = validity !== null && validity[from + k] === 0 ? NULL_HASH : values[from + k]!;
        hashes[k] = mixWord(hashes[k]!, word);
      }
      return;
    }
    case 'i32': {
      const {values} = column;
      for (let k = 0; k < n; k++) {
        const word = validity !== null && validity[from + k] === 0 ? NULL_HASH : values[from + k]!;
        hashes[k] = mixWord(hashes[k]!, word);
      }
      return;
    }
    case 'i64n': {
      const {values} = column;
      for (let k = 0; k < n; k++) {
        if (validity !== null && validity[from + k] === 0) hashes[k] = mixWord(hashes[k]!, NULL_HASH);
        else {
          const value = values[from + k]!;
          hashes[k] = mixWord(mixWord(hashes[k]!, value | 0), Math.floor(value / 4294967296));
        }
      }
      return;
    }
    case 'i64w': {
      const words = wordsOf(column.values);
      for (let k = 0; k < n; k++) {
        const i = from + k;
        if (validity !== null && validity[i] === 0) hashes[k] = mixWord(hashes[k]!, NULL_HASH);
        else hashes[k] = mixWord(mixWord(hashes[k]!, words[2 * i]!), words[2 * i + 1]!);
      }
      return;
    }
    case 'f64': {
      const {values} = column;
      for (let k = 0; k < n; k++) {
        if (validity !== null && validity[from + k] === 0) hashes[k] = mixWord(hashes[k]!, NULL_HASH);
        else hashes[k] = mixDouble(hashes[k]!, values[from + k]!);
      }
      return;
    }
    case 'dec':
    case 'bytes': {
      if (kind === 'bytes') {
        if (column.form === 'dec') throw formMismatch(kind, column);
        const {starts, ends, data} = column;
        for (let k = 0; k < n; k++) {
          const i = from + k;
          if (validity !== null && validity[i] === 0) hashes[k] = mixWord(hashes[k]!, NULL_HASH);
          else hashes[k] = mixBytes(hashes[k]!, data, starts[i]!, ends[i]!);
        }
        return;
      }
      for (let k = 0; k < n; k++) {
        if (validity !== null && validity[from + k] === 0) hashes[k] = mixWord(hashes[k]!, NULL_HASH);
        else {
          normalizeColumnRow(column, from + k, scratch);
          hashes[k] = isText(scratch.meta)
            ? mixBytes(hashes[k]!, scratch.text, 0, scratch.text.length)
            : mixWord(mixWord(mixWord(hashes[k]!, scratch.low), scratch.high), scaleOf(scratch.meta));
        }
      }
      return;
    }
    default:
      unreachable(column);
  }
}

export function finishHashes(hashes: Int32Array, n: number): void {
  for (let k = 0; k < n; k++) hashes[k] = finishHash(hashes[k]!);
}

/** The 64-bit integers as (low, high) words: the same memory. */
export function wordsOf(values: BigInt64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
}
