import {MAX_BATCH_ROWS, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import type {Int64ColumnBuilder} from '../batch/int64-column-builder.ts';
import type {BatchSink, Slices} from '../graph/operator.ts';
import {readField} from '../rows/read-field.ts';
import type {RowStore} from '../rows/row-store.ts';

const IDENTITY = Int32Array.from({length: MAX_BATCH_ROWS}, (_, k) => k);

export type RankedOutputArgs = {
  /** Of the output. */
  readonly schema: Schema;
  /** Its first columns are those of the output. */
  readonly store: RowStore;
  /** The rank is the last output column. */
  readonly rank: boolean;
};

/** Collects changes of the result as numbers of stored rows, which stay as they are until they are emitted, with ranks and weights. */
export class RankedOutput {
  readonly #store: RowStore;
  readonly #rank: boolean;
  readonly #columns: number;
  readonly #builder: BatchBuilder;
  readonly #rows = new Int32Array(MAX_BATCH_ROWS);
  readonly #ranks = new Int32Array(MAX_BATCH_ROWS);
  readonly #weights = new Int32Array(MAX_BATCH_ROWS);
  #count = 0;

  constructor({schema, store, rank}: RankedOutputArgs) {
    this.#store = store;
    this.#rank = rank;
    this.#columns = rank ? schema.length - 1 : schema.length;
    this.#builder = new BatchBuilder(schema);
  }

  /** Room for changes until `emit` is due. */
  get room(): number {
    return MAX_BATCH_ROWS - this.#count;
  }

  add(row: number, rank: number, weight: number): void {
    const k = this.#count++;
    this.#rows[k] = row;
    this.#ranks[k] = rank;
    this.#weights[k] = weight;
  }

  *emit(out: BatchSink): Slices {
    const {pages, arena, layout} = this.#store;
    const {columns} = this.#builder;
    for (let c = 0; c < this.#columns; c++) readField(pages, arena, layout.fields[c]!, this.#rows, 0, this.#count, columns[c]!);
    if (this.#rank) {
      const ranks = columns[this.#columns] as Int64ColumnBuilder;
      for (let k = 0; k < this.#count; k++) ranks.append(this.#ranks[k]!);
    }
    this.#builder.addedWeights(this.#weights, IDENTITY, 0, this.#count);
    this.#count = 0;
    yield* this.#builder.emit(out);
  }

  reset(): void {
    this.#count = 0;
    this.#builder.reset();
  }
}
