import {expect, test} from 'vitest';
import {sqlError} from '../common/sql-error.ts';
import type {Batch} from '../runtime/batch/batch.ts';
import type {BatchSink, Slices} from '../runtime/graph/operator.ts';
import {QueryRun} from './query-run.ts';
import {RowEncoder} from './rows/row-encoder.ts';

const WINDOW = 100_000;
const ROWS = 50_000;
const CUT = 1000;
const ENDLESS = {over: false};

/** A query for `ROWS` integers, and what it has sent so far. */
function start(): {run: QueryRun; sent: {bytes: number; rows: number; ends: string[]}} {
  const sent = {bytes: 0, rows: 0, ends: [] as string[]};
  function* work(sink: BatchSink): Slices {
    for (let from = 0; from < ROWS; from += CUT) {
      const values = Int32Array.from({length: CUT}, (_, k) => from + k);
      const batch: Batch = {length: CUT, columns: [{form: 'i32', values, validity: null}], weights: null};
      yield* sink.emit(batch);
    }
  }
  const run = new QueryRun({
    encoder: new RowEncoder([{kind: 'int4'}], [0], {timeZone: 'UTC'}),
    output: {
      rows: (count, bytes) => {
        sent.rows += count;
        sent.bytes += bytes.length;
        return true;
      },
      end: how => sent.ends.push(how) > 0,
      error: error => sent.ends.push(error.code) > 0,
    },
    credit: 0,
    window: WINDOW,
    work,
    dispose: () => {},
  });
  return {run, sent};
}

test('a query stops when its client takes nothing, and goes on by as much as it takes', () => {
  const {run, sent} = start();
  let taken = 0;
  let stops = 0;
  while (!run.finished) {
    run.resume(ENDLESS);
    expect(sent.bytes - taken).toBeLessThan(3 * WINDOW);
    if (run.finished) break;
    expect(run.obstacle).toBe('window');
    stops++;
    run.taken(sent.bytes - taken);
    taken = sent.bytes;
    expect(run.obstacle).toBe(null);
  }
  expect(stops).toBeGreaterThan(3);
  expect(sent).toMatchObject({rows: ROWS, ends: ['complete']});
});

test('a query whose client takes nothing can be cancelled', () => {
  const {run, sent} = start();
  run.resume(ENDLESS);
  run.cancel(sqlError('query_canceled', 'canceling statement due to user request'));
  run.resume(ENDLESS);
  expect(run.finished).toBe(true);
  expect(sent.ends).toEqual(['57014']);
});
