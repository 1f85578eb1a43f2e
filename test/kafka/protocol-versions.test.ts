import {beforeAll, describe, expect, test} from 'vitest';
import {BrokerConnection} from '../../src/connectors/kafka/connection/broker-connection.ts';
import {parseEndpoints} from '../../src/connectors/kafka/connection/parse-endpoints.ts';
import {API, type ApiName} from '../../src/connectors/kafka/protocol/api-key.ts';
import {writeFetchRequest, type FetchRequest} from '../../src/connectors/kafka/protocol/fetch-request.ts';
import {readFetchResponse} from '../../src/connectors/kafka/protocol/fetch-response.ts';
import {LATEST, readListOffsetsResponse, writeListOffsetsRequest} from '../../src/connectors/kafka/protocol/list-offsets.ts';
import {readMetadataResponse, writeMetadataRequest} from '../../src/connectors/kafka/protocol/metadata.ts';
import {brokerAvailable} from './broker-available.ts';
import {produceAll} from './producer.ts';
import {sharedBroker} from './shared-broker.ts';
import {createTopic} from './topics.ts';

const versions = (api: ApiName): number[] => Array.from({length: API[api].max - API[api].min + 1}, (_, i) => API[api].min + i);

/** Older brokers speak the lower versions; a current one still answers all of them, so each can be compared with the newest. */
describe.skipIf(!brokerAvailable())('every protocol version that we speak', () => {
  let topic: string;
  let connection: BrokerConnection;
  beforeAll(async () => {
    const {brokers} = await sharedBroker();
    topic = await createTopic(brokers, {partitions: 2});
    await produceAll({brokers, topic}, [Buffer.from('one'), Buffer.from('two'), Buffer.from('three')]);
    const options = {security: {}, clientId: 'millrace-tests', connectTimeoutMs: 5_000, requestTimeoutMs: 5_000};
    connection = await BrokerConnection.open(parseEndpoints(brokers)[0]!, options);
    return () => connection.close();
  });

  test('metadata', async () => {
    const answers = await Promise.all(
      versions('metadata').map(version =>
        connection.request(
          'metadata',
          (w, v) => writeMetadataRequest(w, v, topic),
          (r, v) => {
            const answer = readMetadataResponse(r, v);
            expect(v).toBe(version);
            return answer;
          },
          version,
        ),
      ),
    );
    const newest = answers.at(-1)!;
    expect(newest.topics[0]?.partitions.map(p => p.partition)).toEqual([0, 1]);
    for (const [i, answer] of answers.entries()) {
      const id = versions('metadata')[i]! >= 10 ? newest.topics[0]!.id : undefined;
      expect(answer).toEqual({...newest, topics: [{...newest.topics[0]!, id}]});
    }
  });

  test('offsets', async () => {
    const partitions = [0, 1].map(partition => ({partition, timestamp: LATEST}));
    const request = {topic, isolation: 'read_committed', partitions} as const;
    for (const version of versions('listOffsets')) {
      const answer = await connection.request(
        'listOffsets',
        (w, v) => writeListOffsetsRequest(w, v, request),
        readListOffsetsResponse,
        version,
      );
      expect(answer.map(({partition, error, offset}) => [partition, error, offset]).sort((a, b) => a[0]! - b[0]!)).toEqual([
        [0, 0, 2],
        [1, 0, 1],
      ]);
    }
  });

  test('fetch', async () => {
    const metadata = await connection.request('metadata', (w, v) => writeMetadataRequest(w, v, topic), readMetadataResponse);
    const request: FetchRequest = {
      topic,
      topicId: metadata.topics[0]!.id,
      isolation: 'read_committed',
      maxWaitMs: 100,
      maxBytes: 1_000_000,
      partitionMaxBytes: 1_000_000,
      partitions: [0, 1].map(partition => ({partition, offset: 0, leaderEpoch: -1})),
    };
    const answers = [];
    for (const version of versions('fetch')) {
      const answer = await connection.request(
        'fetch',
        (w, v) => writeFetchRequest(w, v, request),
        (r, v) => {
          const {partitions, ...rest} = readFetchResponse(r, v);
          return {...rest, partitions: partitions.map(({start, end, ...p}) => ({...p, batches: r.bytes.toString('hex', start, end)}))};
        },
        version,
      );
      answers.push(answer);
    }
    expect(answers[0]?.partitions.map(p => [p.error, p.highWatermark, p.lastStableOffset])).toEqual([
      [0, 2, 2],
      [0, 1, 1],
    ]);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});
