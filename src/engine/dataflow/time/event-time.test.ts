import {expect, test} from 'vitest';
import {InlineEngine} from '../../testing/inline-engine.ts';
import type {InlineSession} from '../../testing/inline-session.ts';

const START = Date.UTC(2026, 0, 1, 12, 0, 0) * 1000;

class Bench {
  now = START;
  engine!: InlineEngine;
  session!: InlineSession;

  static async start(...statements: string[]): Promise<Bench> {
    const bench = new Bench();
    bench.engine = await InlineEngine.start({now: () => bench.now});
    bench.session = bench.engine.session();
    for (const statement of statements) await bench.session.all(statement);
    return bench;
  }

  async restart(): Promise<void> {
    this.engine = await this.engine.restart();
    this.session = this.engine.session();
  }

  /** Inserts `(time, value)` pairs, each in a step of its own; times as HH:MM:SS of the day. */
  async put(...rows: readonly (readonly [string, number])[]): Promise<void> {
    for (const [time, value] of rows) await this.session.all(`INSERT INTO s VALUES ('2026-01-01 ${time}', ${value})`);
  }

  rows(sql: string): Promise<InlineSession['session'] extends never ? never : readonly (readonly (string | null)[])[]> {
    return this.session.rows(sql);
  }
}

const STREAM = "CREATE STREAM s (ts timestamp, v int, WATERMARK FOR ts AS ts - INTERVAL '5 seconds')";
const COUNTS =
  "CREATE MATERIALIZED VIEW c AS SELECT window_start, window_end, count(*) AS n, sum(v) AS total FROM TUMBLE(s, ts, INTERVAL '10 seconds') GROUP BY window_start, window_end";
const short = (rows: readonly (readonly (string | null)[])[]) => rows.map(row => row.map(cell => cell?.replace('2026-01-01 ', '') ?? null));

test('a window takes rows until the watermark has passed its end; later ones are in $late with the window that they missed', async () => {
  const bench = await Bench.start(STREAM, COUNTS);
  await bench.put(['12:00:01', 1], ['12:00:09', 2], ['12:00:12', 4], ['12:00:03', 8]);
  expect(short(await bench.rows('SELECT window_start, n, total FROM c ORDER BY 1'))).toEqual([
    ['12:00:00', '3', '11'],
    ['12:00:10', '1', '4'],
  ]);
  // 12:00:15 brings the watermark to 12:00:10: the first window is closed from the next step on.
  await bench.put(['12:00:15', 16], ['12:00:09.9', 32], ['12:00:11', 64]);
  expect(short(await bench.rows('SELECT window_start, n, total FROM c ORDER BY 1'))).toEqual([
    ['12:00:00', '3', '11'],
    ['12:00:10', '3', '84'],
  ]);
  expect(
    short(await bench.rows('SELECT _partition, _offset, event_time, window_start, window_end, watermark, "row"->>\'v\' FROM "c$late"')),
  ).toEqual([['0', '5', '12:00:09.9+00', '12:00:00+00', '12:00:10+00', '12:00:10+00', '32']]);
});

test('closed windows, late rows and watermarks are the same after a restart', async () => {
  const bench = await Bench.start(STREAM, COUNTS);
  await bench.put(['12:00:01', 1], ['12:00:16', 2], ['12:00:02', 4]);
  const before = [await bench.rows('SELECT * FROM c ORDER BY 1'), await bench.rows('SELECT * FROM "c$late"')];
  await bench.restart();
  expect([await bench.rows('SELECT * FROM c ORDER BY 1'), await bench.rows('SELECT * FROM "c$late"')]).toEqual(before);
  await bench.put(['12:00:03', 8], ['12:00:17', 16]);
  expect(short(await bench.rows('SELECT window_start, n FROM c ORDER BY 1'))).toEqual([
    ['12:00:00', '1'],
    ['12:00:10', '2'],
  ]);
  expect(await bench.rows('SELECT count(*) FROM "c$late"')).toEqual([['2']]);
});

test('EMIT ON WINDOW CLOSE: each row appears once, when the watermark passes', async () => {
  const bench = await Bench.start(STREAM, `${COUNTS} EMIT ON WINDOW CLOSE`);
  await bench.put(['12:00:01', 1], ['12:00:12', 2]);
  expect(await bench.rows('SELECT * FROM c')).toEqual([]);
  await bench.put(['12:00:16', 4]);
  expect(short(await bench.rows('SELECT window_start, n, total FROM c'))).toEqual([['12:00:00', '1', '1']]);
});

test('a row far ahead of its time is a bad record and closes nothing', async () => {
  const bench = await Bench.start(STREAM, COUNTS);
  await bench.put(['12:00:01', 1]);
  await bench.session.all("INSERT INTO s VALUES ('2099-01-01', 7)");
  await bench.put(['12:00:02', 2]);
  expect(short(await bench.rows('SELECT window_start, n FROM c'))).toEqual([['12:00:00', '2']]);
  const [error] = await bench.rows('SELECT "column", reason FROM "s$errors"');
  expect(error?.[0]).toBe('ts');
  expect(error?.[1]).toContain('2099-01-01');
});

test('computed columns carry the watermark', async () => {
  const bench = await Bench.start(
    "CREATE STREAM s (at text, v int, ts timestamp AS (at::timestamp), WATERMARK FOR ts AS ts - INTERVAL '5 seconds')",
    COUNTS,
  );
  await bench.put(['12:00:01', 1], ['12:00:16', 2], ['12:00:02', 4]);
  expect(short(await bench.rows('SELECT window_start, n FROM c ORDER BY 1'))).toEqual([
    ['12:00:00', '1'],
    ['12:00:10', '1'],
  ]);
  expect(await bench.rows('SELECT count(*) FROM "c$late"')).toEqual([['1']]);
});

test('a late record counts in no branch of a view, and is listed once', async () => {
  const bench = await Bench.start(
    STREAM,
    `CREATE MATERIALIZED VIEW c AS SELECT s.ts, s.v FROM s JOIN (
       SELECT window_start AS a, window_end AS b, max(v) AS top FROM TUMBLE(s, ts, INTERVAL '10 seconds') GROUP BY window_start, window_end
     ) w ON s.v = w.top AND s.ts >= w.a AND s.ts < w.b`,
  );
  // 12:00:08 brings the watermark to 12:00:03; the window of the late row is open still.
  await bench.put(['12:00:05', 1], ['12:00:08', 2], ['12:00:01', 9], ['12:00:04', 5]);
  expect(short(await bench.rows('SELECT * FROM c'))).toEqual([['12:00:04', '5']]);
  expect(await bench.rows(`SELECT _offset FROM "c$late"`)).toEqual([['2']]);
});

test("options of time are not the connector's", async () => {
  const bench = await Bench.start();
  const stream = (options: string) =>
    `CREATE STREAM g (WATERMARK FOR ts AS ts - INTERVAL '1 second') WITH (connector = 'generator', generator = 'sequence', limit = 10, ${options})`;
  expect(await bench.session.code(stream("max_ahead = '10 years', idle_timeout = '1 minute', on_idle = 'advance'"))).toBe('22023');
  expect(await bench.session.code(stream("max_ahead = '3650 days', idle_timeout = '1 minute', on_idle = 'advance'"))).toBe('ok');
});

test('the time of a record becomes the event time by a column of its own, as the hint says', async () => {
  const bench = await Bench.start();
  const failed = bench.session.all("CREATE STREAM r (v int, WATERMARK FOR _timestamp AS _timestamp - INTERVAL '5 seconds')");
  await expect(failed).rejects.toMatchObject({
    code: '42703',
    fields: {hint: "Declare a column that takes it: ts timestamptz AS (_timestamp), WATERMARK FOR ts AS ts - INTERVAL '5 seconds'."},
  });
  await bench.session.all("CREATE STREAM r (v int, ts timestamptz AS (_timestamp), WATERMARK FOR ts AS ts - INTERVAL '5 seconds')");
  expect(await bench.rows("SELECT count(*) FROM millrace.watermarks WHERE stream = 'r'")).toEqual([['1']]);
  await expect(bench.session.all('INSERT INTO r VALUES (1)')).rejects.toMatchObject({code: '0A000'});
});
