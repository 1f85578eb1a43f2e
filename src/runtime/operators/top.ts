import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {rowOrder, sortPrefixes, type RowOrder, type SortColumn} from './sort-order.ts';
import {sortRows} from './sort-rows.ts';

export type TopArgs = {
  readonly label: string;
  readonly schema: Schema;
  /** At least one key. */
  readonly sort: readonly SortColumn[];
  /** Rows kept after the first `offset`; Infinity = all. */
  readonly limit: number;
  readonly offset: number;
};

/** More rows than are asked for are collected before the surplus is thrown away: sorting is then rare. */
const SLACK_ROWS = MAX_BATCH_ROWS;

/**
 * What: ORDER BY with LIMIT and OFFSET, for queries that are fed once. The batches of its output are in order, every row of weight 1.
 * Law: out = rows offset … offset + limit of the sorted input, a row of weight k standing for k rows; peers in order of arrival.
 * State: none that lasts: the rows collected so far, in columns; with a limit never more than twice the wanted ones and a batch.
 * Invariants: the input has positive weights only.
 * Cost: O(n log n), with a limit O(n log limit); rows behind the last one that counts are dropped at one comparison of doubles.
 */
export class TopOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores = [];
  readonly #sort: readonly SortColumn[];
  readonly #limit: number;
  readonly #offset: number;
  #rows: BatchBuilder;
  /** Prefix of the last row that counts; rows with a greater one do not. */
  #cutoff = Infinity;
  #surplusAt: number;

  constructor({label, schema, sort, limit, offset}: TopArgs) {
    this.label = label;
    this.schema = schema;
    this.#sort = sort;
    this.#limit = limit;
    this.#offset = offset;
    this.#rows = new BatchBuilder(schema);
    this.#surplusAt = 2 * (limit + offset) + SLACK_ROWS;
  }

  *push(_input: number, batch: Batch): Slices {
    const {weights} = batch;
    if (weights !== null && weights.subarray(0, batch.length).some(w => w < 0)) {
      throw new Error(`internal error: ${this.label} was given a retraction`);
    }
    if (this.#limit === 0) return;
    if (this.#cutoff === Infinity) this.#append(batch);
    else this.#appendCandidates(batch);
    if (this.#rows.length >= this.#surplusAt) yield* this.#dropSurplus();
  }

  #append(batch: Batch): void {
    const rows = new Int32Array(batch.length);
    for (let i = 0; i < rows.length; i++) rows[i] = i;
    this.#rows.gather(batch, rows, 0, rows.length);
  }

  #appendCandidates(batch: Batch): void {
    const prefixes = this.#prefixes(batch);
    const rows = new Int32Array(batch.length);
    let count = 0;
    for (let i = 0; i < batch.length; i++) if (prefixes[i]! <= this.#cutoff) rows[count++] = i;
    if (count > 0) this.#rows.gather(batch, rows, 0, count);
  }

  #prefixes(batch: Batch): Float64Array {
    const [first] = this.#sort;
    return sortPrefixes(this.schema, first!, batch.columns[first!.column]!, batch.length);
  }

  *#sorted(batch: Batch): Generator<void, Int32Array, void> {
    const prefixes = this.#prefixes(batch);
    const full = rowOrder(this.schema, this.#sort, batch.columns);
    const compare: RowOrder = (a, b) => {
      const x = prefixes[a]!;
      const y = prefixes[b]!;
      return x < y ? -1 : x > y ? 1 : full(a, b);
    };
    return yield* sortRows(batch.length, compare);
  }

  /** Keeps the first `limit + offset` rows only. */
  *#dropSurplus(): Slices {
    const batch = this.#rows.build();
    const rows = yield* this.#sorted(batch);
    let count = 0;
    for (let weight = 0; count < rows.length && weight < this.#limit + this.#offset; count++) weight += weightOf(batch, rows[count]!);
    if (count < rows.length) this.#cutoff = this.#prefixes(batch)[rows[count - 1]!]!;
    const kept = new BatchBuilder(this.schema);
    for (let from = 0; from < count; from += MAX_BATCH_ROWS) {
      kept.gather(batch, rows, from, Math.min(count, from + MAX_BATCH_ROWS));
      yield;
    }
    this.#rows = kept;
    this.#surplusAt = 2 * count + SLACK_ROWS;
  }

  *flush(out: BatchSink): Slices {
    const batch = this.#rows.build();
    if (batch.length > 0 && out.wanted) {
      const rows = yield* this.#sorted(batch);
      yield* this.#emit(batch, rows, out);
    }
    this.rollback();
  }

  *#emit(batch: Batch, rows: Int32Array, out: BatchSink): Slices {
    const plain: Batch = {...batch, weights: null};
    const builder = new BatchBuilder(this.schema);
    const portion = new Int32Array(MAX_BATCH_ROWS);
    let count = 0;
    let skip = this.#offset;
    let left = this.#limit;
    for (let k = 0; k < rows.length && left > 0; k++) {
      const row = rows[k]!;
      const weight = weightOf(batch, row);
      const skipped = Math.min(skip, weight);
      skip -= skipped;
      let copies = Math.min(weight - skipped, left);
      left -= copies;
      for (; copies > 0; copies--) {
        portion[count++] = row;
        if (count < MAX_BATCH_ROWS) continue;
        builder.gather(plain, portion, 0, count);
        count = 0;
        yield* builder.emit(out);
      }
    }
    builder.gather(plain, portion, 0, count);
    yield* builder.emit(out);
  }

  rollback(): void {
    this.#rows = new BatchBuilder(this.schema);
    this.#cutoff = Infinity;
  }
}

function weightOf(batch: Batch, row: number): number {
  return batch.weights === null ? 1 : batch.weights[row]!;
}
