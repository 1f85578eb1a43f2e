import {describe, expect, onTestFinished, test} from 'vitest';
import {brokerAvailable} from '../kafka/broker-available.ts';
import {sharedBroker} from '../kafka/shared-broker.ts';
import {Seen} from './seen.ts';
import {runWorkload} from './workload.ts';

/** Of all runs together. */
const SNAPSHOTS = Number(process.env['MILLRACE_CONSISTENCY_SNAPSHOTS'] ?? 1000);
const TRANSACTIONS_PER_SNAPSHOT = 10;
const CLIENTS = Number(process.env['MILLRACE_CONSISTENCY_CLIENTS'] ?? 4);
const KILLS = SNAPSHOTS < 10_000 ? 2 : 5;
const WHOLE_READS = 200;
const SEED = Number(process.env['MILLRACE_CONSISTENCY_SEED'] ?? Date.now() % 2 ** 31);
const PARTITIONS = [1, 4];
const TIMEOUT_MS = 180_000 + SNAPSHOTS * 100;
const REPORT_MS = 20_000;

describe.skipIf(!brokerAvailable())(`views over transfers between accounts (seed ${SEED})`, () => {
  // A violation that comes once is a violation: no second try.
  test.for(PARTITIONS)(
    'topic of %i: what a transaction reads is of one moment, right for it, and never before what was seen, across kills',
    {timeout: TIMEOUT_MS, retry: 0},
    async partitions => {
      const {brokers} = await sharedBroker();
      const snapshots = Math.ceil(SNAPSHOTS / PARTITIONS.length);
      const seen = new Seen(partitions, snapshots);
      const report = (): void =>
        void process.stdout.write(
          `consistency, partitions ${partitions}: ${seen.snapshots} snapshots of ${seen.steps.size} steps, ${seen.violating} violating\n`,
        );
      const reporting = setInterval(report, REPORT_MS);
      onTestFinished(() => clearInterval(reporting));
      const end = await runWorkload({
        brokers,
        partitions,
        transactions: snapshots * TRANSACTIONS_PER_SNAPSHOT,
        seen,
        clients: CLIENTS,
        kills: KILLS,
        seed: SEED + partitions,
        wholeEvery: Math.max(1, Math.floor(snapshots / WHOLE_READS)),
      });
      report();
      expect(seen.violations).toEqual([]);
      expect(seen.violating).toBe(0);
      expect(seen.snapshots).toBeGreaterThan(snapshots);
      expect(seen.floor.frontier).toEqual(end);
      // Else it would have been a quiet server.
      expect(seen.steps.size).toBeGreaterThan(snapshots / 20);
    },
  );
});
