import type {Column} from '../../batch/column.ts';
import {BatchBuilder} from '../../batch/batch-builder.ts';
import type {Schema} from '../../batch/batch.ts';
import {readField} from '../../rows/read-field.ts';
import type {PartitionedRows} from '../partitioned-rows.ts';
import type {RowOrder} from '../sort-order.ts';

/**
 * Some neighbouring rows of a partition in order, each copy by itself, and the columns that window functions read. Positions count from the
 * first of them.
 */
export class PartitionSlice {
  /** Stored row of each position, and where its results are. */
  rows = new Int32Array(64);
  results = new Int32Array(64);
  count = 0;
  readonly #source: PartitionedRows;
  readonly #needed: readonly number[];
  readonly #builder: BatchBuilder;
  readonly #columns: (Column | undefined)[];
  readonly #peers: RowOrder;
  #firstPeer = new Int32Array(0);
  #afterPeers = new Int32Array(0);
  #hasPeers = false;

  constructor(source: PartitionedRows, schema: Schema, needed: readonly number[], peers: RowOrder) {
    this.#source = source;
    this.#needed = needed;
    this.#builder = new BatchBuilder(needed.map(c => schema[c]!));
    this.#columns = schema.map(() => undefined);
    this.#peers = peers;
  }

  clear(): void {
    this.count = 0;
    this.#hasPeers = false;
  }

  push(row: number, result: number): void {
    if (this.count === this.rows.length) {
      this.rows = grown(this.rows);
      this.results = grown(this.results);
    }
    this.rows[this.count] = row;
    this.results[this.count++] = result;
  }

  /** Puts the rows from a position on in opposite order: for those that were found walking back. */
  reverse(from: number): void {
    this.rows.subarray(from, this.count).reverse();
    this.results.subarray(from, this.count).reverse();
  }

  /** Reads the columns of the rows that are there now. */
  load(): void {
    const {pages, arena, layout} = this.#source.store;
    this.#hasPeers = false;
    this.#builder.reset();
    this.#needed.forEach((c, i) => {
      const builder = this.#builder.columns[i]!;
      readField(pages, arena, layout.fields[c]!, this.rows, 0, this.count, builder);
      this.#columns[c] = builder.build();
    });
  }

  column(ordinal: number): Column {
    return this.#columns[ordinal]!;
  }

  arePeers(a: number, b: number): boolean {
    return this.areRowsPeers(this.rows[a]!, this.rows[b]!);
  }

  /** Whether two stored rows are equal in order. */
  areRowsPeers(a: number, b: number): boolean {
    return a === b || this.#peers(a, b) === 0;
  }

  /** The first position equal in order, of each position; the one after the last such. */
  get firstPeer(): Int32Array {
    this.#findPeers();
    return this.#firstPeer;
  }

  get afterPeers(): Int32Array {
    this.#findPeers();
    return this.#afterPeers;
  }

  #findPeers(): void {
    if (this.#hasPeers) return;
    this.#hasPeers = true;
    if (this.#firstPeer.length < this.count) {
      this.#firstPeer = new Int32Array(this.rows.length);
      this.#afterPeers = new Int32Array(this.rows.length);
    }
    for (let from = 0; from < this.count;) {
      let to = from + 1;
      while (to < this.count && this.arePeers(to - 1, to)) to++;
      this.#firstPeer.fill(from, from, to);
      this.#afterPeers.fill(to, from, to);
      from = to;
    }
  }
}

export function grown(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * numbers.length);
  longer.set(numbers);
  return longer;
}
