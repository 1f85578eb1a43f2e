import {beforeAll, describe, expect, test} from 'vitest';
import {brokerAvailable} from './broker-available.ts';
import {consumeWithKafkajs} from './consume-with-kafkajs.ts';
import {readLog, readToEnd, sorted} from './read-records.ts';
import {sharedBroker, type SharedBroker} from './shared-broker.ts';
import {createTopic, kafkajs, newTopicName, withAdmin} from './topics.ts';
import type {Producer, Transaction} from 'kafkajs';

describe.skipIf(!brokerAvailable())('transactions on a real broker', () => {
  let broker: SharedBroker;
  beforeAll(async () => {
    broker = await sharedBroker();
  });

  async function transactionalProducer(): Promise<Producer> {
    const producer = kafkajs(broker.brokers).producer({transactionalId: newTopicName('tx'), maxInFlightRequests: 1, idempotent: true});
    await producer.connect();
    return producer;
  }

  const send = (target: Producer | Transaction, topic: string, prefix: string, count: number, partition = 0): Promise<unknown> =>
    target.send({topic, messages: Array.from({length: count}, (_, i) => ({partition, value: `${prefix}${i} ${'x'.repeat(500)}`}))});

  test('committed records come, aborted ones and markers do not, also when the abort marker lies many fetches later', async () => {
    const topic = await createTopic(broker.brokers, {partitions: 2});
    const [a, b] = [await transactionalProducer(), await transactionalProducer()];
    const plain = kafkajs(broker.brokers).producer();
    await plain.connect();
    let good = 0;
    for (let round = 0; round < 4; round++) {
      const open = await a.transaction();
      await send(open, topic, `aborted ${round} `, 30);
      const interleaved = await b.transaction();
      await send(interleaved, topic, `committed ${round} `, 40);
      await send(interleaved, topic, `committed ${round} `, 10, 1);
      await send(open, topic, `aborted again ${round} `, 20);
      await send(plain, topic, `plain ${round} `, 25);
      good += 75;
      if (round % 2 === 0) await interleaved.commit();
      await send(open, topic, `aborted more ${round} `, 30);
      await open.abort();
      if (round % 2 === 1) await interleaved.commit();
      // the same producer id goes on with a good transaction
      const next = await a.transaction();
      await send(next, topic, `then committed ${round} `, 5);
      await next.commit();
      good += 5;
    }
    await Promise.all([a.disconnect(), b.disconnect(), plain.disconnect()]);

    const peer = sorted(await consumeWithKafkajs(broker.brokers, topic, good));
    // 8 kB a fetch: an aborted transaction is spread over many of them.
    for (const fetchMaxBytes of [8_000, 1_000_000]) {
      const log = await readToEnd({brokers: broker.brokers, topic, from: [0, 0], fetchMaxBytes, checkCrcs: true});
      expect(sorted(log.records)).toEqual(peer);
      expect(log.records.some(r => r.value?.startsWith('aborted'))).toBe(false);
      const ends = await withAdmin(broker.brokers, admin => admin.fetchTopicOffsets(topic));
      for (const {partition, high} of ends) expect(log.positions.get(partition)).toBe(Number(high));
    }
    // Every start offset, also inside of an aborted transaction, gives the same rest.
    for (let from = 1; from < 120; from += 7) {
      const log = await readToEnd({brokers: broker.brokers, topic, from: [from], fetchMaxBytes: 8_000});
      expect(log.records).toEqual(peer.filter(r => r.partition === 0 && r.offset >= from));
    }
  });

  test('under read_committed an open transaction holds the end back; under read_uncommitted its records come at once', async () => {
    const topic = await createTopic(broker.brokers);
    const producer = await transactionalProducer();
    const open = await producer.transaction();
    await send(open, topic, 'open ', 10);
    const plain = kafkajs(broker.brokers).producer();
    await plain.connect();
    await send(plain, topic, 'plain ', 5);
    const committed = readLog({brokers: broker.brokers, topic, from: [0]});
    const uncommitted = await readToEnd({brokers: broker.brokers, topic, from: [0], isolation: 'read_uncommitted'});
    expect(uncommitted.records.length).toBe(15);
    await committed.until(({ends}) => ends.get(0) === 0);
    expect(committed.reader.progress()[0]).toMatchObject({nextOffset: 0, highWatermark: 15, lastStableOffset: 0, lag: 0});
    await open.commit();
    await committed.until(({ends}) => ends.get(0) === 16);
    expect(committed.records.length).toBe(15);
    await committed.reader.close();
    await Promise.all([producer.disconnect(), plain.disconnect()]);
  });
});
