import {setTimeout as sleep} from 'node:timers/promises';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {brokerAvailable} from '../kafka/broker-available.ts';
import {RawProducer} from '../kafka/producer.ts';
import {sharedBroker} from '../kafka/shared-broker.ts';
import {createTopic} from '../kafka/topics.ts';
import {query, withConnection, type Row} from '../server/query.ts';
import {differenceOf} from './compare-rows.ts';
import {CRASH_COLUMNS} from './crash-record.ts';
import {CRASH_VIEWS} from './crash-views.ts';
import {KillableServer} from './killable-server.ts';
import {PARTITIONS, Produced} from './produced.ts';
import {below, seededRandom} from '../../src/common/testing/seeded-random.ts';

const RECORDS = 100_000;
const ROUNDS = Number(process.env['MILLRACE_CRASH_DDL_ROUNDS'] ?? 4);
const SEED = Number(process.env['MILLRACE_CRASH_SEED'] ?? Date.now() % 2 ** 31);
const TIMEOUT_MS = 120_000;
const view = (name: string) => CRASH_VIEWS.find(v => v.name === name)!;

describe.skipIf(!brokerAvailable())(`DDL on a server that is killed (seed ${SEED})`, () => {
  let server: KillableServer;
  let createStream: string;
  let produced: Produced;
  beforeEach(async () => {
    server = await KillableServer.create();
    const {brokers} = await sharedBroker();
    const topic = await createTopic(brokers, {partitions: PARTITIONS});
    produced = new Produced(await RawProducer.open({brokers, topic}), seededRandom(SEED));
    createStream = `CREATE STREAM e (${CRASH_COLUMNS}) WITH (connector = 'kafka', brokers = '${brokers}', topic = '${topic}', format = 'json')`;
  });
  afterEach(async () => {
    await server.dispose();
    await produced.close();
  });

  /** Waits until a view has every row of the topic, and says in what it differs then. */
  async function finalDifference(port: number, name: string): Promise<string | undefined> {
    const {select, expected} = view(name);
    const wanted = expected(produced.rows(produced.end));
    const read = (): Promise<Row[]> => query(port, `SELECT ${select} FROM ${name}`);
    for (const deadline = Date.now() + 20_000; ; await sleep(100)) {
      const difference = differenceOf(await read(), wanted);
      if (difference === undefined || Date.now() > deadline) return difference;
    }
  }

  test('a view killed while it hydrates is there and complete after the restart', {timeout: TIMEOUT_MS}, async () => {
    const random = seededRandom(SEED + 1);
    await produced.send(RECORDS);
    let port = await server.restart();
    // The first view makes the stream run; the others begin while it is far ahead of them.
    await query(port, createStream);
    await query(port, `CREATE MATERIALIZED VIEW totals AS ${view('totals').query}`);
    expect(await finalDifference(port, 'totals')).toBeUndefined();
    for (const name of ['by_name', 'negative', 'by_group', 'projection']) {
      await query(port, `CREATE MATERIALIZED VIEW ${name} AS ${view(name).query}`);
      await sleep(below(random, 300));
      port = await server.restart();
    }
    await produced.send(1000);
    for (const name of ['projection', 'by_group', 'negative', 'by_name', 'totals'])
      expect(await finalDifference(port, name), name).toBeUndefined();
  });

  test('CREATE and DROP hold once acknowledged, and are all or nothing before that', {timeout: TIMEOUT_MS}, async () => {
    const random = seededRandom(SEED + 2);
    await produced.send(2000);
    let port = await server.restart();
    const exists = async (name: string): Promise<boolean> =>
      (await query(port, `SELECT 1 FROM pg_class WHERE relname = '${name}'`)).length === 1;
    for (let round = 0; round < ROUNDS; round++) {
      await withConnection(port, async run => {
        await run(createStream);
        await run(`CREATE MATERIALIZED VIEW by_group AS ${view('by_group').query}`);
      });
      port = await server.restart();
      expect(await finalDifference(port, 'by_group')).toBeUndefined();

      // Not waited for: either answer is right, but it must be a whole one.
      const acknowledged = query(port, `CREATE MATERIALIZED VIEW totals AS ${view('totals').query}`).then(
        () => true,
        () => false,
      );
      await sleep(below(random, 40));
      await server.kill();
      const mustExist = await acknowledged;
      port = await server.restart();
      const created = await exists('totals');
      if (mustExist) expect(created).toBe(true);
      if (created) expect(await finalDifference(port, 'totals')).toBeUndefined();

      await query(port, 'DROP STREAM e CASCADE');
      port = await server.restart();
      for (const name of ['e', 'e$errors', 'by_group', 'totals']) expect(await exists(name), name).toBe(false);
    }
  });
});
