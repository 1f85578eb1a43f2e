import {kafkajs, newTopicName} from './topics.ts';
import type {PlainRecord} from './read-records.ts';

/** Reads a topic from its start with kafkajs (read_committed) until `count` records have come: the independent opinion. */
export async function consumeWithKafkajs(brokers: string, topic: string, count: number): Promise<PlainRecord[]> {
  const records: PlainRecord[] = [];
  const consumer = kafkajs(brokers).consumer({groupId: newTopicName('group'), readUncommitted: false});
  await consumer.connect();
  try {
    await consumer.subscribe({topic, fromBeginning: true});
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`kafkajs saw ${records.length} of ${count} records`)), 30_000);
      void consumer.run({
        eachMessage: ({partition, message}) => {
          const headers = Object.entries(message.headers ?? {}).map(([key, value]) => [key, value === undefined ? null : String(value)]);
          records.push({
            partition,
            offset: Number(message.offset),
            timestamp: Number(message.timestamp),
            key: message.key === null ? null : String(message.key),
            value: message.value === null ? null : String(message.value),
            headers: Object.fromEntries(headers) as Record<string, string>,
          });
          if (records.length >= count) {
            clearTimeout(timer);
            resolve();
          }
          return Promise.resolve();
        },
      });
    });
  } finally {
    await consumer.disconnect();
  }
  return records;
}
