import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';

test('a view that was made over rows of closed windows has them after a kill, as when it was made', async () => {
  let engine = await InlineEngine.start();
  let session = engine.session();
  await session.all("CREATE STREAM s (ts timestamp, v int, WATERMARK FOR ts AS ts - INTERVAL '5 seconds')");
  for (const second of ['01', '30', '02']) await session.all(`INSERT INTO s VALUES ('2026-01-01 12:00:${second}', 1)`);
  await session.all(
    "CREATE MATERIALIZED VIEW c AS SELECT count(*) AS n FROM TUMBLE(s, ts, INTERVAL '10 seconds') GROUP BY window_start, window_end",
  );
  await session.all(`INSERT INTO s VALUES ('2026-01-01 12:00:03', 1)`);
  for (let restarts = 0; restarts < 2; restarts++) {
    expect(await session.rows('SELECT n FROM c ORDER BY n')).toEqual([['1'], ['2']]);
    expect(await session.rows('SELECT _offset FROM "c$late"')).toEqual([['3']]);
    engine = await engine.crash({power: false});
    session = engine.session();
  }
});

test('of two DDL transactions at once neither takes back what the other made', async () => {
  const engine = await InlineEngine.start();
  const {files} = engine.world;
  files.syncDelay = () => new Promise(resolve => setTimeout(resolve, 5));
  const names = ['a', 'b', 'c', 'd'];
  const codes = await Promise.all(names.map(name => engine.session().code(`CREATE TABLE ${name} (k int)`)));
  expect(codes).toEqual(names.map(() => 'ok'));
  for (const name of names) expect(await engine.session().code(`INSERT INTO ${name} VALUES (1)`)).toBe('ok');
  const after = (await engine.crash({power: true})).session();
  for (const name of names) expect(await after.rows(`SELECT k FROM ${name}`)).toEqual([['1']]);
});
