import {expect, test} from 'vitest';
import fc from 'fast-check';
import {RingConsumer, RingProducer, allocateRing, payloadBytes, payloadOf} from './byte-ring.ts';

test('regions come out whole, in order, whatever the interleaving of commits and releases', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.record({size: fc.integer({min: 1, max: 900})}), fc.constant('take' as const), fc.constant('release' as const))),
      script => {
        const memory = allocateRing(4096);
        const producer = new RingProducer(memory);
        const consumer = new RingConsumer(memory);
        let written = 0;
        let read = 0;
        const take = (): boolean => {
          const address = consumer.take();
          if (address < 0) return false;
          const size = consumer.words[(address >> 2) + 2]!;
          expect(payloadBytes(consumer.words, address)).toBeGreaterThanOrEqual(size);
          for (let i = 0; i < size; i++)
            if (consumer.bytes[payloadOf(address) + i] !== (read & 255)) throw new Error(`region ${read} damaged`);
          read++;
          return true;
        };
        for (const action of script) {
          if (action === 'take') take();
          else if (action === 'release') consumer.releaseTo(consumer.position);
          else {
            const address = producer.reserve(1000);
            if (address < 0) continue;
            producer.words[(address >> 2) + 2] = action.size;
            producer.bytes.fill(written & 255, payloadOf(address), payloadOf(address) + action.size);
            producer.commit(1, action.size);
            written++;
          }
        }
        while (take());
        expect(read).toBe(written);
        consumer.releaseTo(consumer.position);
        expect(producer.used).toBe(0);
      },
    ),
  );
});

test('a full ring refuses instead of overwriting, and waitForSpace wakes at a release', async () => {
  const memory = allocateRing(1024);
  const producer = new RingProducer(memory);
  const consumer = new RingConsumer(memory);
  let count = 0;
  while (producer.reserve(100) >= 0) {
    producer.commit(1, 100);
    count++;
  }
  expect(count).toBeGreaterThan(3);
  const space = producer.waitForSpace(5000);
  consumer.take();
  consumer.releaseTo(consumer.position);
  await space;
  expect(producer.reserve(100)).toBeGreaterThanOrEqual(0);
});

test('a producer that finds the ring full is heard of once, after a release', () => {
  const memory = allocateRing(1024);
  const producer = new RingProducer(memory);
  const consumer = new RingConsumer(memory);
  while (producer.reserve(100) >= 0) producer.commit(1, 100);
  expect(consumer.takeWanted()).toBe(false);
  expect(producer.reserveOrAsk(100)).toBe(-1);
  while (consumer.take() >= 0);
  consumer.releaseTo(consumer.position);
  expect(consumer.takeWanted()).toBe(true);
  expect(consumer.takeWanted()).toBe(false);
});
