import {expect, test} from 'vitest';
import {below, seededRandom} from '../../src/common/testing/seeded-random.ts';
import {differenceOf} from '../crash/compare-rows.ts';
import {csvRows} from '../files/finished-rows.ts';
import {generatedEvents} from './events.ts';
import {NexmarkEngine} from './nexmark-engine.ts';
import {PostgresNexmark} from './postgres-nexmark.ts';

const EVENTS = Number(process.env['MILLRACE_NEXMARK_EVENTS'] ?? 4_000);
const SEED = Number(process.env['MILLRACE_NEXMARK_SEED'] ?? Date.now() % 1e6);
/** So that they are of several minutes. */
const EVENT_SECONDS = 300;
const PATH = '/q10';

test(
  `q10 by its files is PostgreSQL's answer over every prefix, whatever the steps, over restarts and kills (seed ${SEED})`,
  {timeout: Math.max(300_000, EVENTS * 30)},
  async () => {
    const events = generatedEvents(EVENTS, SEED, EVENTS / EVENT_SECONDS);
    const random = seededRandom(SEED);
    const postgres = await PostgresNexmark.start();
    const engine = await NexmarkEngine.start(['q10-files'], {path: PATH});
    const wrong: string[] = [];
    let minutes = 0;
    for (let at = 0, loaded = 0; at < events.length;) {
      const next = Math.min(events.length, at + 1 + below(random, below(random, 4) === 0 ? 7 : events.length / 8));
      await engine.append(events.slice(at, next));
      at = next;
      if (below(random, 4) === 0) await engine.restart();
      else if (below(random, 3) === 0) await engine.crash(below(random, 2) === 0);
      if (below(random, 2) === 0 && at < events.length) continue;
      await engine.rows('CHECKPOINT');
      await postgres.append(events.slice(loaded, at));
      loaded = at;
      const files = engine.finishedFiles(PATH);
      minutes = new Set(files.map(({name}) => name.slice(0, name.lastIndexOf('/')))).size;
      const difference = differenceOf(csvRows(files), await postgres.rows('q10'));
      if (difference !== undefined) wrong.push(`after ${at} events: ${difference}`);
    }
    await postgres.close();
    expect(wrong).toEqual([]);
    expect(minutes).toBeGreaterThan(3);
  },
);
