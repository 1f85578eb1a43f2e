import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test} from 'vitest';
import type {SourceEvent} from '../slab-source.ts';
import {openGeneratorSource} from './open-generator-source.ts';

test('a source delivers all partitions to their ends, and offers again what was refused', async () => {
  const offsets: number[][] = [[], []];
  const events: SourceEvent[] = [];
  let refusals = 3;
  const source = openGeneratorSource(
    {generator: 'sequence', rate: '0', limit: '20001', partitions: '2'},
    [
      {partition: 0, offset: 0},
      {partition: 1, offset: 5000},
    ],
    {
      onSlab: slab => {
        if (refusals > 0) {
          refusals--;
          setTimeout(() => source.resume(), 5);
          return false;
        }
        offsets[slab.partition]!.push(...slab.offsets.subarray(0, slab.count));
        return true;
      },
      onEvent: event => void events.push(event),
    },
  );
  await expect.poll(() => events.filter(e => e.kind === 'end').length, {timeout: 5000}).toBe(2);
  await source.close();
  expect(offsets[0]).toEqual(Array.from({length: 10_001}, (_, i) => i));
  expect(offsets[1]).toEqual(Array.from({length: 5000}, (_, i) => 5000 + i));
});

test('a rate is kept, and counted from where the source was opened', async () => {
  let records = 0;
  const source = openGeneratorSource({generator: 'sequence', rate: '1000'}, [{partition: 0, offset: 1_000_000}], {
    onSlab: slab => {
      records += slab.count;
      return true;
    },
    onEvent: () => {},
  });
  const start = performance.now();
  await sleep(300);
  const wanted = performance.now() - start;
  await source.close();
  expect(records).toBeGreaterThan(wanted * 0.5);
  expect(records).toBeLessThan(wanted * 1.2 + 20);
});

test('records that become due while a slab is handed over wait for the next tick', async () => {
  const slabs: number[] = [];
  const source = openGeneratorSource({generator: 'sequence', rate: '100000'}, [{partition: 0, offset: 0}], {
    onSlab: slab => {
      slabs.push(slab.count);
      return true;
    },
    onEvent: () => {},
  });
  await expect.poll(() => slabs.reduce((a, b) => a + b, 0), {timeout: 5000}).toBeGreaterThan(20_000);
  await source.close();
  expect(slabs.length).toBeLessThan(40);
});
