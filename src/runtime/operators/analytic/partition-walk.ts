import type {Slices} from '../../graph/operator.ts';
import {OrderedCursor} from '../../rows/ordered-index.ts';
import {timeOf} from '../../time/stored-time.ts';
import type {PartitionedRows} from '../partitioned-rows.ts';
import type {AnalyticResults} from './analytic-results.ts';
import type {Reach} from './analytic-spec.ts';
import type {PartitionSlice} from './partition-slice.ts';
import {areLinked} from './session-bounds.ts';
import type {ValueReach} from './value-reach.ts';

/** Rows of one partition taken between two pauses. */
const ROWS_AT_ONCE = 8192;

export type NearReach = Omit<Extract<Reach, {kind: 'near'}>, 'kind'>;
export type LinkedReach = Extract<Reach, {kind: 'linked'}>;
/** Gets positions of the slice, which is loaded, whose values may have changed. */
export type RunVisitor = (from: number, to: number) => void;
/** From where on positions of the loaded slice are to be evaluated; where the values of the row before are, null = there is none. */
export type Loaded = {readonly from: number; readonly previous: number | null};

export type PartitionWalkArgs = {
  readonly rows: PartitionedRows;
  readonly results: AnalyticResults;
  readonly slice: PartitionSlice;
  /** For reach up to values of the sort column. */
  readonly values: ValueReach | null;
};

/** Finds the rows of a partition that changes can reach, and puts them into the slice with all that they read. Changes come in order. */
export class PartitionWalk {
  readonly #rows: PartitionedRows;
  readonly #results: AnalyticResults;
  readonly #slice: PartitionSlice;
  readonly #values: ValueReach | null;
  readonly #cursor = new OrderedCursor();

  constructor({rows, results, slice, values}: PartitionWalkArgs) {
    this.#rows = rows;
    this.#results = results;
    this.#slice = slice;
    this.#values = values;
  }

  *all(group: number): Generator<void, Loaded, void> {
    this.#slice.clear();
    this.#rows.index.seekGroup(this.#cursor, group);
    yield* this.#takeRest();
    this.#slice.load();
    return {from: 0, previous: null};
  }

  /** Everything from the first change on, its peers included, and what the calls with near reach want. */
  *tail(first: number, {before, back}: NearReach): Generator<void, Loaded, void> {
    const slice = this.#slice;
    slice.clear();
    this.#rows.seek(this.#cursor, first);
    let copies = 0;
    let row = this.#cursor.previous();
    let last = first;
    // To the beginning of a group of peers.
    while (row >= 0 && (copies < before || slice.areRowsPeers(row, last))) {
      copies += this.#pushBackwards(row);
      last = row;
      row = this.#cursor.previous();
    }
    const evaluated = slice.count;
    const previous = row < 0 ? -1 : this.#lastResult(row);
    let context = 0;
    for (; row >= 0 && context < back; row = this.#cursor.previous()) context += this.#pushBackwards(row);
    slice.reverse(0);
    const from = slice.count - evaluated;
    this.#rows.seek(this.#cursor, first);
    yield* this.#takeRest();
    slice.load();
    return {from, previous: previous < 0 ? null : previous};
  }

  /** Runs of rows around the changes, each in a slice that holds what they read. */
  near(changed: Int32Array, {before, after, back, ahead}: NearReach, visit: RunVisitor): void {
    const slice = this.#slice;
    const values = this.#values;
    for (let next = 0; next < changed.length;) {
      const first = changed[next]!;
      slice.clear();
      this.#rows.seek(this.#cursor, first);
      // What the first change reaches before itself, then what is read there.
      let earliest = first;
      let copies = 0;
      let row = this.#cursor.previous();
      for (; row >= 0 && (copies < before || values?.endsBehind(row, first) === true); row = this.#cursor.previous()) {
        copies += this.#pushBackwards(row);
        earliest = row;
      }
      for (let read = 0; row >= 0 && (read < back || values?.beginsBefore(earliest, row) === true); row = this.#cursor.previous()) {
        read += this.#pushBackwards(row);
      }
      slice.reverse(0);
      this.#rows.seek(this.#cursor, first);
      const runs: {readonly from: number; to: number}[] = [];
      let change = first;
      let latest = first;
      for (row = this.#cursor.peek(); ; row = this.#cursor.peek()) {
        for (; next < changed.length && (row < 0 || this.#comesUpTo(changed[next]!, row)); next++) {
          change = latest = changed[next]!;
          const own = change === row ? this.#rows.weightOf(this.#rows.store.pages, row) : 0;
          let from = Math.max(0, slice.count - before);
          while (from > 0 && values?.endsBehind(slice.rows[from - 1]!, change) === true) from--;
          const to = slice.count + own + after;
          const last = runs.at(-1);
          if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
          else runs.push({from, to});
        }
        if (row < 0) break;
        const run = runs.at(-1)!;
        if (slice.count < run.to || values?.beginsBefore(row, change) === true) {
          this.#pushCopies(row);
          run.to = Math.max(run.to, slice.count);
          latest = row;
        } else if (slice.count < run.to + ahead || values?.endsBehind(latest, row) === true) this.#pushCopies(row);
        else break;
        this.#cursor.next();
      }
      slice.load();
      for (const {from, to} of runs) visit(from, Math.min(to, slice.count));
    }
  }

  /** The rows before and behind each change as far as they are linked; a row that went has left two ends. */
  linked(changed: Int32Array, {time, gap}: LinkedReach, visit: RunVisitor): void {
    const slice = this.#slice;
    const {pages, layout} = this.#rows.store;
    const field = layout.fields[time]!;
    let evaluated = -1;
    for (let c = 0; c < changed.length; c++) {
      const id = changed[c]!;
      // In the order of the changes: what has been evaluated reaches to there.
      if (evaluated >= 0 && this.#comesUpTo(id, evaluated)) continue;
      slice.clear();
      for (let side = 0; side < 2; side++) {
        this.#rows.seek(this.#cursor, id);
        let last = NaN;
        for (;;) {
          const row = side === 0 ? this.#cursor.previous() : this.#cursor.peek();
          if (row < 0) break;
          const at = timeOf(pages, field, row);
          if (!Number.isNaN(last) && !areLinked(last, at, gap)) break;
          if (Number.isNaN(at) && row !== id) break;
          if (side === 0) this.#pushBackwards(row);
          else {
            this.#pushCopies(row);
            this.#cursor.next();
          }
          last = at;
          evaluated = side === 0 ? evaluated : row;
          if (Number.isNaN(at)) break;
        }
        if (side === 0) slice.reverse(0);
      }
      if (slice.count === 0) continue;
      slice.load();
      visit(0, slice.count);
    }
  }

  #comesUpTo(changed: number, row: number): boolean {
    return changed === row || (this.#rows.order(changed, row) || changed - row) < 0;
  }

  /** As pushCopies, for slices that will be reversed. */
  #pushBackwards(row: number): number {
    const from = this.#slice.count;
    const copies = this.#pushCopies(row);
    if (copies > 1) this.#slice.reverse(from);
    return copies;
  }

  /** Puts the copies of a row into the slice; returns their number. */
  #pushCopies(row: number): number {
    let copies = 0;
    for (let result = this.#results.first(row); result >= 0; result = this.#results.next(result), copies++) this.#slice.push(row, result);
    return copies;
  }

  #lastResult(row: number): number {
    let result = this.#results.first(row);
    for (let next = result; next >= 0; next = this.#results.next(next)) result = next;
    return result;
  }

  /** The rest of the partition, from the cursor on. */
  *#takeRest(): Slices {
    let due = this.#slice.count + ROWS_AT_ONCE;
    for (let row = this.#cursor.peek(); row >= 0; row = this.#cursor.peek()) {
      this.#pushCopies(row);
      this.#cursor.next();
      if (this.#slice.count < due) continue;
      due += ROWS_AT_ONCE;
      yield;
    }
  }
}
