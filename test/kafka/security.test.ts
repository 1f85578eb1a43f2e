import {readFileSync} from 'node:fs';
import {beforeAll, describe, expect, test} from 'vitest';
import {KafkaAdmin} from '../../src/connectors/kafka/admin.ts';
import {SASL_MECHANISMS} from '../../src/connectors/kafka/connection/security.ts';
import {parseKafkaOptions} from '../../src/connectors/kafka/options.ts';
import {brokerAvailable} from './broker-available.ts';
import {produceAll} from './producer.ts';
import {readLog, readToEnd} from './read-records.ts';
import {SASL_USER} from './server-properties.ts';
import {sharedBroker, type SharedBroker} from './shared-broker.ts';
import {createTopic} from './topics.ts';

const RECORDS = 20_000;

describe.skipIf(!brokerAvailable())('secured listeners of a real broker', () => {
  let broker: SharedBroker;
  let topic: string;
  beforeAll(async () => {
    broker = await sharedBroker();
    topic = await createTopic(broker.brokers);
    const values = Array.from({length: RECORDS}, (_, i) => Buffer.from(`secured ${i}`.repeat(i % 20)));
    await produceAll({brokers: broker.brokers, topic}, values);
  });

  for (const mechanism of SASL_MECHANISMS) {
    test(`SASL ${mechanism}: reads with the right password`, async () => {
      const log = await readToEnd({brokers: broker.saslBrokers, topic, from: [0], security: {sasl: {mechanism, ...SASL_USER}}});
      expect(log.records).toHaveLength(RECORDS);
    });

    test(`SASL ${mechanism}: a wrong password is a problem of its own, and an error of the admin that names the broker`, async () => {
      const sasl = {mechanism, username: SASL_USER.username, password: 'wrong'};
      const log = readLog({brokers: broker.saslBrokers, topic, from: [0], security: {sasl}});
      await log.until(({problems}) => problems.length > 0);
      await log.reader.close();
      expect(log.problems[0]).toMatchObject({kind: 'auth_failed', broker: broker.saslBrokers});

      const options = {'sasl.mechanism': mechanism, 'sasl.username': sasl.username, 'sasl.password': sasl.password};
      const admin = new KafkaAdmin(parseKafkaOptions({brokers: broker.saslBrokers, topic, ...options}));
      await expect(admin.describeTopic()).rejects.toMatchObject({
        condition: 'invalid_authorization_specification',
        message: expect.stringContaining(`Kafka broker ${broker.saslBrokers} refused the credentials`) as string,
      });
      admin.close();
    });
  }

  test('TLS: reads when the authority is given, with large responses and a client certificate', async () => {
    const {caFile, clientCertFile, clientKeyFile} = broker.certificates;
    const [ca, cert, key] = [caFile, clientCertFile, clientKeyFile].map(file => readFileSync(file, 'utf8'));
    const log = await readToEnd({
      brokers: broker.tlsBrokers,
      topic,
      from: [0],
      checkCrcs: true,
      security: {tls: {ca, cert, key, checkHostname: true}},
    });
    expect(log.records).toHaveLength(RECORDS);
    expect(log.records.at(-1)?.value).toBe(`secured ${RECORDS - 1}`.repeat((RECORDS - 1) % 20));
  });

  test('TLS: an unknown authority, and plain text to a TLS port, are errors that name the broker', async () => {
    const admin = new KafkaAdmin(parseKafkaOptions({brokers: broker.tlsBrokers, topic, 'security.protocol': 'SSL'}));
    await expect(admin.describeTopic()).rejects.toMatchObject({
      condition: 'connection_failure',
      message: expect.stringMatching(/could not reach Kafka broker 127\.0\.0\.1:\d+: .*certificate/) as string,
    });
    admin.close();
    const plain = new KafkaAdmin(parseKafkaOptions({brokers: broker.tlsBrokers, topic}));
    await expect(plain.describeTopic()).rejects.toMatchObject({condition: 'connection_failure'});
    plain.close();
  });

  test('TLS: options name certificate files', async () => {
    const options = {'security.protocol': 'ssl', 'ssl.ca.location': broker.certificates.caFile};
    const admin = new KafkaAdmin(parseKafkaOptions({brokers: broker.tlsBrokers, topic, ...options}));
    expect(await admin.describeTopic()).toMatchObject({topic, partitions: [0]});
    admin.close();
  });
});
