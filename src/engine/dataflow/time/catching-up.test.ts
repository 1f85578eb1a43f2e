import {expect, test} from 'vitest';
import {InlineEngine} from '../../testing/inline-engine.ts';
import {ScriptedTopic} from '../../testing/scripted-topic.ts';

const QUERIES: Readonly<Record<string, string>> = {
  'an embedded stream': `SELECT x.id, y.id AS other FROM a x JOIN b y ON x.k = y.k AND x.ts BETWEEN y.ts - INTERVAL '2 s' AND y.ts + INTERVAL '1 s'`,
  'one of both sides': `SELECT x.id, y.id AS other FROM (SELECT * FROM a UNION ALL SELECT * FROM b) x JOIN b y ON x.k = y.k AND x.ts BETWEEN y.ts - INTERVAL '2 s' AND y.ts`,
  'the latest row of it': 'SELECT x.id, y.id AS other FROM a x ASOF LEFT JOIN b y ON x.k = y.k AND x.ts >= y.ts',
  'a view over the same stream': 'SELECT x.id, y.id AS other FROM a x JOIN passed y ON x.k = y.k AND x.ts = y.ts',
  'windows of both': `SELECT x.window_end, x.id, y.n FROM TUMBLE(a, ts, INTERVAL '5 s') x JOIN (SELECT window_end, count(*) AS n FROM TUMBLE(b, ts, INTERVAL '5 s') GROUP BY 1) y ON x.window_end = y.window_end`,
};

test.each(Object.entries(QUERIES))('a view that catches up keeps what rows of %s, which come at the end, will meet', async (_, query) => {
  const topic = new ScriptedTopic(2, Date.UTC(2026, 0, 1, 11));
  const engine = await InlineEngine.start({connectors: {generator: topic.open}});
  const session = engine.session();
  await session.all("SET millrace.clock = '2026-01-01 12:00:00'");
  const columns = `(id int, k int, ts timestamp, WATERMARK FOR ts AS ts - INTERVAL '3 s')`;
  await session.all(`CREATE STREAM a ${columns} WITH (connector = 'generator', generator = 'sequence', rate = 0, partitions = 2)`);
  await session.all(`CREATE STREAM b ${columns}; CREATE MATERIALIZED VIEW passed AS SELECT id, k, ts FROM a`);
  const time = (second: number): string => new Date(Date.UTC(2026, 0, 1, 11, 0, second)).toISOString().slice(0, -1);
  for (let i = 0; i < 60; i++) topic.append(i % 2, {id: i, k: i % 3, ts: time(i)});
  await session.all(`INSERT INTO b VALUES ${Array.from({length: 30}, (_, i) => `(${100 + i}, ${i % 3}, '${time(2 * i)}')`).join(', ')}`);
  await expect.poll(() => session.rows('SELECT count(*) FROM passed')).toEqual([['60']]);
  // The reader of its own gets the history in pieces, so that watermarks pass it.
  await session.all(`CREATE MATERIALIZED VIEW v AS ${query}`);
  const emits = query.includes('window_end');
  if (emits) await session.all(`CREATE MATERIALIZED VIEW closed AS ${query} EMIT ON WINDOW CLOSE`);
  const expected = (await session.rows(query)).map(row => row.join('|')).sort();
  const found = async (view: string): Promise<string[]> => (await session.rows(`SELECT * FROM ${view}`)).map(row => row.join('|')).sort();
  expect(expected.length).toBeGreaterThan(10);
  await expect.poll(() => found('v')).toEqual(expected);
  if (emits) await expect.poll(() => found('closed')).toEqual(expected.filter(row => row < '2026-01-01 11:00:56'));
  await engine.stop();
});
