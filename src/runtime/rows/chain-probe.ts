import type {Batch} from '../batch/batch.ts';
import type {ChainedRows} from './chained-rows.ts';
import {CHUNK_ROWS} from './keyed-rows.ts';
import {matchPairs} from './match-pairs.ts';

/** Most pairs of a portion: what is done with them fits well into a slice. */
const PORTION_ROWS = 2048;

// Shared by all instances: nothing yields between filling and reading them.
const hashes = new Int32Array(CHUNK_ROWS);
const misses = new Uint8Array(CHUNK_ROWS);
const run = new Int32Array(CHUNK_ROWS);
const runRows = new Int32Array(CHUNK_ROWS);

/**
 * Finds, for rows of a batch, the stored rows with equal keys: hashes all rows of a chunk, loads all chain heads, then walks all chains in
 * lock-step, so that memory latencies overlap. Pairs come in portions; the walk is resumed by the next call, and the arrangement must not
 * change in between. NULL keys are equal to each other.
 */
export class ChainProbe {
  /** The portion: row `rows[k]` of the batch goes with stored row `ids[k]`. */
  readonly rows = new Int32Array(PORTION_ROWS);
  readonly ids = new Int32Array(PORTION_ROWS);
  /** Means nothing; it keeps loads from being optimised away. */
  preloaded = 0;
  readonly #stored: ChainedRows;
  readonly #activeRows = new Int32Array(CHUNK_ROWS);
  readonly #activeIds = new Int32Array(CHUNK_ROWS);
  #active = 0;
  #batch: Batch | null = null;
  #columns: readonly number[] = [];

  constructor(stored: ChainedRows) {
    this.#stored = stored;
  }

  /** Begins with rows `from … to` (at most CHUNK_ROWS) of a batch whose key columns are `columns`; where `only[k]` is 0, not with `from + k`. */
  start(batch: Batch, columns: readonly number[], from: number, to: number, only: Uint8Array | null = null): void {
    this.#stored.hash(batch, columns, from, to, hashes);
    const ids = this.#activeIds;
    this.#stored.chains.heads.firsts(hashes, to - from, ids);
    let active = 0;
    for (let k = 0; k < to - from; k++) {
      if (ids[k]! < 0 || (only !== null && only[k] === 0)) continue;
      ids[active] = ids[k]!;
      this.#activeRows[active++] = from + k;
    }
    this.#active = active;
    this.#batch = batch;
    this.#columns = columns;
  }

  /** The next pairs, at most PORTION_ROWS of them; 0 = that was all. */
  fill(): number {
    const {chains, keyFields, store} = this.#stored;
    const {links} = chains;
    const batch = this.#batch!;
    const activeRows = this.#activeRows;
    const activeIds = this.#activeIds;
    let active = this.#active;
    let count = 0;
    while (active > 0 && count + active <= PORTION_ROWS) {
      if (active === 1) {
        const found = this.#followOne(count);
        count += found.pairs;
        active = found.active;
        continue;
      }
      this.preloaded = store.pages.preload(activeIds, active) ^ chains.preload(activeIds, active);
      misses.fill(0, 0, active);
      for (let f = 0; f < keyFields.length; f++) {
        matchPairs(store.pages, store.arena, keyFields[f]!, batch.columns[this.#columns[f]!]!, activeRows, activeIds, active, misses);
      }
      let kept = 0;
      for (let k = 0; k < active; k++) {
        const row = activeRows[k]!;
        const id = activeIds[k]!;
        if (misses[k] === 0) {
          this.rows[count] = row;
          this.ids[count++] = id;
        }
        const next = links[id >> 12]![(id & 4095) << 1]!;
        if (next === 0) continue;
        activeRows[kept] = row;
        activeIds[kept++] = next - 1;
      }
      active = kept;
    }
    this.#active = active;
    return count;
  }

  /** A single chain left: its rows are gathered along the links, then compared together. Appends pairs at `count`. */
  #followOne(count: number): {pairs: number; active: number} {
    const {chains, keyFields, store} = this.#stored;
    const {links} = chains;
    const row = this.#activeRows[0]!;
    const most = Math.min(CHUNK_ROWS, PORTION_ROWS - count);
    let next = this.#activeIds[0]! + 1;
    let n = 0;
    while (n < most && next !== 0) {
      const id = next - 1;
      run[n++] = id;
      next = links[id >> 12]![(id & 4095) << 1]!;
    }
    misses.fill(0, 0, n);
    runRows.fill(row, 0, n);
    for (let f = 0; f < keyFields.length; f++) {
      matchPairs(store.pages, store.arena, keyFields[f]!, this.#batch!.columns[this.#columns[f]!]!, runRows, run, n, misses);
    }
    let pairs = 0;
    for (let k = 0; k < n; k++) {
      if (misses[k] !== 0) continue;
      this.rows[count + pairs] = row;
      this.ids[count + pairs++] = run[k]!;
    }
    this.#activeIds[0] = next - 1;
    return {pairs, active: next === 0 ? 0 : 1};
  }
}
