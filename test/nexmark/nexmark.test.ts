import {describe, expect, test} from 'vitest';
import {differenceOf} from '../crash/compare-rows.ts';
import {below, seededRandom} from '../../src/common/testing/seeded-random.ts';
import {generatedEvents, referenceEvents} from './events.ts';
import {NexmarkEngine} from './nexmark-engine.ts';
import {PostgresNexmark} from './postgres-nexmark.ts';
import {TIED_QUERIES} from './tied-queries.ts';

const EVENTS = Number(process.env['MILLRACE_NEXMARK_EVENTS'] ?? 4_000);
const SEED = Number(process.env['MILLRACE_NEXMARK_SEED'] ?? Date.now() % 1e6);
/** Event time that they span: some windows of 10 s. */
const EVENT_SECONDS = 45;
/** Most of it is spent on rows that are compared. */
const TIMEOUT = Math.max(600_000, EVENTS * 30);
/** How many prefixes are compared. */
const PREFIXES = 4;

/** Queries with one right answer. */
const CERTAIN = [
  'q0',
  'q1',
  'q2',
  'q3',
  'q4',
  'q5',
  'q7',
  'q8',
  'q10',
  'q11',
  'q13',
  'q14',
  'q15',
  'q16',
  'q17',
  'q20',
  'q21',
  'q22',
  'q23',
];

const INPUTS: readonly [string, () => Uint8Array[] | undefined][] = [
  ['of our generator', () => generatedEvents(EVENTS, SEED, EVENTS / EVENT_SECONDS)],
  ['whose bidders are the people that sell', () => generatedEvents(Math.min(EVENTS, 6000), 2, 10_000).map(sharedIds)],
  ['of the reference (needs MILLRACE_FIXTURES)', referenceEvents],
];

/** The reference counts bidders from 2000 and people from 1000: q23 has few rows before people come to 2000. */
function sharedIds(event: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(event).toString().replace('"bidder":2', '"bidder":1'));
}

describe.each(INPUTS)('nexmark over events %s', (_name, read) => {
  const events = read()?.slice(0, EVENTS);

  test.skipIf(events === undefined)(
    `every view is PostgreSQL's answer over every prefix looked at, whatever the steps, and after a restart (seed ${SEED})`,
    {timeout: TIMEOUT},
    async () => {
      const all = events!;
      const random = seededRandom(SEED);
      const postgres = await PostgresNexmark.start();
      const engine = await NexmarkEngine.start([...CERTAIN, ...Object.keys(TIED_QUERIES)]);
      let at = 0;
      let loaded = 0;
      const wrong: string[] = [];
      for (let prefix = 1; prefix <= PREFIXES; prefix++) {
        const end = Math.floor((all.length * prefix) / PREFIXES) - (prefix < PREFIXES ? below(random, 50) : 0);
        while (at < end) {
          const next = Math.min(end, at + 1 + below(random, below(random, 4) === 0 ? 7 : all.length / 8));
          await engine.append(all.slice(at, next));
          at = next;
        }
        if (prefix === 2) await engine.restart();
        await postgres.append(all.slice(loaded, at));
        loaded = at;
        for (const query of CERTAIN) {
          const difference = differenceOf(await engine.rows(`SELECT * FROM ${query}`), await postgres.rows(query));
          if (difference !== undefined) wrong.push(`${query} after ${at} events: ${difference}`);
        }
        for (const [query, compare] of Object.entries(TIED_QUERIES)) {
          const difference = await compare(engine, postgres);
          if (difference !== undefined) wrong.push(`${query} after ${at} events: ${difference}`);
        }
      }
      await postgres.close();
      expect(wrong).toEqual([]);
    },
  );
});

/** Queries that let go of state as time passes. */
const TIMED = ['q4', 'q5', 'q6', 'q7', 'q8', 'q9', 'q11'];

test(`events out of order count, those behind the watermark are in $late and nowhere else (seed ${SEED})`, {timeout: TIMEOUT}, async () => {
  const random = seededRandom(SEED);
  const count = EVENTS;
  const perSecond = count / EVENT_SECONDS;
  // Most lie within the 4 seconds that the watermark leaves, a few come much later.
  const delay = () => random() * perSecond * (below(random, 100) === 0 ? 15 : 3.5);
  const all = generatedEvents(count, SEED, perSecond)
    .map((event, i) => ({event, at: i + delay()}))
    .sort((a, b) => a.at - b.at)
    .map(({event}) => event);
  const postgres = await PostgresNexmark.start();
  const engine = await NexmarkEngine.start(TIMED);
  await postgres.append(all);
  for (let at = 0; at < all.length;) {
    const next = at + 1 + below(random, 300);
    await engine.append(all.slice(at, next));
    at = next;
  }
  // An event may be too late for some of its hopping windows and in time for others.
  const windows = await engine.rows('SELECT _offset, window_start FROM "q5$late"');
  await postgres.leaveOutOfWindows(
    windows.map(([offset]) => Number(offset)),
    windows.map(([, start]) => start!),
  );
  const wrong: string[] = [];
  let allLate = 0;
  for (const query of TIMED) {
    const late = (await engine.rows(`SELECT DISTINCT _offset FROM "${query}$late"`)).map(([offset]) => Number(offset));
    await postgres.leaveOut(query === 'q5' ? [] : late);
    const compare =
      TIED_QUERIES[query] ?? (async () => differenceOf(await engine.rows(`SELECT * FROM ${query}`), await postgres.rows(query)));
    const difference = await compare(engine, postgres);
    allLate += late.length;
    if (difference !== undefined) wrong.push(`${query} without ${late.length} late events: ${difference}`);
  }
  await postgres.close();
  expect(wrong).toEqual([]);
  expect(allLate).toBeGreaterThan(0);
});
