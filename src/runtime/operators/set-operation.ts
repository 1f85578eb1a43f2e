import type {Batch, Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {CHUNK_ROWS, KeyedRows} from '../rows/keyed-rows.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import type {RowPages} from '../rows/row-pages.ts';
import type {RowStore} from '../rows/row-store.ts';
import {emitWeightChanges} from './weight-changes.ts';

const ROWS_PER_SLICE = 8192;
// Nothing yields between filling and reading it.
const ids = new Int32Array(CHUNK_ROWS);

/** How often a row is in the output, by how often it is in the left and in the right input. */
export type CountRule = (left: number, right: number) => number;

export const SET_OPERATIONS = {
  intersect: (left, right) => (left > 0 && right > 0 ? 1 : 0),
  'intersect-all': (left, right) => Math.min(left, right),
  except: (left, right) => (left > 0 && right <= 0 ? 1 : 0),
  'except-all': (left, right) => Math.max(left - right, 0),
} as const satisfies Readonly<Record<string, CountRule>>;

export type SetOperationArgs = {
  readonly label: string;
  readonly schema: Schema;
  readonly operation: keyof typeof SET_OPERATIONS;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: INTERSECT and EXCEPT, with or without ALL, of two inputs of one schema. NULL equals NULL.
 * Law: out = {row ↦ rule(weight left, weight right)}; Δout holds the touched rows for which that has changed.
 * State: each row of either input with both weights.
 * Invariants: between steps no weight is negative and every row is in some input.
 * Cost: O(|Δ|).
 */
export class SetOperationOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores: readonly RowStore[];
  readonly #rule: CountRule;
  readonly #rows: KeyedRows;
  readonly #columns: readonly number[];
  /** Word offset of the weight of each input. */
  readonly #weightsAt: readonly number[];
  readonly #builder: BatchBuilder;

  constructor({label, schema, operation, budget, hashMask}: SetOperationArgs) {
    this.label = label;
    this.schema = schema;
    this.#rule = SET_OPERATIONS[operation];
    this.#columns = schema.map((_, c) => c);
    this.#rows = new KeyedRows({label, columns: schema, keys: this.#columns, extras: ['word', 'word'], budget, hashMask});
    this.stores = [this.#rows.store];
    this.#weightsAt = this.#rows.store.layout.extras.map(e => e.at);
    this.#builder = new BatchBuilder(schema);
  }

  *push(input: number, batch: Batch): Slices {
    const {store} = this.#rows;
    const at = this.#weightsAt[input]!;
    const {weights} = batch;
    for (let from = 0; from < batch.length; from += CHUNK_ROWS) {
      const to = Math.min(batch.length, from + CHUNK_ROWS);
      this.#rows.resolve(batch, this.#columns, from, to, ids);
      store.touchAll(ids, to - from);
      const {ints, shift, mask, stride} = store.pages;
      for (let k = 0; k < to - from; k++) {
        const id = ids[k]!;
        ints[id >> shift]![(id & mask) * stride + at]! += weights === null ? 1 : weights[from + k]!;
      }
      if (to < batch.length) yield;
    }
  }

  *flush(out: BatchSink): Slices {
    const {store} = this.#rows;
    const weightOf = (pages: RowPages, row: number): number => this.#rule(this.#weight(pages, row, 0), this.#weight(pages, row, 1));
    yield* emitWeightChanges({store, weightOf, columns: this.schema.length, builder: this.#builder}, out);
    const {undo, pages} = store;
    for (let slot = 0; slot < undo.count; slot++) {
      if (slot % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) yield;
      const id = undo.ids[slot]!;
      if (!store.isLive(id)) continue;
      const left = this.#weight(pages, id, 0);
      const right = this.#weight(pages, id, 1);
      if (left < 0 || right < 0) throw new Error(`internal error: ${this.label} holds a row ${Math.min(left, right)} times`);
      if (left === 0 && right === 0) this.#rows.free(id);
    }
  }

  rollback(): void {
    this.#builder.reset();
  }

  #weight(pages: RowPages, row: number, input: number): number {
    return pages.ints[row >> pages.shift]![(row & pages.mask) * pages.stride + this.#weightsAt[input]!]!;
  }
}
