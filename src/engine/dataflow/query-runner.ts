import {errorToData, sqlError, type SqlErrorData} from '../../common/sql-error.ts';
import type {QueryRun} from '../../serving/query-run.ts';
import type {CoreOutput} from './core-output.ts';
import type {SliceTimer} from './slice-clock.ts';

/** The ad-hoc queries that are running, worked in turn, each for at most a slice. */
export class QueryRunner {
  readonly #runs = new Map<number, QueryRun>();
  readonly #output: CoreOutput;

  constructor(output: CoreOutput) {
    this.#output = output;
  }

  add(
    query: number,
    make: (output: {
      rows(count: number, bytes: Uint8Array): boolean;
      end(end: 'complete' | 'suspended'): boolean;
      error(error: Error): boolean;
    }) => QueryRun,
  ): void {
    const output = this.#output;
    this.#runs.set(
      query,
      make({
        rows: (count, bytes) => output.rows(query, count, bytes),
        end: how => output.end(query, how),
        error: problem => output.error(query, errorToData(problem)),
      }),
    );
  }

  /** A query that failed before it could run. */
  fail(query: number, error: SqlErrorData): void {
    this.#output.error(query, error);
  }

  credit(query: number, rows: number): void {
    this.#runs.get(query)?.grant(rows);
  }

  taken(query: number, bytes: number): void {
    this.#runs.get(query)?.taken(bytes);
  }

  close(query: number): void {
    this.#runs.get(query)?.close();
    this.#runs.delete(query);
  }

  cancel(query: number): void {
    this.#runs.get(query)?.cancel(sqlError('query_canceled', 'canceling statement due to user request'));
  }

  /** Gives every query that can go on one slice; whether any could. */
  work(slices: SliceTimer): boolean {
    let worked = false;
    for (const [query, run] of this.#runs) {
      if (run.obstacle === 'credit' || run.obstacle === 'window' || run.napLeft() > 0) continue;
      run.resume(slices.begin());
      if (run.finished) this.#runs.delete(query);
      worked ||= run.obstacle === null;
    }
    return worked;
  }

  /** When the first query that sleeps may go on, in ms from now; Infinity = none sleeps. */
  untilAwake(): number {
    let least = Infinity;
    for (const run of this.#runs.values()) if (run.obstacle === 'nap') least = Math.min(least, run.napLeft());
    return least;
  }

  /** Some query waits for room in the response ring: main rings when there is some. */
  get active(): number {
    return this.#runs.size;
  }
}
