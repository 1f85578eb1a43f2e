import {expect, test} from 'vitest';
import {StreamClock} from './stream-clock.ts';

test('after a RESET the watermark stays until every partition has passed it again, and never goes back', () => {
  const backlog = {partitions: () => [0, 1], isReadToEnd: () => false};
  const clock = new StreamClock(1, {column: 0, idleTimeout: 30e6, maxAhead: Infinity, onIdle: 'wait'} as never, backlog);
  const after = (partition: number, watermark: number): number => {
    clock.observe(partition, watermark, 0);
    clock.decide(0);
    clock.watermark.publish();
    return clock.watermark.current;
  };
  after(0, 100);
  expect(after(1, 50)).toBe(50);
  clock.forgetPartitions();
  // A topic that was created again begins anew.
  expect(after(1, 10)).toBe(50);
  expect(after(0, 20)).toBe(50);
  // Partition 0 does not count as having come to 100 any more.
  expect(after(1, 80)).toBe(50);
  expect(after(0, 60)).toBe(60);
  const restored = new StreamClock(1, clock.time, backlog);
  restored.restore(clock.state(), 0);
  expect(restored.watermark.current).toBe(60);
});
