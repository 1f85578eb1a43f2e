import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';

test('retention by rows: old rows go, views keep what they counted, new views begin at what is left and say so', async () => {
  let engine = await InlineEngine.start();
  let session = engine.session();
  await session.all("CREATE STREAM s (v int) WITH (retention = '3 rows')");
  await session.all('CREATE MATERIALIZED VIEW before AS SELECT count(*) AS n, sum(v) AS total FROM s');
  for (let v = 1; v <= 5; v++) await session.all(`INSERT INTO s VALUES (${v})`);
  await session.all('CREATE MATERIALIZED VIEW after AS SELECT count(*) AS n, sum(v) AS total FROM s');
  expect(session.notices.map(n => n.message)).toContain('stream "s" begins at offset 2: retention has dropped 2 older rows');
  for (const power of [false, true, false]) {
    expect(await session.rows('SELECT _offset, v FROM s ORDER BY 1')).toEqual([2, 3, 4].map(o => [String(o), String(o + 1)]));
    expect(await session.rows('SELECT * FROM before')).toEqual([['5', '15']]);
    expect(await session.rows('SELECT * FROM after')).toEqual([['3', '12']]);
    if (power) await session.all('CHECKPOINT');
    engine = await engine.crash({power});
    session = engine.session();
  }
  await session.all('INSERT INTO s VALUES (6)');
  expect(await session.rows('SELECT _offset, v FROM s ORDER BY 1')).toEqual([3, 4, 5].map(o => [String(o), String(o + 1)]));
  expect(await session.rows('SELECT * FROM before')).toEqual([['6', '21']]);
});

test('retention by time goes by the step clock', async () => {
  let now = Date.UTC(2026, 0, 1) * 1000;
  let engine = await InlineEngine.start({now: () => now});
  await engine.session().all("CREATE STREAM s (v int) WITH (retention = '7 days')");
  for (let v = 1; v <= 4; v++) {
    await engine.session().all(`INSERT INTO s VALUES (${v})`);
    now += 3 * 86_400e6;
  }
  expect(await engine.session().rows('SELECT v FROM s ORDER BY 1')).toEqual([['2'], ['3'], ['4']]);
  engine = await engine.restart();
  expect(await engine.session().rows('SELECT v FROM s ORDER BY 1')).toEqual([['2'], ['3'], ['4']]);
});

test('a retention that means nothing is refused', async () => {
  const session = (await InlineEngine.start()).session();
  expect(await session.code("CREATE STREAM s (v int) WITH (retention = 'soon')")).toBe('22023');
  expect(await session.code("CREATE STREAM s (v int) WITH (retention = '0 rows')")).toBe('22023');
  expect(await session.code("CREATE STREAM s (v int) WITH (retention = '1 GB')")).toBe('0A000');
  expect(await session.code("CREATE STREAM s (v int) WITH (connector = 'generator', generator = 'sequence', retention = '1 day')")).toBe(
    '22023',
  );
});
