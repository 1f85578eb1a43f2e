import {beforeAll, describe, expect, test} from 'vitest';
import {KafkaAdmin} from '../../src/connectors/kafka/admin.ts';
import {parseKafkaOptions} from '../../src/connectors/kafka/options.ts';
import {brokerAvailable} from './broker-available.ts';
import {freePorts} from './free-ports.ts';
import {produceAll, RawProducer} from './producer.ts';
import {sharedBroker, type SharedBroker} from './shared-broker.ts';
import {createTopic, kafkajs, newTopicName, withAdmin} from './topics.ts';

describe.skipIf(!brokerAvailable())('control requests to a real broker', () => {
  let broker: SharedBroker;
  beforeAll(async () => {
    broker = await sharedBroker();
  });
  const adminOf = (topic: string, more: Record<string, string> = {}): KafkaAdmin =>
    new KafkaAdmin(parseKafkaOptions({brokers: broker.brokers, topic, ...more}));

  test('a start is resolved to one offset per partition', async () => {
    const topic = await createTopic(broker.brokers, {partitions: 2});
    const producer = await RawProducer.open({brokers: broker.brokers, topic});
    const day = Date.UTC(2026, 0, 31);
    for (let i = 0; i < 100; i++) await producer.send(0, Buffer.from(String(i)), {timestamp: day + i * 1000});
    await producer.close();
    const positions = async (start: string): Promise<number[]> => {
      const admin = adminOf(topic, {start});
      const found = await admin.resolveStart();
      admin.close();
      expect(found.map(p => p.partition)).toEqual([0, 1]);
      return found.map(p => p.offset);
    };
    expect(await positions('earliest')).toEqual([0, 0]);
    expect(await positions('latest')).toEqual([100, 0]);
    expect(await positions('2026-01-31 00:00:40')).toEqual([40, 0]);
    expect(await positions('2026-01-31T01:00:40.500+01:00')).toEqual([41, 0]);
    expect(await positions(String(day + 7_000))).toEqual([7, 0]);
    expect(await positions('2030-01-01')).toEqual([100, 0]);
  });

  test('the end under read_committed is the last stable offset', async () => {
    const topic = await createTopic(broker.brokers);
    await produceAll({brokers: broker.brokers, topic}, [Buffer.from('a'), Buffer.from('b')]);
    const producer = kafkajs(broker.brokers).producer({transactionalId: newTopicName('tx'), maxInFlightRequests: 1, idempotent: true});
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({topic, messages: [{value: 'open'}]});
    const committed = adminOf(topic);
    const uncommitted = adminOf(topic, {'isolation.level': 'read_uncommitted'});
    expect(await committed.lastStableOffsets()).toEqual([{partition: 0, offset: 2}]);
    expect(await uncommitted.lastStableOffsets()).toEqual([{partition: 0, offset: 3}]);
    await transaction.commit();
    // The marker is written after the commit was answered.
    await expect.poll(() => committed.lastStableOffsets()).toEqual([{partition: 0, offset: 4}]);
    const start = performance.now();
    for (let i = 0; i < 20; i++) await committed.lastStableOffsets();
    expect((performance.now() - start) / 20).toBeLessThan(50);
    committed.close();
    uncommitted.close();
    await producer.disconnect();
  });

  test('committed positions are seen by kafkajs', async () => {
    const topic = await createTopic(broker.brokers, {partitions: 2});
    const admin = adminOf(topic);
    const group = newTopicName('group');
    await admin.commitOffsets(group, [
      {partition: 0, offset: 17},
      {partition: 1, offset: 0},
    ]);
    admin.close();
    const seen = await withAdmin(broker.brokers, peer => peer.fetchOffsets({groupId: group, topics: [topic]}));
    expect(seen[0]?.partitions.map(p => p.offset).sort()).toEqual(['0', '17']);
  });

  test('the description has the id, and asking for a missing topic neither creates it nor hides the broker', async () => {
    const topic = await createTopic(broker.brokers, {partitions: 3});
    const admin = adminOf(topic);
    const description = await admin.describeTopic();
    expect(description).toMatchObject({topic, partitions: [0, 1, 2]});
    expect(description.id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    admin.close();
    const none = adminOf('there-is-no-such-topic');
    for (const ask of [() => none.describeTopic(), () => none.resolveStart(), () => none.lastStableOffsets()]) {
      await expect(ask()).rejects.toMatchObject({
        code: '42704',
        message: `topic "there-is-no-such-topic" does not exist on Kafka broker ${broker.brokers}`,
      });
    }
    none.close();
  });

  test('a broker that is down is an error with its address; of several brokers one that is up is enough', async () => {
    const topic = await createTopic(broker.brokers);
    const [port] = await freePorts(1);
    const down = new KafkaAdmin(parseKafkaOptions({brokers: `127.0.0.1:${port}`, topic}));
    await expect(down.describeTopic()).rejects.toMatchObject({
      code: '08006',
      message: expect.stringContaining(`could not reach Kafka broker 127.0.0.1:${port}: connect ECONNREFUSED`) as string,
    });
    down.close();
    const either = new KafkaAdmin(parseKafkaOptions({brokers: `127.0.0.1:${port},${broker.brokers}`, topic}));
    expect(await either.describeTopic()).toMatchObject({topic});
    either.close();
  });
});
