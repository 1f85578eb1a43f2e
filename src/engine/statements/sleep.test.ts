import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';

test.each(['generate_series(1, 2) AS i', 'two'])(
  'pg_sleep (over %s) holds up its own statement only, once for each row, and can be cancelled',
  async from => {
    const engine = await InlineEngine.start();
    const session = engine.session();
    await session.all('CREATE TABLE two (i int); INSERT INTO two VALUES (1), (2)');
    const began = performance.now();
    const slept = session.rows(`SELECT i, pg_sleep(0.15) FROM ${from}`).then(rows => ({rows, at: performance.now()}));
    await engine.session().all('CREATE TABLE t (i int); INSERT INTO t VALUES (1)');
    expect(await engine.session().rows('SELECT * FROM t')).toEqual([['1']]);
    const others = performance.now();
    const {rows, at} = await slept;
    expect(rows).toEqual([
      ['1', ''],
      ['2', ''],
    ]);
    expect(at - began).toBeGreaterThanOrEqual(299);
    expect(others).toBeLessThan(at);

    const code = session.code(`SELECT pg_sleep(3600) FROM ${from}`);
    await new Promise(resolve => setTimeout(resolve, 20));
    (session.session as unknown as {cancel(): void}).cancel();
    expect(await code).toBe('57014');
    expect(await session.rows('SELECT pg_sleep(-1), pg_sleep(NULL)')).toEqual([['', null]]);
  },
);
