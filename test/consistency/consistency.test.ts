import {describe, expect, test} from 'vitest';
import {brokerAvailable} from '../kafka/broker-available.ts';
import {sharedBroker} from '../kafka/shared-broker.ts';
import {runWorkload} from './workload.ts';

/** All of one run, half for a topic with one partition and half for one with four: MILLRACE_CONSISTENCY_SNAPSHOTS=100000. */
const SNAPSHOTS = Number(process.env['MILLRACE_CONSISTENCY_SNAPSHOTS'] ?? 1600);
const TRANSACTIONS = Number(process.env['MILLRACE_CONSISTENCY_TRANSACTIONS'] ?? 40_000);
const KILLS = Number(process.env['MILLRACE_CONSISTENCY_KILLS'] ?? 4);
const SEED = Number(process.env['MILLRACE_CONSISTENCY_SEED'] ?? Date.now() % 2 ** 31);
const FULL_READS = 400;
const TIMEOUT_MS = 120_000 + SNAPSHOTS * 100;

describe.skipIf(!brokerAvailable())(`views over transfers between accounts (seed ${SEED})`, () => {
  // A violation that comes once is a violation: no second try.
  test.for([1, 4])(
    'with %i partitions: what a transaction reads is of one moment, right for it, and never before what was seen, across kills',
    {timeout: TIMEOUT_MS, retry: 0},
    async partitions => {
      const {brokers} = await sharedBroker();
      const snapshots = Math.ceil(SNAPSHOTS / 2);
      const {seen, end} = await runWorkload({
        brokers,
        partitions,
        transactions: Math.ceil(TRANSACTIONS / 2),
        snapshots,
        kills: Math.ceil(KILLS / 2),
        seed: SEED + partitions,
        fullEvery: Math.max(1, Math.floor(snapshots / FULL_READS)),
      });
      process.stdout.write(
        `consistency, ${partitions} partitions: ${seen.snapshots} snapshots of ${seen.steps.size} steps, ${seen.violating} violating\n`,
      );
      expect(seen.violations).toEqual([]);
      expect(seen.violating).toBe(0);
      expect(seen.snapshots).toBeGreaterThan(snapshots);
      expect(seen.floor.frontier).toEqual(end);
      // Else it would have been a quiet server.
      expect(seen.steps.size).toBeGreaterThan(snapshots / 20);
    },
  );
});
