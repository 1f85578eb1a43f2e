import type {Batch, Schema} from '../batch/batch.ts';
import type {BatchBuilder} from '../batch/batch-builder.ts';
import type {Slices} from '../graph/operator.ts';
import {CHUNK_ROWS, KeyedRows} from './keyed-rows.ts';
import type {SnapshotBudget} from './pin.ts';
import type {Sameness} from './match-column.ts';
import {readField} from './read-field.ts';
import type {RowPages} from './row-pages.ts';
import type {RowStore} from './row-store.ts';

const ROWS_PER_SLICE = 8192;
const ids = new Int32Array(CHUNK_ROWS);

export type WeightedRowsArgs = {
  readonly label: string;
  readonly schema: Schema;
  /** Whether rows that are equal in SQL but print differently are one row; 'exact' by default. */
  readonly sameness?: Sameness | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/** A stored Z-set: whole rows, each once, with their weight (an int32). Weights may pass through 0 and below within a step. */
export class WeightedRows {
  readonly rows: KeyedRows;
  readonly store: RowStore;
  readonly #columns: readonly number[];
  readonly #weightAt: number;

  constructor({label, schema, sameness = 'exact', budget, hashMask}: WeightedRowsArgs) {
    this.#columns = schema.map((_, c) => c);
    this.rows = new KeyedRows({label, columns: schema, keys: this.#columns, extras: ['word'], sameness, budget, hashMask});
    this.store = this.rows.store;
    this.#weightAt = this.store.layout.extras[0]!.at;
  }

  /** Adds a delta; `sign` −1 subtracts it. `onNew` is told the ids of rows that were not there. */
  add(batch: Batch, sign = 1, onNew?: (ids: Int32Array, count: number) => void): void {
    const {store} = this;
    for (let from = 0; from < batch.length; from += CHUNK_ROWS) {
      const to = Math.min(batch.length, from + CHUNK_ROWS);
      const added = this.rows.resolve(batch, this.#columns, from, to, ids);
      if (added > 0) onNew?.(this.rows.fresh, added);
      store.touchAll(ids, to - from);
      const {ints, shift, mask, stride} = store.pages;
      for (let k = 0; k < to - from; k++) {
        const id = ids[k]!;
        const weight = batch.weights === null ? 1 : batch.weights[from + k]!;
        ints[id >> shift]![(id & mask) * stride + this.#weightAt]! += weight * sign;
      }
    }
  }

  /** Gives `free` the rows whose weight the step has brought to 0; it is to free them. */
  *freeEmpty(free = (id: number): void => this.rows.free(id)): Slices {
    const {store} = this;
    const {undo} = store;
    for (let slot = 0; slot < undo.count; slot++) {
      if (slot % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) yield;
      const id = undo.ids[slot]!;
      const weight = this.weightOf(store.pages, id);
      if (weight > 0 || !store.isLive(id)) continue;
      if (weight < 0) throw new Error(`internal error: ${store.label} holds a row ${weight} times`);
      free(id);
    }
  }

  weightOf(pages: RowPages, row: number): number {
    return pages.ints[row >> pages.shift]![(row & pages.mask) * pages.stride + this.#weightAt]!;
  }

  /** Appends rows of one version to `out`; weights as stored, or all `weight`. */
  read(pages: RowPages, rows: Int32Array, count: number, out: BatchBuilder, weight?: number): void {
    const {fields} = this.store.layout;
    for (let c = 0; c < fields.length; c++) readField(pages, this.store.arena, fields[c]!, rows, 0, count, out.columns[c]!);
    if (weight !== undefined) out.added(count, weight);
    else for (let k = 0; k < count; k++) out.added(1, this.weightOf(pages, rows[k]!));
  }
}
