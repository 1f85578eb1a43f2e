import {expect, test} from 'vitest';
import {serializeObject} from '../../catalog/serialize-object.ts';
import {below, seededRandom} from '../../common/testing/seeded-random.ts';
import {InlineEngine} from '../testing/inline-engine.ts';
import type {InlineSession} from '../testing/inline-session.ts';
import {ScriptedTopic} from '../testing/scripted-topic.ts';

const SEED = Number(process.env['MILLRACE_DDL_SEED'] ?? Date.now() % 2 ** 31);
const SESSIONS = 8;

async function start(setup: string): Promise<{engine: InlineEngine; sessions: InlineSession[]}> {
  const engine = await InlineEngine.start();
  await engine.session().all(setup);
  return {engine, sessions: Array.from({length: SESSIONS}, () => engine.session())};
}

const objects = (engine: InlineEngine): string[] => [...engine.services.catalogs.current.objects()].map(serializeObject).sort();
const run = {
  simple: (session: InlineSession, sql: string) => session.code(sql),
  extended: (session: InlineSession, sql: string) =>
    session.extended(sql).then(
      () => 'ok',
      (error: {code: string}) => error.code,
    ),
};

for (const [protocol, code] of Object.entries(run)) {
  test(`${protocol}: statements that create different objects at once all succeed`, async () => {
    const {engine, sessions} = await start('CREATE TABLE t (id int PRIMARY KEY, n int)');
    const created = sessions.map((session, i) => code(session, `CREATE MATERIALIZED VIEW v${i} AS SELECT n, count(*) FROM t GROUP BY n`));
    expect(await Promise.all(created)).toEqual(sessions.map(() => 'ok'));
    await sessions[0]!.all('INSERT INTO t VALUES (1, 1)');
    for (const [i, session] of sessions.entries()) expect(await session.rows(`SELECT * FROM v${i}`)).toEqual([['1', '1']]);
    await engine.stop();
  });

  test(`${protocol}: of statements that create the same object one succeeds, for the others the name is taken`, async () => {
    const {engine, sessions} = await start('CREATE TABLE t (id int)');
    const codes = await Promise.all(sessions.map(session => code(session, 'CREATE VIEW v AS SELECT id FROM t')));
    expect(codes.toSorted()).toEqual([...Array<string>(SESSIONS - 1).fill('42P07'), 'ok']);
    const filled = await Promise.all(sessions.map((s, i) => code(s, `CREATE TABLE c AS SELECT ${i} AS i`)));
    expect(filled.toSorted()).toEqual([...Array<string>(SESSIONS - 1).fill('42P07'), 'ok']);
    expect(await sessions[0]!.rows('SELECT i FROM c')).toEqual([[String(filled.indexOf('ok'))]]);
    const skipped = await Promise.all(sessions.map(session => code(session, 'CREATE TABLE IF NOT EXISTS w (id int)')));
    expect(skipped).toEqual(sessions.map(() => 'ok'));
    await engine.stop();
  });

  test(`${protocol}: of statements that drop the same object one succeeds, for the others it is gone`, async () => {
    const {engine, sessions} = await start('CREATE TABLE t (id int)');
    const codes = await Promise.all(sessions.map(session => code(session, 'DROP TABLE t')));
    expect(codes.toSorted()).toEqual([...Array<string>(SESSIONS - 1).fill('42P01'), 'ok']);
    const truncated = await Promise.all([code(sessions[0]!, 'TRUNCATE t'), code(sessions[1]!, 'DROP TABLE IF EXISTS t')]);
    expect(truncated).toEqual(['42P01', 'ok']);
    await engine.stop();
  });

  test(`${protocol}: a relation that is dropped while another statement builds on it, empties it or reads it is an undefined table`, async () => {
    const {engine, sessions} = await start('CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int)');
    const [a, b, c, d, e, f] = sessions as [InlineSession, InlineSession, InlineSession, InlineSession, InlineSession, InlineSession];
    const codes = await Promise.all([
      code(a, 'DROP TABLE t, u'),
      code(b, 'CREATE VIEW v AS SELECT id FROM t'),
      code(c, 'TRUNCATE u'),
      code(d, 'SELECT count(*) FROM u'),
      code(e, 'INSERT INTO u SELECT id FROM t'),
      code(f, 'SELECT * FROM t WHERE id = 1'),
    ]);
    expect(codes[0]).toBe('ok');
    for (const found of codes.slice(1)) expect(['ok', '42P01']).toContain(found);
    expect(codes[1]).toBe('42P01');
    await engine.stop();
  });
}

for (const [protocol, code] of Object.entries(run)) {
  test(`${protocol}: CREATE TABLE AS fills its table, or what it reads is an undefined table, whenever that is dropped`, async () => {
    const {engine, sessions} = await start('CREATE TABLE base (id int); INSERT INTO base VALUES (1)');
    const [a, b] = sessions as [InlineSession, InlineSession];
    for (let turns = 0; turns < 12; turns++) {
      await a.all('CREATE TABLE t AS SELECT id FROM base');
      const filled = code(a, 'CREATE TABLE u AS SELECT id FROM t');
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      expect(await code(b, 'DROP TABLE t')).toBe('ok');
      if ((await filled) === 'ok') {
        expect(await a.rows('SELECT id FROM u')).toEqual([['1']]);
        await a.all('DROP TABLE u');
      } else expect(await filled).toBe('42P01');
    }
    await engine.stop();
  });
}

test('a failed statement has not said that it is complete', async () => {
  const {engine, sessions} = await start('CREATE TABLE t (id int)');
  const told: string[] = [];
  const sink = {
    describe: () => {},
    rows: () => {},
    complete: (tag: string) => void told.push(tag),
    empty: () => {},
    notice: () => {},
    parameterStatus: () => {},
  };
  const two = sessions.slice(0, 2).map(({session}) => session.simpleQuery('CREATE VIEW v AS SELECT id FROM t', sink));
  const ends = await Promise.allSettled(two);
  expect(ends.map(({status}) => status)).toEqual(['fulfilled', 'rejected']);
  expect(told).toEqual(['CREATE VIEW']);
  await engine.stop();
});

test('a query reads a table to its end that is dropped meanwhile', async () => {
  const {engine, sessions} = await start('CREATE TABLE t (id int PRIMARY KEY, s text); CREATE MATERIALIZED VIEW v AS SELECT * FROM t');
  const [reader, writer] = sessions as [InlineSession, InlineSession];
  await writer.all(`INSERT INTO t SELECT i, 'row ' || i FROM generate_series(1, 30000) i`);
  for (const relation of ['v', 't']) {
    let rows = 0;
    const sink = {
      describe: () => {},
      rows: (_bytes: Uint8Array, count: number) => void (rows += count),
      complete: () => {},
      empty: () => {},
      notice: () => {},
      parameterStatus: () => {},
    };
    await reader.session.prepare('', `SELECT * FROM ${relation}`, []);
    await reader.session.bind('', '', {values: [], formats: [], resultFormats: []});
    expect(await reader.session.execute('', 10, sink)).toBe('suspended');
    await writer.all(relation === 'v' ? 'DROP MATERIALIZED VIEW v' : 'DROP TABLE t');
    expect(await reader.session.execute('', 0, sink)).toBe('complete');
    expect(rows).toBe(30_000);
    await reader.session.sync();
  }
  await engine.stop();
});

test('blocks whose objects do not touch each other all commit, with ids of their own', async () => {
  const {engine, sessions} = await start('CREATE TABLE t (id int PRIMARY KEY, n int)');
  await Promise.all(
    sessions.map(async (session, i) => {
      await session.all(`BEGIN; CREATE TABLE t${i} (id int PRIMARY KEY)`);
      await session.all(`INSERT INTO t${i} VALUES (${i}); CREATE MATERIALIZED VIEW v${i} AS SELECT id FROM t${i}`);
    }),
  );
  await sessions[0]!.all('ROLLBACK');
  await Promise.all(sessions.slice(1).map(session => session.all('COMMIT')));
  const ids = [...engine.services.catalogs.current.objects()].map(o => o.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (let i = 1; i < SESSIONS; i++) expect(await sessions[0]!.rows(`SELECT id FROM v${i}`)).toEqual([[String(i)]]);
  expect(await sessions[0]!.code('SELECT * FROM t0')).toBe('42P01');
  const before = objects(engine);
  const restarted = await engine.restart();
  expect(objects(restarted)).toEqual(before);
  for (let i = 1; i < SESSIONS; i++) expect(await restarted.session().rows(`SELECT id FROM v${i}`)).toEqual([[String(i)]]);
  await restarted.stop();
});

test('a block whose name was taken, or whose table was dropped, fails with 40001 and leaves nothing', async () => {
  const {engine, sessions} = await start('CREATE TABLE t (id int); CREATE TABLE u (id int)');
  const [a, b, c] = sessions as [InlineSession, InlineSession, InlineSession];
  await a.all('BEGIN; CREATE TABLE x (id int); CREATE TABLE y (id int)');
  await b.all('BEGIN; CREATE VIEW w AS SELECT id FROM t');
  await c.all('CREATE TABLE x (other text); DROP TABLE t');
  await expect(a.all('COMMIT')).rejects.toMatchObject({
    code: '40001',
    fields: {detail: 'Table "x" was created meanwhile.', hint: 'Retry the transaction.'},
  });
  await expect(b.all('COMMIT')).rejects.toMatchObject({code: '40001', fields: {detail: 'Table "t" was dropped meanwhile.'}});
  expect(await c.code('SELECT * FROM y')).toBe('42P01');
  expect(await c.code('SELECT * FROM w')).toBe('42P01');
  await a.all('BEGIN; TRUNCATE u');
  await c.all('DROP TABLE u');
  expect(await a.code('COMMIT')).toBe('40001');
  await engine.stop();
});

test('a view that is catching up is dropped at once while another statement waits to build on it', async () => {
  const topic = new ScriptedTopic(1);
  const engine = await InlineEngine.start({connectors: {generator: topic.open}});
  const session = engine.session();
  await session.all(`CREATE STREAM s (v int) WITH (connector = 'generator', generator = 'sequence', rate = 0)`);
  topic.append(0, {v: 1});
  await session.all('CREATE MATERIALIZED VIEW a AS SELECT count(*) AS n FROM s');
  await expect.poll(() => session.rows('SELECT n FROM a')).toEqual([['1']]);
  topic.allow(1, 0);
  await session.all('CREATE MATERIALIZED VIEW b AS SELECT v FROM s');
  await expect.poll(() => topic.opened).toBe(2);
  const waiting = engine.session().code('CREATE MATERIALIZED VIEW c AS SELECT v FROM b');
  await new Promise(resolve => setTimeout(resolve, 50));
  const began = performance.now();
  await session.all('CREATE TABLE t (id int); DROP MATERIALIZED VIEW b');
  expect(performance.now() - began).toBeLessThan(1000);
  expect(await waiting).toBe('42P01');
  await engine.stop();
});

test(`random CREATE and DROP of eight sessions at once (seed ${SEED})`, {timeout: 60_000}, async () => {
  const {engine, sessions} = await start('CREATE TABLE base (id int PRIMARY KEY, n int); INSERT INTO base VALUES (1, 1)');
  const random = seededRandom(SEED);
  const named = (): string => `o${below(random, 6)}`;
  const successes: {name: string; what: 'create' | 'drop'}[] = [];
  const allowed = new Set(['ok', '42P07', '42P01', '42809', '2BP01']);
  const one = async (session: InlineSession): Promise<void> => {
    const [name, other] = [named(), named()];
    const creates = [
      `CREATE VIEW ${name} AS SELECT id FROM base`,
      `CREATE VIEW ${name} AS SELECT * FROM ${other}`,
      `CREATE TABLE ${name} (id int PRIMARY KEY)`,
      `CREATE TABLE ${name} AS SELECT id FROM base`,
      `CREATE TABLE ${name} AS SELECT * FROM ${other}`,
      `CREATE MATERIALIZED VIEW ${name} AS SELECT id FROM base`,
      `CREATE MATERIALIZED VIEW ${name} AS SELECT count(*) AS id FROM ${other}`,
      `CREATE STREAM ${name} (id int)`,
    ];
    const drops = ['VIEW', 'TABLE', 'MATERIALIZED VIEW', 'STREAM'].map(kind => `DROP ${kind} ${name}`);
    const reads = [
      `SELECT count(*) FROM ${name}`,
      `SELECT * FROM ${name} WHERE id = 1`,
      `INSERT INTO ${name} VALUES (7)`,
      `COMMENT ON TABLE ${name} IS 'x'`,
    ];
    const pick = below(random, 10);
    const list = pick < 4 ? creates : pick < 8 ? drops : reads;
    const sql = list[below(random, list.length)]!;
    if (below(random, 5) > 0) {
      const code = await run[below(random, 2) === 0 ? 'simple' : 'extended'](session, sql);
      if (!allowed.has(code) && !(list === reads && code !== 'XX000' && code !== '40001')) throw new Error(`${sql}: ${code}`);
      if (code === 'ok' && list !== reads) successes.push({name, what: list === creates ? 'create' : 'drop'});
      return;
    }
    const first = (await session.code('BEGIN')) === 'ok' ? await session.code(sql) : 'no block';
    await new Promise(setImmediate);
    if (first === 'ok') {
      const code = await session.code('COMMIT');
      if (code !== 'ok' && code !== '40001') throw new Error(`COMMIT of ${sql}: ${code}`);
      if (code === 'ok' && list !== reads) successes.push({name, what: list === creates ? 'create' : 'drop'});
    } else {
      await session.all('ROLLBACK');
      if (first === 'XX000') throw new Error(`${sql} in a block: ${first}`);
    }
  };
  await Promise.all(
    sessions.map(async session => {
      for (let i = 0; i < 60; i++) await one(session);
    }),
  );
  const before = objects(engine);
  // A name was created once more often than dropped, or as often.
  for (let i = 0; i < 6; i++) {
    const of = successes.filter(({name}) => name === `o${i}`);
    const balance = of.filter(({what}) => what === 'create').length - of.filter(({what}) => what === 'drop').length;
    expect([`o${i}`, balance]).toEqual([`o${i}`, engine.services.catalogs.current.named('public', `o${i}`) === undefined ? 0 : 1]);
  }
  const ids = [...engine.services.catalogs.current.objects()].map(o => o.id);
  expect(new Set(ids).size).toBe(ids.length);
  const restarted = await engine.restart();
  expect(objects(restarted)).toEqual(before);
  const again = restarted.session();
  for (const {name, kind} of restarted.services.catalogs.current.objectsIn('public'))
    if (kind === 'table' || kind === 'materialized-view' || kind === 'view') await again.rows(`SELECT * FROM ${name}`);
  await restarted.stop();
});
