import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterEach, beforeEach, describe, expect, onTestFinished, test} from 'vitest';
import {brokerAvailable} from '../kafka/broker-available.ts';
import {RawProducer} from '../kafka/producer.ts';
import {sharedBroker} from '../kafka/shared-broker.ts';
import {createTopic} from '../kafka/topics.ts';
import {query, withConnection} from '../server/query.ts';
import {spawnServer, startServer, type StartingServer} from '../server/start-server.ts';
import {CRASH_COLUMNS} from './crash-record.ts';
import {CRASH_VIEWS, SMALL_VIEWS} from './crash-views.ts';
import {PARTITIONS, Produced, type Frontier} from './produced.ts';
import {below, seededRandom, type Random} from '../../src/common/testing/seeded-random.ts';
import {contradictions, readFrontier, readViews} from './read-views.ts';

const RECORDS = 200_000;
/** More rounds, or a failing seed again: MILLRACE_CRASH_ROUNDS=200 MILLRACE_CRASH_SEED=… npx vitest run test/crash */
const ROUNDS = Number(process.env['MILLRACE_CRASH_ROUNDS'] ?? 22);
const SEED = Number(process.env['MILLRACE_CRASH_SEED'] ?? Date.now() % 2 ** 31);
const ROUND_TIMEOUT_MS = 15_000;

describe.skipIf(!brokerAvailable())(`a server killed at any instant (seed ${SEED})`, () => {
  let dataDirectory: string;
  let server: StartingServer | undefined;
  beforeEach(async () => {
    dataDirectory = await mkdtemp(path.join(tmpdir(), 'millrace-crash-'));
  });
  afterEach(async () => {
    await server?.kill();
    await rm(dataDirectory, {recursive: true, force: true});
  });

  async function start(): Promise<number> {
    const started = await startServer({dataDirectory});
    server = started;
    return started.port;
  }

  test('nothing is lost, nothing doubled, no frontier goes back', {timeout: ROUNDS * ROUND_TIMEOUT_MS}, async () => {
    process.stdout.write(`crash test: MILLRACE_CRASH_SEED=${SEED}\n`);
    const random = seededRandom(SEED);
    const {brokers} = await sharedBroker();
    const topic = await createTopic(brokers, {partitions: PARTITIONS});
    const produced = new Produced(await RawProducer.open({brokers, topic, batchBytes: 32 * 1024}), seededRandom(SEED + 1));

    const port = await start();
    await withConnection(port, async run => {
      await run(
        `CREATE STREAM e (${CRASH_COLUMNS}) WITH (connector = 'kafka', brokers = '${brokers}', topic = '${topic}', format = 'json')`,
      );
      for (const {name, query: text} of CRASH_VIEWS) await run(`CREATE MATERIALIZED VIEW ${name} AS ${text}`);
    });
    const pace = {allowed: 0, stopped: false};
    const producing = produceInBursts(produced, pace, random);
    onTestFinished(() => void (pace.stopped = true));

    const history: string[] = [];
    let reached: Frontier = Array.from({length: PARTITIONS}, () => 0);
    const seen = (frontier: Frontier): void => {
      for (const [partition, before] of reached.entries())
        expect(frontier[partition], `frontier of partition ${partition} after ${history.join(', ')}`).toBeGreaterThanOrEqual(before);
      reached = frontier;
    };
    for (let round = 0; round < ROUNDS; round++) {
      pace.allowed = Math.ceil((RECORDS * (round + 1)) / ROUNDS);
      if (random() < 0.25) {
        // Also a server that is still coming up.
        await server?.kill();
        server = spawnServer({dataDirectory});
        await sleep(below(random, 1500));
        history.push('killed coming up');
      } else {
        if (round > 0) await start();
        const at = await server!.ready;
        const sighting = await readViews(at, SMALL_VIEWS);
        history.push(`read ${sighting.frontier.join('/')}`);
        expect(contradictions(sighting, produced), history.join(', ')).toEqual([]);
        seen(sighting.frontier);
        await sleep(below(random, 500));
        const later = await withConnection(at, readFrontier);
        history.push(`told ${later.join('/')}`);
        seen(later);
        if (random() < 0.5) {
          history.push('checkpoint');
          void query(at, 'CHECKPOINT').catch(() => {});
          await sleep(below(random, 40));
        }
        history.push('killed');
      }
      await server!.kill();
    }

    pace.allowed = RECORDS;
    await producing;
    await produced.close();
    await start();
    await reachEnd(await server!.ready, produced);
    for (const restart of ['after the last kill', 'after a clean stop']) {
      const sighting = await readViews(await server!.ready, CRASH_VIEWS);
      expect(sighting.frontier, restart).toEqual(produced.end);
      expect(contradictions(sighting, produced), restart).toEqual([]);
      expect((await server!.stop()).code).toBe(0);
      await start();
    }
  });
});

/** Sends all records, never more than `pace.allowed`, in bursts of different sizes. */
async function produceInBursts(
  produced: Produced,
  pace: {readonly allowed: number; readonly stopped: boolean},
  random: Random,
): Promise<void> {
  while (produced.count < RECORDS && !pace.stopped) {
    const left = pace.allowed - produced.count;
    if (left > 0) await produced.send(Math.min(left, 1 + below(random, 3000)));
    await sleep(20);
  }
}

async function reachEnd(port: number, produced: Produced): Promise<void> {
  await expect.poll(() => withConnection(port, readFrontier), {timeout: 30_000, interval: 100}).toEqual(produced.end);
}
