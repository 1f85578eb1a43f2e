import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, describe, expect, test} from 'vitest';
import {QUERIES} from '../../bench/nexmark/statements.ts';
import {psqlAvailable} from '../clients/available.ts';
import {differenceOf} from '../crash/compare-rows.ts';
import {brokerAvailable} from '../kafka/broker-available.ts';
import {produceAll} from '../kafka/producer.ts';
import {sharedBroker} from '../kafka/shared-broker.ts';
import {createTopic} from '../kafka/topics.ts';
import {query} from '../server/query.ts';
import {startServer} from '../server/start-server.ts';
import {generatedEvents, referenceEvents} from './events.ts';
import {PostgresNexmark} from './postgres-nexmark.ts';
import {BID_STEPS, TIED_QUERIES} from './tied-queries.ts';

const EVENTS = Number(process.env['MILLRACE_NEXMARK_EVENTS'] ?? 4_000);
const PARTITIONS = 8;
const SCRIPTS = fileURLToPath(new URL('../../bench/nexmark/', import.meta.url));

describe.skipIf(!brokerAvailable() || !psqlAvailable())(
  'nexmark as anyone runs it: psql, a topic of 8 partitions, a server that is killed',
  () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'millrace-nexmark-'));
    afterAll(() => rmSync(directory, {recursive: true, force: true}));

    test('every view is PostgreSQL’s answer', {timeout: Math.max(300_000, EVENTS * 20)}, async () => {
      const events = referenceEvents()?.slice(0, EVENTS) ?? generatedEvents(EVENTS, 3, 100);
      const {brokers} = await sharedBroker();
      const topic = await createTopic(brokers, {partitions: PARTITIONS});
      let server = await startServer({dataDirectory: directory});
      const psql = (...args: string[]) =>
        promisify(execFile)('psql', ['-h', '127.0.0.1', '-p', String(server.port), '-v', 'ON_ERROR_STOP=1', '-qX', ...args]);
      const half = events.length / 2;
      await produceAll({brokers, topic, acks: -1}, events.slice(0, half));
      await psql('-v', `brokers=${brokers}`, '-v', `topic=${topic}`, '-f', path.join(SCRIPTS, 'schema.sql'), '-c', BID_STEPS);
      await psql(...QUERIES.flatMap(name => ['-f', path.join(SCRIPTS, `${name}.sql`)]));
      await server.kill();
      server = await startServer({dataDirectory: directory});
      await produceAll({brokers, topic, acks: -1}, events.slice(half));
      const engine = {rows: (sql: string) => query(server.port, sql)};
      await expect
        .poll(async () => Number((await engine.rows('SELECT count(*) FROM nexmark'))[0]![0]), {timeout: 60_000})
        .toBe(events.length);

      const postgres = await PostgresNexmark.start();
      await postgres.append(events);
      const wrong: string[] = [];
      for (const name of QUERIES) {
        const compare = TIED_QUERIES[name];
        const difference =
          compare === undefined
            ? differenceOf(await engine.rows(`SELECT * FROM ${name}`), await postgres.rows(name))
            : await compare(engine, postgres);
        if (difference !== undefined) wrong.push(`${name}: ${difference}`);
      }
      await postgres.close();
      await server.stop();
      expect(wrong).toEqual([]);
    });
  },
);
