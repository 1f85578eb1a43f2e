import type {Batch, Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';

/** Tells rows that can have join partners from those that cannot, because a key column is NULL where NULL does not match NULL. */
export class NullKeys {
  readonly #keys: readonly number[];
  readonly #keyed: BatchBuilder;
  readonly #unkeyed: BatchBuilder;

  /** `nullSafe[i]`: NULL matches NULL in `keys[i]`. */
  constructor(schema: Schema, keys: readonly number[], nullSafe: readonly boolean[]) {
    this.#keys = keys.filter((_, i) => nullSafe[i] !== true);
    this.#keyed = new BatchBuilder(schema);
    this.#unkeyed = new BatchBuilder(schema);
  }

  /** Both parts; the batch itself where it needs no splitting. Valid until the next call. */
  split(batch: Batch): {readonly keyed: Batch; readonly unkeyed: Batch | null} {
    if (this.#keys.every(key => batch.columns[key]!.validity === null)) return {keyed: batch, unkeyed: null};
    const keyed = new Int32Array(batch.length);
    const unkeyed = new Int32Array(batch.length);
    let keys = 0;
    let nulls = 0;
    for (let row = 0; row < batch.length; row++) {
      if (this.#hasNull(batch, row)) unkeyed[nulls++] = row;
      else keyed[keys++] = row;
    }
    if (nulls === 0) return {keyed: batch, unkeyed: null};
    return {keyed: gather(this.#keyed, batch, keyed, keys), unkeyed: gather(this.#unkeyed, batch, unkeyed, nulls)};
  }

  #hasNull(batch: Batch, row: number): boolean {
    for (let k = 0; k < this.#keys.length; k++) {
      const {validity} = batch.columns[this.#keys[k]!]!;
      if (validity !== null && validity[row] === 0) return true;
    }
    return false;
  }
}

function gather(builder: BatchBuilder, batch: Batch, rows: Int32Array, count: number): Batch {
  builder.reset();
  builder.gather(batch, rows, 0, count);
  return builder.build();
}
