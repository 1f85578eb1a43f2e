import type {RowOrder} from './sort-order.ts';

/** Rows sorted at a time, and merged between two pauses. */
const RUN_ROWS = 4096;

/** Sorts the row numbers 0 … count − 1; rows that compare equal stay in order. Pauses: runs are sorted, then merged pairwise. */
export function* sortRows(count: number, compare: RowOrder): Generator<void, Int32Array, void> {
  let rows = new Int32Array(count);
  for (let i = 0; i < count; i++) rows[i] = i;
  for (let from = 0; from < count; from += RUN_ROWS) {
    rows.subarray(from, from + RUN_ROWS).sort(compare);
    yield;
  }
  let other = new Int32Array(count > RUN_ROWS ? count : 0);
  for (let width = RUN_ROWS; width < count; width *= 2) {
    for (let from = 0; from < count; from += 2 * width) {
      yield* merge(rows, other, compare, from, Math.min(from + width, count), Math.min(from + 2 * width, count));
    }
    [rows, other] = [other, rows];
  }
  return rows;
}

function* merge(
  source: Int32Array,
  target: Int32Array,
  compare: RowOrder,
  from: number,
  middle: number,
  to: number,
): Generator<void, void, void> {
  let a = from;
  let b = middle;
  for (let at = from; at < to; at++) {
    if (a < middle && (b >= to || compare(source[a]!, source[b]!) <= 0)) target[at] = source[a++]!;
    else target[at] = source[b++]!;
    if ((at & (RUN_ROWS - 1)) === RUN_ROWS - 1) yield;
  }
}
