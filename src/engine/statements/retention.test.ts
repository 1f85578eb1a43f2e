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

test('retention by size: the newest rows that fit stay, one large row takes the place of several', async () => {
  let engine = await InlineEngine.start();
  let session = engine.session();
  await session.all("CREATE STREAM s (v int, t text) WITH (retention = '10 kB')");
  await session.all('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM s');
  await session.all("INSERT INTO s SELECT i, repeat('x', 970) FROM generate_series(1, 30) i");
  // A row takes its text and some 70 bytes.
  const kept = await session.rows('SELECT v FROM s ORDER BY 1');
  expect(kept).toEqual(Array.from({length: 9}, (_, i) => [String(22 + i)]));
  for (const power of [false, true, false]) {
    expect(await session.rows('SELECT v FROM s ORDER BY 1')).toEqual(kept);
    expect(await session.rows('SELECT n FROM n')).toEqual([['30']]);
    if (power) await session.all('CHECKPOINT');
    engine = await engine.crash({power});
    session = engine.session();
  }
  await session.all("INSERT INTO s VALUES (31, repeat('y', 4000))");
  expect(await session.rows('SELECT v FROM s ORDER BY 1')).toEqual([26, 27, 28, 29, 30, 31].map(v => [String(v)]));
  // What does not fit at all does not stay, nor does what came before it.
  await session.all("INSERT INTO s VALUES (32, repeat('z', 20000))");
  expect(await session.rows('SELECT v FROM s')).toEqual([]);
  await session.all("INSERT INTO s VALUES (33, 'small')");
  expect(await session.rows('SELECT _offset, v FROM s')).toEqual([['32', '33']]);
  expect(await session.rows('SELECT n FROM n')).toEqual([['33']]);
});

test('a retention that means nothing is refused', async () => {
  const session = (await InlineEngine.start()).session();
  expect(await session.code("CREATE STREAM s (v int) WITH (retention = 'soon')")).toBe('22023');
  expect(await session.code("CREATE STREAM s (v int) WITH (retention = '0 rows')")).toBe('22023');
  expect(await session.code("CREATE STREAM s (v int) WITH (retention = '0 GB')")).toBe('22023');
  expect(await session.code("CREATE STREAM s (v int) WITH (retention = '1 XB')")).toBe('22023');
  expect(await session.code("CREATE STREAM s (v int) WITH (retention = '1.5 GB')")).toBe('ok');
  expect(await session.code("CREATE STREAM s (v int) WITH (connector = 'generator', generator = 'sequence', retention = '1 day')")).toBe(
    '22023',
  );
});
