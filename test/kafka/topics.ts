import {setTimeout as sleep} from 'node:timers/promises';
import {Kafka, logLevel, type Admin} from 'kafkajs';

/** A kafkajs client that says nothing: the independent peer of the tests. */
export function kafkajs(brokers: string): Kafka {
  return new Kafka({
    brokers: brokers.split(','),
    clientId: 'millrace-tests',
    logLevel: logLevel.NOTHING,
    retry: {retries: 8, initialRetryTime: 50},
  });
}

export async function withAdmin<T>(brokers: string, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkajs(brokers).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

let counter = 0;

/** A topic name that no other test uses. */
export function newTopicName(prefix = 'test'): string {
  return `${prefix}-${process.pid}-${Date.now().toString(36)}-${++counter}`;
}

export type TopicOptions = {
  readonly topic?: string | undefined;
  readonly partitions?: number | undefined;
  readonly config?: Readonly<Record<string, string>> | undefined;
};

export async function createTopic(
  brokers: string,
  {topic = newTopicName(), partitions = 1, config = {}}: TopicOptions = {},
): Promise<string> {
  const configEntries = Object.entries(config).map(([name, value]) => ({name, value}));
  await withAdmin(brokers, admin =>
    admin.createTopics({waitForLeaders: true, topics: [{topic, numPartitions: partitions, replicationFactor: 1, configEntries}]}),
  );
  return topic;
}

/**
 * Returns when the broker names all partitions: its metadata follows a little later, and kafkajs drops messages for partitions that it does
 * not know without a word.
 */
export function growTopic(brokers: string, topic: string, count: number): Promise<void> {
  return withAdmin(brokers, async admin => {
    await admin.createPartitions({topicPartitions: [{topic, count}]});
    for (let attempt = 0; ; attempt++) {
      const {topics} = await admin.fetchTopicMetadata({topics: [topic]});
      const led = topics[0]?.partitions.filter(({leader}) => leader >= 0).length ?? 0;
      if (led === count) return;
      if (attempt === 100) throw new Error(`topic ${topic} has ${led} partitions instead of ${count}`);
      await sleep(50);
    }
  });
}

/** What retention does: the records of partition 0 below an offset are gone. */
export function deleteBelow(brokers: string, topic: string, offset: number): Promise<void> {
  return withAdmin(brokers, async admin => {
    // It only deletes where it has seen the topic.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({topic, partitions: [{partition: 0, offset: String(offset)}]});
  });
}

/** Another topic of the same name. A broker may say for a moment that it does not host it. */
export function recreateTopic(brokers: string, topic: string): Promise<void> {
  return withAdmin(brokers, async admin => {
    await admin.deleteTopics({topics: [topic]});
    await admin.createTopics({waitForLeaders: false, topics: [{topic, numPartitions: 1, replicationFactor: 1}]});
    for (let attempt = 0; ; attempt++) {
      try {
        await admin.fetchTopicOffsets(topic);
        return;
      } catch (error) {
        if (attempt === 40) throw error;
        await sleep(50);
      }
    }
  });
}
