import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';
import type {InlineSession} from '../testing/inline-session.ts';

const SEED = Number(process.env['MILLRACE_SEED'] ?? 20261128);

/** Over `e`, a table, and `s`, a stream: (id, k, ts, n). What a view over either gives has to be what the query gives at that moment. */
const QUERIES: Readonly<Record<string, string>> = {
  tumble: `SELECT k, window_start, window_end, count(*) AS c, sum(n) AS s FROM TUMBLE(REL, ts, INTERVAL '10 s') GROUP BY 1, 2, 3`,
  hop: `SELECT k, window_end, count(*) AS c, sum(n) AS s, avg(n) AS a, max(n) AS m FROM HOP(REL, ts, INTERVAL '4 s', INTERVAL '10 s') GROUP BY 1, 2`,
  hop_rows: `SELECT id, window_start FROM HOP(REL, ts, INTERVAL '5 s', INTERVAL '10 s') WHERE n > 3`,
  cumulate: `SELECT window_end, min(n) AS m, count(DISTINCT k) AS c FROM CUMULATE(REL, ts, INTERVAL '5 s', INTERVAL '15 s') GROUP BY window_end`,
  first: `SELECT id, k FROM (SELECT *, row_number() OVER (PARTITION BY k ORDER BY ts DESC NULLS LAST, id) AS r FROM REL) q WHERE r = 1`,
  ranks: `SELECT id, k, r FROM (SELECT *, rank() OVER (PARTITION BY k ORDER BY n) AS r FROM REL) q WHERE r <= 2`,
  dense: `SELECT id FROM (SELECT *, dense_rank() OVER (ORDER BY n DESC) AS r FROM REL) q WHERE r <= 2`,
  top: `SELECT id, n FROM REL ORDER BY n DESC, id LIMIT 3 OFFSET 1`,
  ties: `SELECT id, n FROM REL ORDER BY n DESC FETCH FIRST 2 ROWS WITH TIES`,
  distinct_on: `SELECT DISTINCT ON (k) k, id, n FROM REL ORDER BY k, n, id`,
  over: `SELECT id, avg(n) OVER w AS a, lag(n) OVER w AS l, count(*) OVER (PARTITION BY k) AS c FROM REL WINDOW w AS (PARTITION BY k ORDER BY ts, id)`,
  session: `SELECT k, window_start, window_end, count(*) AS c, max(n) AS m FROM SESSION(REL, ts, INTERVAL '4 s' PARTITION BY k) GROUP BY 1, 2, 3`,
  session_rows: `SELECT id, window_end FROM SESSION(REL, ts, INTERVAL '3 s' PARTITION BY n)`,
  as_of: `SELECT l.id, r.ts, r.k FROM REL l ASOF JOIN (SELECT k, ts, min(id) AS i FROM REL WHERE n > 3 GROUP BY k, ts) r ON l.k = r.k AND l.ts > r.ts`,
  greatest: `SELECT e.id, m.n FROM REL e JOIN (SELECT k, max(n) AS n FROM REL GROUP BY k) m ON e.k = m.k AND e.n >= m.n`,
  hot: `SELECT k, c FROM (SELECT k, count(*) AS c, rank() OVER (PARTITION BY window_end ORDER BY count(*) DESC) AS r
    FROM HOP(REL, ts, INTERVAL '5 s', INTERVAL '10 s') GROUP BY k, window_start, window_end) q WHERE r = 1`,
};

test('views with windows are what their queries give, whatever rows come and go', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all('CREATE TABLE e (id int PRIMARY KEY, k int, ts timestamp, n int)');
  await session.all('CREATE STREAM s (id int, k int, ts timestamp, n int)');
  for (const [name, query] of Object.entries(QUERIES)) {
    for (const relation of ['e', 's']) {
      await session.all(`CREATE MATERIALIZED VIEW ${name}_${relation} AS ${query.replaceAll('REL', relation)}`);
    }
  }
  const random = randomNumbers(SEED);
  const below = (n: number) => Math.floor(random() * n);
  const time = () => (below(12) === 0 ? 'NULL' : `timestamp '2024-01-01' + ${below(40)} * interval '1 s'`);
  const values = (id: number) => `(${id}, ${below(3)}, ${time()}, ${below(8)})`;
  let next = 0;
  for (let round = 0; round < 12; round++) {
    const rows = Array.from({length: 1 + below(6)}, () => values(next++)).join(', ');
    await session.all(`INSERT INTO e VALUES ${rows}; INSERT INTO s VALUES ${rows}`);
    if (round % 2 === 1) await session.all(`DELETE FROM e WHERE id % 5 = ${below(5)} AND n < ${below(8)}`);
    if (round % 3 === 1) await session.all(`UPDATE e SET n = ${below(8)}, ts = ${time()} WHERE k = ${below(3)} AND id % 3 = ${below(3)}`);
    await compare(session, round);
  }
  const again = (await engine.restart()).session();
  await compare(again, -1);
});

test('a view that cannot be built leaves nothing behind', async () => {
  const session = (await InlineEngine.start()).session();
  await session.all('CREATE TABLE t (id int PRIMARY KEY, n int)');
  const bad = 'SELECT a.id FROM t a JOIN (SELECT id FROM t ORDER BY id LIMIT -1) b ON a.id = b.id';
  expect(await session.code(`CREATE MATERIALIZED VIEW v AS ${bad}`)).toBe('2201W');
  await session.all('INSERT INTO t VALUES (1, 2)');
  expect(await session.code('SELECT * FROM v')).toBe('42P01');
  expect(await session.tag('DROP TABLE t')).toBe('DROP TABLE');
  expect(await session.rows('SELECT 1')).toEqual([['1']]);
});

async function compare(session: InlineSession, round: number): Promise<void> {
  for (const [name, query] of Object.entries(QUERIES)) {
    for (const relation of ['e', 's']) {
      const expected = await session.rows(query.replaceAll('REL', relation));
      const found = await session.rows(`SELECT * FROM ${name}_${relation}`);
      expect(sorted(found), `seed ${SEED}, round ${round}: ${name} over ${relation}`).toEqual(sorted(expected));
    }
  }
}

const sorted = (rows: readonly (readonly unknown[])[]) => rows.map(row => JSON.stringify(row)).sort();

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
