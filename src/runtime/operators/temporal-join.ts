import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {ChainProbe} from '../rows/chain-probe.ts';
import {ChainedRows} from '../rows/chained-rows.ts';
import {CHUNK_ROWS} from '../rows/keyed-rows.ts';
import type {RowStore} from '../rows/row-store.ts';
import type {JoinArgs} from './inner-join.ts';
import {LEFT, type JoinPairs} from './join-pairs.ts';
import {NullKeys} from './null-keys.ts';
import {PairFilter} from './pair-filter.ts';
import {PairOutput} from './pair-output.ts';
import {refuseRetractions} from './row-window.ts';

export type TemporalJoinArgs = Omit<JoinArgs, 'expiry'> & {readonly joinType: 'inner' | 'left'};

/**
 * What: each left row with the right rows that have equal keys and meet the residual condition, as they are at the end of the step in which the
 *   left row comes; left: padded with NULLs where there is none. Later changes of the right side do not touch the result.
 * Law: Δout = ΔL ⋈ (Σ ΔR up to and with this step).
 * State: the right side arranged by its keys (chained-rows.ts); of the left side nothing but the rows of the step.
 * Invariants: the left side never retracts; between steps every right weight is positive.
 * Cost: O(|ΔL| · fan-out + |ΔR|).
 */
export class TemporalJoinOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores: readonly RowStore[];
  readonly #leftKeys: readonly number[];
  readonly #right: ChainedRows;
  readonly #probe: ChainProbe;
  readonly #leftNulls: NullKeys;
  readonly #rightNulls: NullKeys;
  readonly #filter: PairFilter | null;
  readonly #output: PairOutput;
  readonly #padded: BatchBuilder | null;
  readonly #waiting: BatchBuilder;
  /** Rows of a chunk that have met a right row. */
  readonly #met = new Uint8Array(CHUNK_ROWS);

  constructor({label, left, right, keys, residual, errors, joinType, budget, hashMask}: TemporalJoinArgs) {
    this.label = label;
    this.schema = [...left, ...right];
    this.#leftKeys = keys.left;
    this.#right = new ChainedRows({label: `${label} right`, schema: right, keys: keys.right, budget, hashMask});
    this.#probe = new ChainProbe(this.#right);
    this.#leftNulls = new NullKeys(left, keys.left, keys.nullSafe);
    this.#rightNulls = new NullKeys(right, keys.right, keys.nullSafe);
    this.#filter = residual === undefined ? null : new PairFilter({residual, left, right, errors});
    this.#output = new PairOutput({left, right});
    this.#padded = joinType === 'left' ? new BatchBuilder(this.schema) : null;
    this.#waiting = new BatchBuilder(left);
    this.stores = [this.#right.store];
  }

  *push(input: number, batch: Batch, out: BatchSink): Slices {
    if (input !== LEFT) {
      const {keyed} = this.#rightNulls.split(batch);
      for (let from = 0; from < keyed.length; from += CHUNK_ROWS) {
        this.#right.merge(keyed, from, Math.min(keyed.length, from + CHUNK_ROWS));
      }
      return;
    }
    refuseRetractions(this.label, batch);
    if (!out.wanted) return;
    const {keyed, unkeyed} = this.#leftNulls.split(batch);
    const rows = Int32Array.from({length: keyed.length}, (_, row) => row);
    this.#waiting.gather(keyed, rows, 0, rows.length);
    if (unkeyed !== null)
      yield* this.#pad(
        unkeyed,
        Int32Array.from({length: unkeyed.length}, (_, row) => row),
        unkeyed.length,
        out,
      );
  }

  *flush(out: BatchSink): Slices {
    yield* this.#right.freeEmpty();
    const left = this.#waiting.build();
    for (let from = 0; from < left.length; from += CHUNK_ROWS) {
      const to = Math.min(left.length, from + CHUNK_ROWS);
      this.#met.fill(0, 0, to - from);
      this.#probe.start(left, this.#leftKeys, from, to);
      for (let count = this.#probe.fill(); count > 0; count = this.#probe.fill()) {
        let pairs: JoinPairs = {side: LEFT, batch: left, stored: this.#right, rows: this.#probe.rows, ids: this.#probe.ids, count};
        if (this.#filter !== null) {
          pairs = this.#filter.apply(pairs);
          // Whether a pair that failed would have been one nobody knows: its row is not padded.
          const {failed} = this.#filter;
          for (let k = 0; k < failed.count; k++) this.#met[failed.rows[k]! - from] = 1;
        }
        for (let k = 0; k < pairs.count; k++) this.#met[pairs.rows[k]! - from] = 1;
        yield* this.#output.add(pairs, out);
      }
      yield* this.#padUnmet(left, from, to, out);
      yield;
    }
    yield* this.#output.builder.emit(out);
    if (this.#padded !== null) yield* this.#padded.emit(out);
    this.#waiting.reset();
  }

  *#padUnmet(left: Batch, from: number, to: number, out: BatchSink): Slices {
    if (this.#padded === null) return;
    const rows = new Int32Array(to - from);
    let count = 0;
    for (let row = from; row < to; row++) if (this.#met[row - from] === 0) rows[count++] = row;
    yield* this.#pad(left, rows, count, out);
  }

  *#pad({columns, weights}: Batch, rows: Int32Array, count: number, out: BatchSink): Slices {
    const padded = this.#padded;
    if (padded === null || count === 0) return;
    if (padded.length + count > MAX_BATCH_ROWS) yield* padded.emit(out);
    padded.columns.forEach((column, c) => {
      if (c < columns.length) column.gather(columns[c]!, rows, 0, count);
      else column.appendNulls(count);
    });
    padded.addedWeights(weights, rows, 0, count);
  }

  rollback(): void {
    this.#waiting.reset();
    this.#output.builder.reset();
    this.#padded?.reset();
  }
}
