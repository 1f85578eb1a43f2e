import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {withConnection, type Row} from '../server/query.ts';
import {startServer} from '../server/start-server.ts';
import {brokerAvailable} from './broker-available.ts';
import {startBroker, type Broker} from './broker.ts';
import {produceAll} from './producer.ts';
import {createTopic, deleteBelow, withAdmin} from './topics.ts';

describe.skipIf(!brokerAvailable())('a server, its restarts and a broker in trouble', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'millrace-streams-'));
  let broker: Broker | undefined;
  afterAll(async () => {
    await broker?.stop();
    rmSync(directory, {recursive: true, force: true});
  });
  const values = (from: number, count: number): Uint8Array[] => Array.from({length: count}, (_, i) => Buffer.from(`{"v": ${from + i}}`));
  const line = (rows: readonly Row[], name: string): string => rows.find(row => row[1] === name)!.join('|');

  test(
    'retention passes the stored offset while the server is down: it stops and says what is missing; RESET goes on, and all of it lasts',
    {timeout: 120_000},
    async () => {
      broker = await startBroker();
      const {brokers} = broker;
      const topic = await createTopic(brokers);
      await produceAll({brokers, topic, acks: -1}, [...values(0, 9), Buffer.from('no JSON')]);
      let server = await startServer({dataDirectory: directory});
      await withConnection(server.port, async run => {
        await run(`CREATE STREAM s (v int) WITH (connector = 'kafka', brokers = '${brokers}', topic = '${topic}')`);
        await run('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n, sum(v) AS total FROM s');
        await expect.poll(() => run('SELECT * FROM n')).toEqual([['9', '36']]);
      });
      await server.stop();
      await produceAll({brokers, topic, acks: -1}, values(10, 20));
      await deleteBelow(brokers, topic, 15);
      server = await startServer({dataDirectory: directory});
      await withConnection(server.port, async run => {
        const status = async (): Promise<string> => line(await run('SHOW STATUS'), 's');
        await expect.poll(status, {timeout: 20_000}).toMatch(/stopped.*offsets 10 to 14 of partition 0 were deleted before they were read/);
        expect(await run('SELECT * FROM n')).toEqual([['9', '36']]);
        await run('ALTER STREAM s RESET TO EARLIEST');
        await expect.poll(() => run('SELECT * FROM n'), {timeout: 20_000}).toEqual([['24', '366']]);
        expect(await status()).toContain('running');
      });
      // The crash comes after the acknowledgement: nothing of it is lost.
      await server.kill();
      server = await startServer({dataDirectory: directory});
      await withConnection(server.port, async run => {
        await expect.poll(() => run('SELECT * FROM n'), {timeout: 20_000}).toEqual([['24', '366']]);
        const errors = await run('SELECT _offset, reason, convert_from(payload, $$UTF8$$) FROM "s$errors" ORDER BY _offset, reason');
        expect(errors).toEqual([
          ['9', expect.any(String), 'no JSON'],
          ['10', 'offsets 10 to 14 were skipped by ALTER STREAM RESET', null],
        ]);
      });
      await server.stop();
    },
  );

  test(
    'retention takes records that a restart has to read again: views that had them are not served until RESET, all else is',
    {timeout: 120_000},
    async () => {
      broker ??= await startBroker();
      const {brokers} = broker;
      const topic = await createTopic(brokers);
      await produceAll({brokers, topic, acks: -1}, values(0, 10));
      const dataDirectory = path.join(directory, 'gone');
      let server = await startServer({dataDirectory});
      await withConnection(server.port, async run => {
        await run(`CREATE STREAM s (v int) WITH (connector = 'kafka', brokers = '${brokers}', topic = '${topic}')`);
        await run('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n, sum(v) AS total FROM s');
        await run('CREATE TABLE t (k int)');
        await expect.poll(() => run('SELECT n FROM n')).toEqual([['10']]);
        await run('CHECKPOINT');
        await produceAll({brokers, topic, acks: -1}, values(10, 10));
        await expect.poll(() => run('SELECT n FROM n')).toEqual([['20']]);
        await run('INSERT INTO t VALUES (1)');
      });
      await server.kill();
      await deleteBelow(brokers, topic, 15);
      server = await startServer({dataDirectory});
      const missing = `stream "s" misses offsets 10 to 19 of partition 0 of topic "${topic}", which its views had read before the restart: offsets 10 to 14 of partition 0 were deleted`;
      await withConnection(server.port, async run => {
        expect(await run('SELECT k FROM t')).toEqual([['1']]);
        await expect(run('SELECT n FROM n')).rejects.toMatchObject({
          code: '55000',
          message: expect.stringContaining(`materialized view "n" cannot be served: ${missing}`) as string,
          hint: expect.stringContaining('ALTER STREAM s RESET TO EARLIEST') as string,
        });
        expect(line(await run('SHOW STATUS'), 's')).toContain(missing);
        expect(line(await run('SHOW STATUS'), 'n')).toContain('not served');
        expect(server.log).toContain(missing.replaceAll('"', '\\"'));
        expect(server.log).toContain('Views that cannot be served');
        await run('ALTER STREAM s RESET TO EARLIEST');
        await expect.poll(() => run('SELECT * FROM n'), {timeout: 20_000}).toEqual([['15', '130']]);
        expect(await run('SELECT reason FROM "s$errors"')).toEqual([['offsets 10 to 14 were skipped by ALTER STREAM RESET']]);
        await produceAll({brokers, topic, acks: -1}, values(20, 5));
        await expect.poll(() => run('SELECT n FROM n')).toEqual([['20']]);
      });
      await server.kill();
      await withAdmin(brokers, admin => admin.deleteTopics({topics: [topic]}));
      server = await startServer({dataDirectory});
      await withConnection(server.port, async run => {
        expect(await run('SELECT k FROM t')).toEqual([['1']]);
        await expect(run('SELECT n FROM n')).rejects.toMatchObject({
          code: '55000',
          message: expect.stringMatching(/misses offsets 15 to 24 of partition 0 of topic .*does not exist any more/) as string,
        });
      });
      await server.stop();
    },
  );

  test(
    'the broker dies under load: the status says so meanwhile, reads go on, and nothing is missing afterwards',
    {timeout: 180_000},
    async () => {
      broker ??= await startBroker();
      const {brokers} = broker;
      const topic = await createTopic(brokers, {config: {'flush.messages': '1'}});
      await produceAll({brokers, topic, acks: -1}, values(0, 200_000));
      const dataDirectory = path.join(directory, 'down');
      const server = await startServer({dataDirectory});
      await withConnection(server.port, async run => {
        await run(
          `CREATE STREAM s (v int) WITH (connector = 'kafka', brokers = '${brokers}', topic = '${topic}', fetch.max.bytes = 20000)`,
        );
        await run('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n, sum(v) AS total FROM s');
        await expect.poll(async () => Number((await run('SELECT n FROM n'))[0]![0]), {interval: 5}).toBeGreaterThan(0);
        await broker!.kill();
        await expect
          .poll(async () => line(await run('SHOW STATUS'), 's'), {timeout: 20_000})
          .toMatch(/retrying.*could not reach Kafka broker/);
        // A read of the view answers; a recent one names the broker; both at once.
        const [[before]] = (await run('SELECT n FROM n')) as [[string]];
        await run('SET real_time_recency = on');
        await expect(run('SELECT n FROM n')).rejects.toMatchObject({code: '08006', message: expect.stringContaining(brokers) as string});
        await run('SET real_time_recency = off');
        await new Promise(resolve => setTimeout(resolve, 3000));
        expect(await run('SELECT n FROM n')).toEqual([[before]]);
        await broker!.restart();
        await expect.poll(() => run('SELECT * FROM n'), {timeout: 60_000}).toEqual([['200000', '19999900000']]);
        expect(line(await run('SHOW STATUS'), 's')).toContain('running');
      });
      await server.stop();
    },
  );
});
