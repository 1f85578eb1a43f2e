import type {ResultSink} from '../api.ts';
import type {RowCursor} from './analyzed-statement.ts';

/** DataRow messages of a result that is complete, with the byte at which each row ends. */
export type BufferedRows = {readonly bytes: Uint8Array; readonly ends: readonly number[]};

/** Hands out the rows of a finished result in portions. */
export class BufferedCursor implements RowCursor {
  readonly #rows: BufferedRows;
  #next = 0;

  constructor(rows: BufferedRows) {
    this.#rows = rows;
  }

  async fetch(maxRows: number, out: ResultSink): Promise<{count: number; done: boolean}> {
    const {bytes, ends} = this.#rows;
    const from = this.#next;
    const to = maxRows === 0 ? ends.length : Math.min(ends.length, from + maxRows);
    this.#next = to;
    if (to > from) await out.rows(bytes.subarray(from === 0 ? 0 : ends[from - 1]!, ends[to - 1]!), to - from);
    return {count: to - from, done: to === ends.length};
  }

  close(): void {}
}
