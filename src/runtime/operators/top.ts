import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {copiesOf, refuseRetractions, RowWindow} from './row-window.ts';
import {prefixesOf, sortBatch} from './sort-batch.ts';
import type {SortColumn} from './sort-order.ts';

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
    refuseRetractions(this.label, batch);
    if (this.#limit === 0) return;
    this.#append(batch);
    if (this.#rows.length >= this.#surplusAt) yield* this.#dropSurplus();
  }

  #append(batch: Batch): void {
    const rows = new Int32Array(batch.length);
    let count = 0;
    if (this.#cutoff === Infinity) for (; count < rows.length; count++) rows[count] = count;
    else {
      const prefixes = prefixesOf(this.schema, this.#sort, batch);
      for (let row = 0; row < rows.length; row++) if (prefixes[row]! <= this.#cutoff) rows[count++] = row;
    }
    if (count > 0) this.#rows.gather(batch, rows, 0, count);
  }

  /** Keeps the first `limit + offset` rows only. */
  *#dropSurplus(): Slices {
    const batch = this.#rows.build();
    const rows = yield* sortBatch(this.schema, this.#sort, batch);
    let count = 0;
    for (let copies = 0; count < rows.length && copies < this.#limit + this.#offset; count++) copies += copiesOf(batch, rows[count]!);
    if (count < rows.length) this.#cutoff = prefixesOf(this.schema, this.#sort, batch)[rows[count - 1]!]!;
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
      const rows = yield* sortBatch(this.schema, this.#sort, batch);
      const window = new RowWindow({schema: this.schema, batch, limit: this.#limit, offset: this.#offset});
      for (let k = 0; k < rows.length && !window.full; k++) yield* window.add(rows[k]!, copiesOf(batch, rows[k]!), out);
      yield* window.finish(out);
    }
    this.rollback();
  }

  rollback(): void {
    this.#rows = new BatchBuilder(this.schema);
    this.#cutoff = Infinity;
    this.#surplusAt = 2 * (this.#limit + this.#offset) + SLACK_ROWS;
  }
}
