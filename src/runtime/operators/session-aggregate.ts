import {MAX_BATCH_ROWS, type Batch, type Schema} from '../batch/batch.ts';
import {BatchBuilder} from '../batch/batch-builder.ts';
import {NO_SLICES} from '../graph/no-slices.ts';
import type {BatchSink, Operator, Slices} from '../graph/operator.ts';
import {CHUNK_ROWS, KeyedRows} from '../rows/keyed-rows.ts';
import type {SnapshotBudget} from '../rows/pin.ts';
import type {RowStore} from '../rows/row-store.ts';
import {columnTimes} from '../time/column-times.ts';
import {ExpiryIndex, type Expiry} from '../time/expiry-index.ts';
import {timeOf} from '../time/stored-time.ts';
import {shiftedBound} from '../time/time-bound.ts';
import {AggregateInput} from './aggregate-input.ts';
import {planSlots, type AggregateSpec} from './aggregate-spec.ts';
import type {ErrorSink} from './map.ts';
import {isLive} from './partitioned-rows.ts';
import type {RowPages} from '../rows/row-pages.ts';
import {refuseRetractions} from './row-window.ts';
import {SessionRows} from './session-rows.ts';

const SESSIONS_AT_ONCE = 2048;

export type SessionAggregateArgs = {
  readonly label: string;
  readonly input: Schema;
  /** Column of the time, in microseconds. */
  readonly time: number;
  /** Rows whose times are less than so many microseconds apart are in one session. */
  readonly gap: number;
  readonly keys: readonly number[];
  /** None of them DISTINCT. */
  readonly aggregates: readonly AggregateSpec[];
  /** Takes the errors of sessions whose result is out of range, given with key and first time; without it the first one is thrown. */
  readonly errors?: ErrorSink | undefined;
  /** Rows with times below the bound do not come any more: sessions that ended before it are dropped without a change of the output. */
  readonly expiry?: Expiry | undefined;
  readonly budget?: SnapshotBudget | undefined;
  readonly hashMask?: number | undefined;
};

/**
 * What: GROUP BY key and session over input that never retracts. Output: key, start and end of the session, aggregates. The rows of a key
 *   without a time are one group, whose start and end are NULL.
 * Law: Δout = −old(s) + new(s) for each session s that rows came into; two that a row links become one. A session whose result is an error has
 *   no row.
 * State: a row per key that points at its latest session; a row per session with its accumulators (session-rows.ts).
 * Invariants: between steps the sessions of a key are chained from the latest to the earliest and lie at least `gap` apart, the one without a
 *   time last; every key has a session; no session ended before the bound of `expiry`.
 * Cost: O(|Δ|) while rows come in the order of time; a row that comes late walks over the sessions of its key that are later.
 */
export class SessionAggregateOperator implements Operator {
  readonly label: string;
  readonly schema: Schema;
  readonly stores: readonly RowStore[];
  readonly #keys: readonly number[];
  readonly #time: number;
  readonly #gap: number;
  readonly #heads: KeyedRows;
  readonly #newestAt: number;
  readonly #sessions: SessionRows;
  readonly #input: AggregateInput;
  readonly #ends: ExpiryIndex | undefined;
  readonly #width: number;
  readonly #builder: BatchBuilder;
  readonly #errors: ErrorSink | undefined;
  readonly #failedStart: BatchBuilder;
  readonly #headIds = new Int32Array(CHUNK_ROWS);
  readonly #newest = new Int32Array(CHUNK_ROWS);
  /** Sessions of the rows of the chunk that the accumulators have not seen yet, from row #pendingFrom of the batch on. */
  readonly #pending = new Int32Array(CHUNK_ROWS);
  #pendingFrom = 0;
  #times = new Float64Array(MAX_BATCH_ROWS);
  /** Means nothing; it keeps loads from being optimised away. */
  preloaded = 0;

  constructor({label, input, time, gap, keys, aggregates, errors, expiry, budget, hashMask}: SessionAggregateArgs) {
    this.label = label;
    const plan = planSlots(input, aggregates, true, false);
    const keyKinds = keys.map(k => input[k]!);
    this.#keys = keys;
    this.#time = time;
    this.#gap = gap;
    const columns = keyKinds.map((_, i) => i);
    this.#heads = new KeyedRows({label: `${label} keys`, columns: keyKinds, keys: columns, extras: ['word'], budget, hashMask});
    this.#newestAt = this.#heads.store.layout.extras[0]!.at;
    this.#sessions = new SessionRows({label, keyKinds, gap, plan, budget});
    this.#input = new AggregateInput({label, input, plan, groups: this.#sessions, budget, hashMask});
    this.#width = expiry?.width ?? 1;
    if (expiry !== undefined) {
      // Sessions whose last row came before this take no more.
      const bound = shiftedBound(expiry.bound, -gap);
      this.#ends = new ExpiryIndex(this.#sessions.store, this.#sessions.last, {bound, width: expiry.width});
    }
    this.stores = [this.#heads.store, this.#sessions.store];
    this.schema = [...keyKinds, 'i64', 'i64', ...plan.outputs.map(slot => plan.slots[slot]!.definition.output)];
    this.#builder = new BatchBuilder(this.schema);
    this.#errors = errors;
    this.#failedStart = new BatchBuilder([...keyKinds, 'i64']);
  }

  push(_input: number, batch: Batch): Slices {
    refuseRetractions(this.label, batch);
    if (this.#times.length < batch.length) this.#times = new Float64Array(batch.length);
    const times = columnTimes(batch.columns[this.#time]!, batch.length, this.#times);
    for (let from = 0; from < batch.length; from += CHUNK_ROWS) {
      const to = Math.min(batch.length, from + CHUNK_ROWS);
      this.#heads.resolve(batch, this.#keys, from, to, this.#headIds);
      this.#preload(to - from);
      this.#pendingFrom = from;
      for (let row = from; row < to; row++) {
        const session = this.#sessionOf(batch, row, times[row]!, this.#headIds[row - from]!);
        this.#pending[row - this.#pendingFrom] = session;
      }
      this.#applyPending(batch, to);
    }
    return NO_SLICES;
  }

  /** Loads the latest sessions of the chunk's keys together. */
  #preload(n: number): void {
    for (let k = 0; k < n; k++) this.#newest[k] = this.#newestOf(this.#headIds[k]!);
    this.preloaded = this.#sessions.store.pages.preload(this.#newest, n);
  }

  /** Brings the rows before row `to` to the accumulators of their sessions. */
  #applyPending(batch: Batch, to: number): void {
    const count = to - this.#pendingFrom;
    if (count > 0) {
      this.#sessions.store.touchAll(this.#pending, count);
      this.#input.update(batch, this.#pendingFrom, to, this.#pending);
    }
    this.#pendingFrom = to;
  }

  /** The session that takes a row; it reaches to the row's time now. */
  #sessionOf(batch: Batch, row: number, time: number, head: number): number {
    const sessions = this.#sessions;
    const newest = this.#newestOf(head);
    if (newest >= 0) {
      const last = sessions.lastOf(newest);
      if (time <= last && time >= sessions.firstOf(newest)) return newest;
      if (time > last && time - last < this.#gap) {
        sessions.setTime(newest, sessions.last, batch.columns[this.#time]!, row);
        return newest;
      }
    }
    return this.#place(batch, row, time, head);
  }

  /** As #sessionOf, for any place in the chain of the key. */
  #place(batch: Batch, row: number, time: number, head: number): number {
    const sessions = this.#sessions;
    const column = batch.columns[this.#time]!;
    let beforeLater = -1;
    let later = -1;
    let session = this.#newestOf(head);
    // Without a time: behind all that have one.
    while (session >= 0 && (sessions.firstOf(session) > time || (Number.isNaN(time) && !Number.isNaN(sessions.firstOf(session))))) {
      beforeLater = later;
      later = session;
      session = sessions.older(session);
    }
    if (session >= 0 && Number.isNaN(time)) return session;
    const joins = session >= 0 && (time <= sessions.lastOf(session) || time - sessions.lastOf(session) < this.#gap);
    const joinsLater = later >= 0 && sessions.firstOf(later) - time < this.#gap;
    if (joins && joinsLater) {
      // Rows of this chunk may be on their way to the session that goes.
      this.#applyPending(batch, row);
      sessions.merge(session, later);
      this.#unlink(head, beforeLater, later);
      sessions.store.free(later);
      return session;
    }
    if (joins) {
      if (time > sessions.lastOf(session)) sessions.setTime(session, sessions.last, column, row);
      return session;
    }
    if (joinsLater) {
      sessions.setTime(later, sessions.first, column, row);
      return later;
    }
    const started = sessions.start(batch, this.#keys, this.#time, row, head);
    sessions.setOlder(started, session);
    this.#link(head, later, started);
    return started;
  }

  #newestOf(head: number): number {
    const {ints, shift, mask, stride} = this.#heads.store.pages;
    return ints[head >> shift]![(head & mask) * stride + this.#newestAt]! - 1;
  }

  /** Puts a session, or none, behind a later one of the key, or at the beginning of the chain. */
  #link(head: number, later: number, session: number): void {
    if (later >= 0) {
      this.#sessions.setOlder(later, session);
      return;
    }
    const {store} = this.#heads;
    store.touch(head);
    store.pages.ints[head >> store.pages.shift]![(head & store.pages.mask) * store.pages.stride + this.#newestAt] = session + 1;
  }

  #unlink(head: number, later: number, session: number): void {
    this.#link(head, later, this.#sessions.older(session));
  }

  *flush(out: BatchSink): Slices {
    const {store} = this.#sessions;
    const {undo} = store;
    const old = new Int32Array(SESSIONS_AT_ONCE);
    const now = new Int32Array(SESSIONS_AT_ONCE);
    const moved = new Int32Array(SESSIONS_AT_ONCE);
    for (let from = 0; from < undo.count; from += SESSIONS_AT_ONCE) {
      const to = Math.min(undo.count, from + SESSIONS_AT_ONCE);
      let olds = 0;
      let news = 0;
      let moves = 0;
      for (let slot = from; slot < to; slot++) {
        const id = undo.ids[slot]!;
        const was = isLive(undo.pages, slot);
        const is = store.isLive(id);
        if (is && (!was || this.#hasMoved(slot, id))) moved[moves++] = id;
        if (was && is && !this.#sessions.differs(slot, id)) continue;
        if (was && !this.#fails(undo.pages, slot, -1)) old[olds++] = slot;
        if (is && !this.#fails(store.pages, id, 1)) now[news++] = id;
      }
      this.#ends?.add(moved, moves);
      if (out.wanted) {
        this.#sessions.read(undo.pages, old, olds, this.#builder, -1);
        this.#sessions.read(store.pages, now, news, this.#builder, 1);
        if (this.#builder.length + 2 * SESSIONS_AT_ONCE > MAX_BATCH_ROWS) yield* this.#builder.emit(out);
      }
      yield;
    }
    yield* this.#builder.emit(out);
    if (this.#ends !== undefined) yield* this.#ends.expire((ids, count) => this.#dropAll(ids, count));
  }

  /** Whether a session has an error for a result, which is then raised with `weight`. */
  #fails(pages: RowPages, row: number, weight: number): boolean {
    const error = this.#sessions.fallible ? this.#sessions.failure(pages, row) : null;
    if (error === null) return false;
    if (this.#errors === undefined) throw error;
    this.#failedStart.reset();
    this.#sessions.readStart(pages, row, this.#failedStart, 1);
    this.#errors.add(error, weight, this.#failedStart.build(), 0);
    return true;
  }

  /** Whether a session's last time is in another bucket than before. */
  #hasMoved(slot: number, id: number): boolean {
    const {undo, pages} = this.#sessions.store;
    const {last} = this.#sessions;
    const bucket = (time: number) => Math.floor(time / this.#width);
    return bucket(timeOf(undo.pages, last, slot)) !== bucket(timeOf(pages, last, id));
  }

  isDue(): boolean {
    return this.#ends?.isDue() === true;
  }

  #dropAll(ids: Int32Array, count: number): void {
    const sessions = this.#sessions;
    for (let k = 0; k < count; k++) {
      const head = sessions.headOf(ids[k]!);
      let later = -1;
      for (let session = this.#newestOf(head); session !== ids[k]; session = sessions.older(session)) later = session;
      this.#unlink(head, later, ids[k]!);
      sessions.store.free(ids[k]!);
      if (this.#newestOf(head) < 0) this.#heads.free(head);
    }
  }

  rollback(): void {
    this.#builder.reset();
  }
}
