import {expect, test} from 'vitest';
import {below as integerBelow, seededRandom} from '../../common/testing/seeded-random.ts';
import {InlineEngine} from '../testing/inline-engine.ts';
import {ShuffledTopic, type TopicRecord} from '../testing/shuffled-topic.ts';
import type {DataflowStatus} from './status.ts';

const SEED = Number(process.env['MILLRACE_REPLAY_SEED'] ?? Date.now() % 2 ** 31);
const ROUNDS = Number(process.env['MILLRACE_REPLAY_ROUNDS'] ?? 12);
const PARTITIONS = 3;

const statusOf = async (engine: InlineEngine): Promise<DataflowStatus> =>
  (await engine.services.dataflow.send({kind: 'status', session: 0})).data as DataflowStatus;

/** What a client can see: of the bad records also in which step each came (`at`), of the log the order of its rows. */
async function sight(engine: InlineEngine): Promise<Record<string, unknown>> {
  const session = engine.session();
  const {step, streams} = await statusOf(engine);
  return {
    step,
    frontier: streams.map(({partitions}) => partitions.map(({partition, nextOffset}) => [partition, nextOffset])),
    bad: await session.rows('SELECT _partition, _offset, at FROM "s$errors"'),
    log: await session.rows('SELECT * FROM log'),
    sums: await session.rows('SELECT * FROM sums ORDER BY g'),
    joined: await session.rows('SELECT * FROM joined'),
    t: await session.rows('SELECT * FROM t ORDER BY g'),
  };
}

async function reach(engine: InlineEngine, ends: readonly number[]): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    const offsets = new Map((await statusOf(engine)).streams[0]!.partitions.map(p => [p.partition, p.nextOffset]));
    if (ends.every((end, partition) => offsets.get(partition) === end)) return;
    await new Promise(resolve => setImmediate(resolve));
  }
  throw new Error(`the stream never reached ${ends.join()}`);
}

// Also where hardly anything may wait for its step: partitions are paused all the time.
test.each([undefined, 500])(
  `after a kill the journalled steps run again, each with the same records at the same time (seed ${SEED}, room for %s bytes)`,
  {timeout: 60_000},
  async replayBytes => {
    const random = seededRandom(SEED);
    const below = (n: number): number => integerBelow(random, n);
    const topic = new ShuffledTopic(PARTITIONS, random);
    let clock = 1_700_000_000_000_000;
    let engine = await InlineEngine.start({connectors: {generator: topic.open}, replayBytes, now: () => (clock += 1 + below(5000))});
    let session = engine.session();
    await session.all(
      `CREATE STREAM s (g int, x float8) WITH (connector = 'generator', generator = 'sequence', partitions = ${PARTITIONS})`,
    );
    await session.all('CREATE TABLE t (g int PRIMARY KEY, name text)');
    await session.all('CREATE MATERIALIZED VIEW log AS SELECT _partition, _offset, g, x FROM s');
    await session.all('CREATE MATERIALIZED VIEW sums AS SELECT g, count(*) AS n, sum(x) AS total, max(x) AS top FROM s GROUP BY g');
    await session.all('CREATE MATERIALIZED VIEW joined AS SELECT t.name, count(*) AS n FROM s JOIN t USING (g) GROUP BY t.name');
    let id = 0;
    const record = (): TopicRecord => {
      const kind = random();
      if (kind < 0.1) return `{"g": ${id++}, "x": oops`;
      if (kind < 0.2) return null;
      return JSON.stringify({g: id++ % 7, x: random() * 10 ** below(12)});
    };
    for (let round = 0; round < ROUNDS; round++) {
      for (let burst = below(12); burst >= 0; burst--) {
        topic.add(
          below(PARTITIONS),
          Array.from({length: 1 + below(40)}, () => record()),
        );
        if (random() < 0.3)
          await session.all(`INSERT INTO t VALUES (${below(9)}, 'n${id}') ON CONFLICT (g) DO UPDATE SET name = excluded.name`);
        if (random() < 0.5) await new Promise(resolve => setImmediate(resolve));
      }
      await reach(engine, topic.ends);
      const before = await sight(engine);
      if (random() < 0.3) await session.all('CHECKPOINT');
      engine = await engine.crash({power: false});
      session = engine.session();
      expect(await sight(engine), `round ${round}`).toEqual(before);
    }
  },
);

test('records that no view reads any more are read again after a kill: the frontier does not go back, bad records stay', async () => {
  const topic = new ShuffledTopic(1, Math.random);
  let engine = await InlineEngine.start({connectors: {generator: topic.open}});
  const session = engine.session();
  await session.all("CREATE STREAM s (g int) WITH (connector = 'generator', generator = 'sequence')");
  await session.all('CREATE MATERIALIZED VIEW v AS SELECT g FROM s');
  topic.add(0, ['{"g": 1}', 'bad', null, '{"g": 2}', null]);
  await reach(engine, [5]);
  await session.all('DROP MATERIALIZED VIEW v');
  engine = await engine.crash({power: false});
  await reach(engine, [5]);
  expect(await engine.session().rows('SELECT _offset FROM "s$errors"')).toEqual([['1']]);
});
