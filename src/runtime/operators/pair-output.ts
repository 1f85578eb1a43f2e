import {MAX_BATCH_ROWS} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import {BytesColumnBuilder} from '../batch/bytes-column-builder.ts';
import type {ColumnBuilder} from '../batch/column-builder.ts';
import type {BatchSink, Slices} from '../graph/operator.ts';
import {LEFT, type JoinPairs, type JoinSchemas} from './join-pairs.ts';
import {appendDelta, appendStored} from './pair-filter.ts';

/** Variable-width values that make a batch full, however few its rows: batches of long texts stay in the cache. */
const MAX_DATA_BYTES = 1 << 20;
/** Greatest weight of a row in a batch. */
const MAX_WEIGHT = 2 ** 31 - 1;
const IDENTITY = Int32Array.from({length: MAX_BATCH_ROWS}, (_, k) => k);

/** Collects output rows left ++ right of pairs, their weights multiplied, and emits full batches. */
export class PairOutput {
  readonly builder: BatchBuilder;
  readonly #left: readonly number[];
  readonly #right: readonly number[];
  readonly #leftColumns: readonly ColumnBuilder[];
  readonly #rightColumns: readonly ColumnBuilder[];
  readonly #weights = new Int32Array(MAX_BATCH_ROWS);

  /** `borrows`: texts of a delta stay in its batch, because the owner emits what came of one batch before it takes another. */
  constructor({left, right, borrows = false}: JoinSchemas & {readonly borrows?: boolean}) {
    this.builder = new BatchBuilder([...left, ...right]);
    for (const column of this.builder.columns) if (column instanceof BytesColumnBuilder) column.borrows = borrows;
    this.#left = left.map((_, c) => c);
    this.#right = right.map((_, c) => c);
    this.#leftColumns = this.builder.columns.slice(0, left.length);
    this.#rightColumns = this.builder.columns.slice(left.length);
  }

  /** Adds the pairs whose weight is not 0. The arrays of `pairs` are rearranged. */
  *add(pairs: JoinPairs, out: BatchSink): Slices {
    const {rows, ids} = pairs;
    const {weights} = pairs.batch;
    const {pages} = pairs.stored.store;
    const {ints, shift, mask, stride} = pages;
    const {weightAt} = pairs.stored;
    let count = 0;
    let plain = true;
    const heavy: {readonly row: number; readonly id: number; readonly weight: number}[] = [];
    for (let k = 0; k < pairs.count; k++) {
      const id = ids[k]!;
      const row = rows[k]!;
      const weight = (weights === null ? 1 : weights[row]!) * ints[id >> shift]![(id & mask) * stride + weightAt]!;
      if (weight === 0) continue;
      if (weight > MAX_WEIGHT || weight < -MAX_WEIGHT) {
        heavy.push({row, id, weight});
        continue;
      }
      if (weight !== 1) plain = false;
      rows[count] = row;
      ids[count] = id;
      this.#weights[count++] = weight;
    }
    if (this.builder.length + count > MAX_BATCH_ROWS) yield* this.builder.emit(out);
    this.#append({...pairs, count}, plain ? null : this.#weights);
    if (this.builder.dataBytes >= MAX_DATA_BYTES) yield* this.builder.emit(out);
    for (const {row, id, weight} of heavy) yield* this.#addHeavy({...pairs, count: 1}, row, id, weight, out);
  }

  /** A pair too heavy for one row becomes several. */
  *#addHeavy(pairs: JoinPairs, row: number, id: number, weight: number, out: BatchSink): Slices {
    pairs.rows[0] = row;
    pairs.ids[0] = id;
    for (let rest = weight; rest !== 0; rest -= this.#weights[0]!) {
      if (this.builder.full) yield* this.builder.emit(out);
      this.#weights[0] = Math.max(-MAX_WEIGHT, Math.min(MAX_WEIGHT, rest));
      this.#append(pairs, this.#weights);
    }
  }

  #append(pairs: JoinPairs, weights: Int32Array | null): void {
    if (pairs.count === 0) return;
    const fromLeft = pairs.side === LEFT;
    appendDelta(pairs, fromLeft ? this.#left : this.#right, fromLeft ? this.#leftColumns : this.#rightColumns);
    appendStored(pairs, fromLeft ? this.#right : this.#left, fromLeft ? this.#rightColumns : this.#leftColumns);
    this.builder.addedWeights(weights, IDENTITY, 0, pairs.count);
  }
}
