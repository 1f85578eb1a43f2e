import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';

test('rows of an embedded stream get running offsets and the time of their step, and feed views', async () => {
  const engine = await InlineEngine.start();
  const [a, b] = [engine.session(), engine.session()];
  await a.all('CREATE STREAM s (k text, n int)');
  await a.all('CREATE MATERIALIZED VIEW v AS SELECT k, sum(n) AS total FROM s GROUP BY k');
  expect(await a.tag(`INSERT INTO s VALUES ('x', 1), ('y', 2)`)).toBe('INSERT 0 2');
  await a.all('BEGIN');
  await a.all(`INSERT INTO s VALUES ('x', 3)`);
  expect(await a.rows('SELECT n, _partition, _offset FROM s ORDER BY _offset')).toEqual([
    ['1', '0', '0'],
    ['2', '0', '1'],
    ['3', '0', '2'],
  ]);
  await b.all(`INSERT INTO s VALUES ('z', 9)`);
  await a.all('COMMIT');
  expect(await b.rows('SELECT n, _offset, _timestamp IS NOT NULL, _key FROM s ORDER BY _offset')).toEqual([
    ['1', '0', 't', null],
    ['2', '1', 't', null],
    ['9', '2', 't', null],
    ['3', '3', 't', null],
  ]);
  expect(await b.rows('SELECT * FROM v ORDER BY k')).toEqual([
    ['x', '4'],
    ['y', '2'],
    ['z', '9'],
  ]);
  const again = (await engine.restart()).session();
  expect(await again.rows('SELECT max(_offset) FROM s')).toEqual([['3']]);
  expect(await again.rows('SELECT * FROM v ORDER BY k')).toEqual([
    ['x', '4'],
    ['y', '2'],
    ['z', '9'],
  ]);
});

test('a stream takes new rows only', async () => {
  const engine = await InlineEngine.start();
  const a = engine.session();
  await a.all('CREATE STREAM s (k text, n int)');
  expect(await a.code('UPDATE s SET n = 1')).toBe('42809');
  expect(await a.code('DELETE FROM s')).toBe('42809');
  expect(await a.code('TRUNCATE s')).toBe('42809');
});

test('an offset is given out once: refused rows keep theirs', async () => {
  const engine = await InlineEngine.start();
  let a = engine.session();
  await a.all("CREATE STREAM s (ts timestamp, n int, WATERMARK FOR ts AS ts - INTERVAL '5 seconds')");
  await a.all("INSERT INTO s VALUES ('2020-01-01', 1), ('2999-01-01', 2), ('2020-01-01', 3)");
  await a.all("INSERT INTO s VALUES ('2020-01-01', 4), ('2020-01-01', 5)");
  a = (await engine.restart()).session();
  await a.all("INSERT INTO s VALUES ('2020-01-01', 6)");
  expect(await a.rows('SELECT _offset, n FROM s ORDER BY n')).toEqual([
    ['0', '1'],
    ['2', '3'],
    ['3', '4'],
    ['4', '5'],
    ['5', '6'],
  ]);
  expect(await a.rows('SELECT _offset FROM "s$errors"')).toEqual([['1']]);
});
