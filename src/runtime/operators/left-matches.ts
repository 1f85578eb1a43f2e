import type {Batch} from '../batch/batch.ts';
import type {BatchSink, Slices} from '../graph/operator.ts';
import {ChainProbe} from '../rows/chain-probe.ts';
import {ChainedRows} from '../rows/chained-rows.ts';
import {CHUNK_ROWS} from '../rows/keyed-rows.ts';
import type {RowPages} from '../rows/row-pages.ts';
import type {RowStore} from '../rows/row-store.ts';
import type {JoinArgs} from './inner-join.ts';
import {LEFT, RIGHT, type JoinKeys, type JoinPairs} from './join-pairs.ts';
import {NullKeys} from './null-keys.ts';
import {PairFilter} from './pair-filter.ts';
import type {PairOutput} from './pair-output.ts';

// Nothing yields between filling and reading it.
const added = new Int32Array(CHUNK_ROWS);

type MatchedPairs = Pick<JoinPairs, 'rows' | 'ids' | 'count'>;

/**
 * The two sides of a join whose left rows know how many right rows they match: the sum of the weights of all right rows with equal keys for
 * which the residual condition holds. A left row's matches are counted once, when it is new; from then on every right change that meets it
 * adds to the count. So presence of a match survives any condition, and a right change costs as much as the left rows it meets.
 */
export class LeftMatches {
  readonly left: ChainedRows;
  readonly right: ChainedRows;
  readonly stores: readonly RowStore[];
  readonly #keys: JoinKeys;
  readonly #leftNulls: NullKeys;
  readonly #rightNulls: NullKeys;
  readonly #leftProbe: ChainProbe;
  readonly #rightProbe: ChainProbe;
  readonly #filter: PairFilter | null;
  /** The pairs of which nobody can say whether they match, where those count as matches. */
  readonly #undecided: MatchedPairs | null;
  readonly #countAt: number;
  readonly #counted: {readonly at: number; readonly mask: number};
  readonly #ids = new Int32Array(CHUNK_ROWS);
  readonly #fresh = new Uint8Array(CHUNK_ROWS);

  /**
   * `doubtful`: a pair for which the condition fails with an error counts as a match, because what is asked for is rows without one: then it is
   * not known that the left row is one.
   */
  constructor({label, left, right, keys, residual, errors, budget, hashMask}: JoinArgs, doubtful = false) {
    this.#keys = keys;
    this.left = new ChainedRows({label: `${label} left`, schema: left, keys: keys.left, extras: ['word', 'bit'], budget, hashMask});
    this.right = new ChainedRows({label: `${label} right`, schema: right, keys: keys.right, budget, hashMask});
    this.stores = [this.left.store, this.right.store];
    this.#leftNulls = new NullKeys(left, keys.left, keys.nullSafe);
    this.#rightNulls = new NullKeys(right, keys.right, keys.nullSafe);
    this.#leftProbe = new ChainProbe(this.left);
    this.#rightProbe = new ChainProbe(this.right);
    this.#filter = residual === undefined ? null : new PairFilter({residual, left, right, errors});
    this.#undecided = doubtful && this.#filter !== null ? this.#filter.failed : null;
    const [, count, counted] = this.left.store.layout.extras;
    this.#countAt = count!.at;
    this.#counted = counted!;
  }

  /** Takes a left delta; returns the rows that cannot match because of a NULL key. `output` gets the pairs, if anybody wants them. */
  *pushLeft(batch: Batch, output: PairOutput | null, out: BatchSink): Generator<void, Batch | null, void> {
    const {keyed, unkeyed} = this.#leftNulls.split(batch);
    for (let from = 0; from < keyed.length; from += CHUNK_ROWS) {
      const to = Math.min(keyed.length, from + CHUNK_ROWS);
      this.left.add(keyed, from, to, this.#ids);
      const fresh = this.#markFresh(to - from);
      // Pairs of known rows matter to the output, and to errors of the condition, but not to the counts.
      const all = output !== null || this.#filter !== null;
      if (!all && fresh === 0) continue;
      const probe = this.#rightProbe;
      probe.start(keyed, this.#keys.left, from, to, all ? null : this.#fresh);
      for (let count = probe.fill(); count > 0; count = probe.fill()) {
        const pairs = this.#passing({side: LEFT, batch: keyed, stored: this.right, rows: probe.rows, ids: probe.ids, count});
        this.#countFresh(pairs, from);
        if (this.#undecided !== null) this.#countFresh(this.#undecided, from);
        if (output !== null) yield* output.add(pairs, out);
        if (count > CHUNK_ROWS) yield;
      }
    }
    if (output !== null) yield* output.builder.emit(out);
    return unkeyed;
  }

  *pushRight(batch: Batch, output: PairOutput | null, out: BatchSink): Slices {
    const {keyed} = this.#rightNulls.split(batch);
    const probe = this.#leftProbe;
    for (let from = 0; from < keyed.length; from += CHUNK_ROWS) {
      const to = Math.min(keyed.length, from + CHUNK_ROWS);
      probe.start(keyed, this.#keys.right, from, to);
      for (let count = probe.fill(); count > 0; count = probe.fill()) {
        const pairs = this.#passing({side: RIGHT, batch: keyed, stored: this.left, rows: probe.rows, ids: probe.ids, count});
        this.#countChanges(pairs, keyed);
        if (this.#undecided !== null) this.#countChanges(this.#undecided, keyed);
        if (output !== null) yield* output.add(pairs, out);
        if (count > CHUNK_ROWS) yield;
      }
      this.right.add(keyed, from, to, added);
    }
    if (output !== null) yield* output.builder.emit(out);
  }

  /** Frees rows that are gone; the last act of a step. */
  *freeEmpty(): Slices {
    yield* this.left.freeEmpty();
    yield* this.right.freeEmpty();
  }

  /** Weight of a left row if it has a match, else 0. */
  readonly matchedWeight = (pages: RowPages, row: number): number => {
    const ints = pages.ints[row >> pages.shift]!;
    const base = (row & pages.mask) * pages.stride;
    return ints[base + this.#countAt]! > 0 ? ints[base + this.left.weightAt]! : 0;
  };

  /** Weight of a left row if it has no match, else 0. */
  readonly unmatchedWeight = (pages: RowPages, row: number): number => {
    const ints = pages.ints[row >> pages.shift]!;
    const base = (row & pages.mask) * pages.stride;
    return ints[base + this.#countAt]! > 0 ? 0 : ints[base + this.left.weightAt]!;
  };

  #passing(pairs: JoinPairs): JoinPairs {
    return this.#filter === null ? pairs : this.#filter.apply(pairs);
  }

  /** Counts the matches of left rows that are new. */
  #countFresh({rows, ids, count}: MatchedPairs, from: number): void {
    for (let k = 0; k < count; k++) {
      const row = rows[k]! - from;
      if (this.#fresh[row] !== 0) this.#addMatches(this.#ids[row]!, this.right.weightOf(ids[k]!));
    }
  }

  /** Counts matches that come and go with right rows. */
  #countChanges({rows, ids, count}: MatchedPairs, {weights}: Batch): void {
    this.left.store.touchAll(ids, count);
    for (let k = 0; k < count; k++) this.#addMatches(ids[k]!, weights === null ? 1 : weights[rows[k]!]!);
  }

  #addMatches(id: number, weight: number): void {
    const {ints, shift, mask, stride} = this.left.store.pages;
    ints[id >> shift]![(id & mask) * stride + this.#countAt]! += weight;
  }

  /** Notes which rows of the chunk are seen for the first time, each row once; returns how many. */
  #markFresh(n: number): number {
    const {ints, shift, mask, stride} = this.left.store.pages;
    const {at, mask: bit} = this.#counted;
    let fresh = 0;
    for (let k = 0; k < n; k++) {
      const id = this.#ids[k]!;
      const page = ints[id >> shift]!;
      const word = (id & mask) * stride + at;
      const isNew = (page[word]! & bit) === 0;
      this.#fresh[k] = isNew ? 1 : 0;
      if (!isNew) continue;
      page[word]! |= bit;
      fresh++;
    }
    return fresh;
  }
}
