import type {Schema} from '../batch/batch.ts';
import type {Batch} from '../batch/batch.ts';
import type {ChainedRows} from '../rows/chained-rows.ts';

/** Equality join keys: `left[i] = right[i]`, columns of one kind; none = every row matches every row. */
export type JoinKeys = {
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** NULL matches NULL in key i. */
  readonly nullSafe: readonly boolean[];
};

/** The sides of a join, by the input number of the operator. */
export const LEFT = 0;
export const RIGHT = 1;

/** Pairs of a join: row `rows[k]` of `batch`, a delta of input `side`, with row `ids[k]` of the other input, for k below `count`. */
export type JoinPairs = {
  readonly side: number;
  readonly batch: Batch;
  readonly stored: ChainedRows;
  readonly rows: Int32Array;
  readonly ids: Int32Array;
  readonly count: number;
};

export type JoinSchemas = {readonly left: Schema; readonly right: Schema};

/** Product of the weights of pair `k`: a safe integer, not always an int32; 0 when the stored row is about to go. */
export function pairWeight({batch, stored, rows, ids}: JoinPairs, k: number): number {
  const weight = batch.weights === null ? 1 : batch.weights[rows[k]!]!;
  return weight * stored.weightOf(ids[k]!);
}
