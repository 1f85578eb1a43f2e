import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';
import {ScriptedTopic} from '../testing/scripted-topic.ts';

const turn = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 20));

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await condition()) return;
    await turn();
  }
  throw new Error('it never happened');
}

test('full disk: writes fail with 53100, reads go on, streams rest and say why; with room again all goes on and nothing is lost', async () => {
  const topic = new ScriptedTopic(1);
  const engine = await InlineEngine.start({connectors: {generator: topic.open}});
  const session = engine.session();
  await session.all("CREATE STREAM s (n int) WITH (connector = 'generator', generator = 'sequence')");
  await session.all('CREATE TABLE t (id int PRIMARY KEY)');
  await session.all('CREATE MATERIALIZED VIEW v AS SELECT count(*) AS c, sum(n) AS s FROM s');
  const seen = async (): Promise<string> => (await session.rows('SELECT c, s FROM v')).join();
  await session.all('INSERT INTO t VALUES (1)');
  topic.append(0, {n: 1}, {n: 2});
  await until(async () => (await seen()) === '2,3');

  const {files} = engine.world;
  files.capacity = files.used;
  expect(await session.code('INSERT INTO t VALUES (2)')).toBe('53100');
  expect(await session.code('CHECKPOINT')).toBe('53100');
  topic.append(0, {n: 10}, {n: 20});
  const statusOf = async (kind: string): Promise<readonly (string | null)[]> =>
    (await session.rows('SHOW STATUS')).find(row => row[0] === kind)!;
  await until(async () => (await statusOf('stream'))[2] === 'paused');
  expect((await statusOf('stream'))[7]).toMatch(/no space left on device/);
  expect(await seen()).toBe('2,3');
  expect(await session.rows('SELECT id FROM t')).toEqual([['1']]);

  files.capacity = Infinity;
  await until(async () => (await seen()) === '4,33');
  expect((await statusOf('stream'))[3]).toBe('4');
  await session.all('INSERT INTO t VALUES (3)');
  await session.all('CHECKPOINT');
  topic.append(0, {n: 100});
  await until(async () => (await seen()) === '5,133');
  const after = (await engine.crash({power: false})).session();
  expect(await after.rows('SELECT c, s FROM v')).toEqual([['5', '133']]);
  expect(await after.rows('SELECT id FROM t ORDER BY id')).toEqual([['1'], ['3']]);
});

test('memory limit: streams and growing writes rest and say what takes the memory; after a DROP all goes on', async () => {
  const topic = new ScriptedTopic(1);
  const engine = await InlineEngine.start({connectors: {generator: topic.open}, memoryLimit: 3 * 2 ** 20});
  const session = engine.session();
  await session.all("CREATE STREAM s (n int, note text) WITH (connector = 'generator', generator = 'sequence')");
  await session.all('CREATE TABLE t (id int PRIMARY KEY, note text)');
  await session.all('CREATE MATERIALIZED VIEW total AS SELECT count(*) AS c FROM s');
  await session.all('CREATE MATERIALIZED VIEW big AS SELECT n, note FROM s');
  await session.all("INSERT INTO t VALUES (1, 'x')");
  const batch = (from: number): object[] =>
    Array.from({length: 2000}, (_, i) => ({n: from + i, note: `note ${from + i} ${'y'.repeat(200)}`}));
  const stream = async (): Promise<readonly (string | null)[]> => (await session.rows('SHOW STATUS')).find(row => row[0] === 'stream')!;
  let sent = 0;
  // What waits in the ring counts too until it has drained: it must rest because of the state alone.
  for (let rests = 0; rests < 6 && sent < 100_000; rests = (await stream())[2] === 'paused' ? rests + 1 : 0) {
    if (rests === 0) topic.append(0, ...batch((sent += 2000) - 2000));
    await turn();
  }
  expect((await stream())[7]).toMatch(/memory limit of 3\.0 MB reached.*the largest state is view\(big\) of "big" with \d+\.\d MB/);
  expect(await session.code("INSERT INTO t VALUES (2, 'y')")).toBe('53200');
  expect(await session.code('CREATE MATERIALIZED VIEW more AS SELECT id FROM t')).toBe('53200');
  expect(await session.rows('SELECT id FROM t')).toEqual([['1']]);
  expect(Number((await session.rows('SELECT c FROM total'))[0]![0])).toBeGreaterThan(0);
  expect(await session.code('CHECKPOINT')).toBe('ok');
  expect(await session.code('DELETE FROM t WHERE id = 9')).toBe('ok');
  await session.all('DROP MATERIALIZED VIEW big');
  await until(async () => (await session.rows('SELECT c FROM total'))[0]![0] === `${sent}`);
  // The account is up to 50 ms old: it may still have seen the ring full.
  await until(async () => (await stream())[2] !== 'paused');
  await session.all("INSERT INTO t VALUES (2, 'y')");
});
