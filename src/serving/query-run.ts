import {sqlError, toSqlError, type SqlError} from '../common/sql-error.ts';
import type {Batch} from '../runtime/batch/batch.ts';
import type {BatchSink, Slices} from '../runtime/graph/operator.ts';
import type {Slice} from '../runtime/graph/run-slices.ts';
import {Nap} from './nap.ts';
import type {RowEncoder} from './rows/row-encoder.ts';

/** Messages are handed over when they reach this many bytes, or at the end. */
const CHUNK_BYTES = 64 * 1024;
/** Rows encoded between two looks at the chunk size. */
const ROWS_AT_ONCE = 64;

/** Where a query's messages go. `rows` returns false while the way is full. */
export interface RowsOutput {
  rows(count: number, bytes: Uint8Array): boolean;
  end(end: 'complete' | 'suspended'): boolean;
  error(error: SqlError): boolean;
}

/**
 * Why a query does not go on by itself: its client has not asked for more rows, has not taken those on their way,
 * the way to it is full, records have yet to come, or it sleeps.
 */
export type Obstacle = 'credit' | 'window' | 'space' | 'input' | 'nap' | null;

/** Bytes of one query that may be on their way to a client that has not taken them: bounds what a slow client costs. */
export const WINDOW_BYTES = 1 << 20;

/**
 * A running ad-hoc query: a private dataflow fed once, its result encoded as it comes. Works in slices; stops without using time while its
 * client takes nothing. `obstacle` tells the scheduler when not to resume it.
 */
export class QueryRun implements BatchSink {
  readonly wanted = true;
  obstacle: Obstacle = null;
  finished = false;
  readonly #encoder: RowEncoder;
  readonly #output: RowsOutput;
  readonly #slices: Slices;
  readonly #dispose: () => void;
  readonly #nap: Nap;
  #credit: number;
  #pending = 0;
  readonly #window: number;
  #onTheWay = 0;
  #cancelled: SqlError | undefined;

  /**
   * `work(run)` feeds the dataflow whose result goes to `run`; `credit` rows may be sent before the next `grant` (0 = any number);
   * `window` = bytes that may be sent beyond what was `taken`, absent = any number.
   */
  constructor(options: {
    encoder: RowEncoder;
    output: RowsOutput;
    credit: number;
    window?: number | undefined;
    work: (run: QueryRun) => Slices;
    dispose: () => void;
    nap?: Nap | undefined;
  }) {
    this.#encoder = options.encoder;
    this.#output = options.output;
    this.#credit = options.credit === 0 ? Infinity : options.credit;
    this.#window = options.window ?? Infinity;
    this.#dispose = options.dispose;
    this.#nap = options.nap ?? new Nap();
    this.#slices = this.#run(options.work);
  }

  /** Works until finished, stopped by an obstacle, or at the end of the slice. */
  resume(slice: Slice): void {
    this.obstacle = null;
    do {
      if (this.#slices.next().done === true) {
        this.finished = true;
        return;
      }
    } while (this.obstacle === null && !slice.over);
  }

  /** How long a query that sleeps goes on sleeping, ms; 0 = it may be resumed. */
  napLeft(): number {
    return this.obstacle === 'nap' ? this.#nap.left() : 0;
  }

  /** Whoever feeds the query has nothing to feed it with until records arrive; it pauses next. */
  awaitInput(): void {
    this.obstacle = 'input';
  }

  grant(rows: number): void {
    this.#credit = rows === 0 ? Infinity : rows;
    if (this.obstacle === 'credit') this.obstacle = null;
  }

  /** The client has taken this many of the bytes sent. */
  taken(bytes: number): void {
    this.#onTheWay -= bytes;
    if (this.obstacle === 'window') this.obstacle = null;
  }

  /** Ends the query at its next slice with `error`. */
  cancel(error: SqlError = sqlError('query_canceled', 'canceling statement due to user request')): void {
    this.#cancelled = error;
    this.obstacle = null;
  }

  /** Ends the query without another word. */
  close(): void {
    if (this.finished) return;
    this.finished = true;
    this.#slices.return();
  }

  *#run(work: (run: QueryRun) => Slices): Slices {
    try {
      yield* work(this);
      yield* this.#sleep();
      yield* this.#send();
      yield* this.#deliver(() => this.#output.end('complete'));
    } catch (error) {
      this.#encoder.takeBytes();
      yield* this.#deliver(() => this.#output.error(toSqlError(error)));
    } finally {
      this.#dispose();
    }
  }

  *emit(batch: Batch): Slices {
    yield* this.#sleep();
    this.#encoder.use(batch);
    for (let row = 0; row < batch.length;) {
      if (this.#credit === 0) yield* this.#awaitCredit();
      const to = Math.min(batch.length, row + Math.min(ROWS_AT_ONCE, batch.weights === null ? this.#credit : 1));
      const count = this.#encoder.range(batch, row, to);
      row = to;
      this.#pending += count;
      this.#credit -= count;
      if (this.#encoder.writer.position >= CHUNK_BYTES) yield* this.#send();
    }
    yield* this.#pause();
  }

  /** The client asked for fewer rows than there are: what is finished goes out, then the query sleeps. */
  *#awaitCredit(): Slices {
    yield* this.#send();
    yield* this.#deliver(() => this.#output.end('suspended'));
    while (this.#credit <= 0) {
      this.obstacle = 'credit';
      yield* this.#pause();
    }
  }

  *#sleep(): Slices {
    while (this.#nap.left() > 0) {
      this.obstacle = 'nap';
      yield* this.#pause();
    }
  }

  *#send(): Slices {
    if (this.#pending === 0) return;
    while (this.#onTheWay >= this.#window) {
      this.obstacle = 'window';
      yield* this.#pause();
    }
    const bytes = this.#encoder.takeBytes();
    const count = this.#pending;
    this.#pending = 0;
    this.#onTheWay += bytes.length;
    yield* this.#deliver(() => this.#output.rows(count, bytes));
  }

  *#deliver(attempt: () => boolean): Slices {
    while (!attempt()) {
      this.obstacle = 'space';
      yield* this.#pause();
    }
  }

  *#pause(): Slices {
    yield;
    if (this.#cancelled === undefined) return;
    const error = this.#cancelled;
    this.#cancelled = undefined;
    throw error;
  }
}
