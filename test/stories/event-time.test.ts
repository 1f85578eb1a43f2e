import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {brokerAvailable} from '../kafka/broker-available.ts';
import {sharedBroker} from '../kafka/shared-broker.ts';
import {createTopic, growTopic, kafkajs} from '../kafka/topics.ts';
import {withConnection, type Row} from '../server/query.ts';
import {startServer, type RunningServer} from '../server/start-server.ts';

const FINALS = (size: string) =>
  `SELECT window_start, window_end, count(*) AS n FROM TUMBLE(bids, ts, INTERVAL '${size}') GROUP BY window_start, window_end EMIT ON WINDOW CLOSE`;

type Run = (sql: string) => Promise<Row[]>;
type Message = {readonly partition?: number; readonly timestamp?: string; readonly value: string};

describe.skipIf(!brokerAvailable())('event time from a topic, as a client of the server sees it', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'millrace-event-time-'));
  let server: RunningServer;
  let brokers: string;
  beforeAll(async () => {
    ({brokers} = await sharedBroker());
    server = await startServer({dataDirectory: directory});
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(directory, {recursive: true, force: true});
  });

  async function produce(topic: string, messages: readonly Message[]): Promise<void> {
    const producer = kafkajs(brokers).producer();
    await producer.connect();
    await producer.send({topic, messages: messages.map(m => ({partition: 0, ...m}))});
    await producer.disconnect();
  }

  /** A schema of its own, so that each test may call its things what it likes. */
  const inSchema = (name: string, use: (run: Run) => Promise<void>): Promise<void> =>
    withConnection(server.port, async run => {
      await run(`CREATE SCHEMA ${name}`);
      await run(`SET search_path = ${name}, public`);
      await use(run);
      await run('DROP STREAM bids CASCADE');
    });
  const stream = (topic: string, columns: string, options = ''): string =>
    `CREATE STREAM bids (${columns}) WITH (connector = 'kafka', brokers = '${brokers}', topic = '${topic}'${options})`;
  const status = async (run: Run, view: string): Promise<string> => (await run(`SHOW STATUS FOR VIEW ${view}`))[0]!.at(-1) ?? '';
  const bid = (at: number, v = 1): string => JSON.stringify({ts: new Date(at).toISOString(), v});
  const WATERMARK = 'ts timestamptz, v int, WATERMARK FOR ts AS ts';

  test('input stops in the middle of a window: the status says what it waits for, and the window closes after the idle timeout', async () => {
    const topic = await createTopic(brokers);
    await inSchema('silence', async run => {
      await run(stream(topic, WATERMARK, ", idle_timeout = '2 seconds', on_idle = 'advance'"));
      await run(`CREATE MATERIALIZED VIEW finals AS ${FINALS('1 second')}`);
      await run('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM bids');
      await produce(topic, [{value: bid(Date.now())}]);
      await expect.poll(() => run('SELECT n FROM n')).toEqual([['1']]);
      await expect
        .poll(() => status(run, 'finals'))
        .toMatch(/bids has (had no record|been silent) since .*; window \[.*\) closes (when|at)/);
      await expect.poll(() => run('SELECT n FROM finals')).toEqual([['1']]);
      expect(await status(run, 'finals')).toBe('');
    });
  });

  test('one of four partitions is silent from the start: results still flow', async () => {
    const topic = await createTopic(brokers, {partitions: 4});
    await inSchema('one_silent', async run => {
      // Not because of the timeout: a partition without a record holds nothing back.
      await run(stream(topic, WATERMARK, ", idle_timeout = '1 hour'"));
      await run(`CREATE MATERIALIZED VIEW finals AS ${FINALS('10 minutes')}`);
      const noon = Date.UTC(2026, 0, 1, 12);
      const of = (at: number) => [0, 1, 3].map(partition => ({partition, value: bid(at)}));
      await produce(topic, [...of(noon), ...of(noon + 600_000)]);
      await expect.poll(() => run('SELECT window_end, n FROM finals')).toEqual([['2026-01-01 12:10:00+00', '3']]);
      expect(await run(`SELECT partition, idle, holds_back FROM millrace.watermarks WHERE schema = 'one_silent' ORDER BY 1`)).toEqual([
        ['0', 'f', 't'],
        ['1', 'f', 't'],
        ['2', 't', 'f'],
        ['3', 'f', 't'],
      ]);
    });
  });

  test('a partition is added later with old records: the watermark does not go back, closed windows stay, and the records are in $late', async () => {
    const topic = await createTopic(brokers);
    await inSchema('one_more', async run => {
      await run(stream(topic, WATERMARK, ", topic.metadata.refresh.interval.ms = 200, idle_timeout = '1 hour'"));
      await run(`CREATE MATERIALIZED VIEW finals AS ${FINALS('10 minutes')}`);
      const noon = Date.UTC(2026, 0, 1, 12);
      await produce(topic, [{value: bid(noon)}, {value: bid(noon + 600_000)}]);
      await expect.poll(() => run('SELECT window_end, n FROM finals')).toEqual([['2026-01-01 12:10:00+00', '1']]);
      await growTopic(brokers, topic, 2);
      await produce(topic, [
        {partition: 1, value: bid(noon + 60_000)},
        {partition: 1, value: bid(noon + 660_000)},
      ]);
      const late = () => run('SELECT _partition, _offset, window_end FROM "finals$late"');
      await expect.poll(late).toEqual([['1', '0', '2026-01-01 12:10:00+00']]);
      // The new one holds the next window open until it has come as far.
      await produce(topic, [{value: bid(noon + 1_260_000)}]);
      await produce(topic, [{partition: 1, value: bid(noon + 1_200_000)}]);
      await expect
        .poll(() => run('SELECT window_end, n FROM finals ORDER BY 1'))
        .toEqual([
          ['2026-01-01 12:10:00+00', '1'],
          ['2026-01-01 12:20:00+00', '2'],
        ]);
    });
  });

  test('an event time of 2099: no window closes early, and the record is quarantined with its place', async () => {
    const topic = await createTopic(brokers);
    await inSchema('far_ahead', async run => {
      await run(stream(topic, WATERMARK));
      await run(`CREATE MATERIALIZED VIEW finals AS ${FINALS('10 minutes')}`);
      await run('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM bids');
      const noon = Date.UTC(2026, 0, 1, 12);
      await produce(topic, [
        {value: bid(noon)},
        {value: bid(Date.UTC(2099, 0, 1))},
        // Of an old producer, which knows no time stamps.
        {value: bid(noon + 60_000), timestamp: '0'},
        {value: bid(Date.UTC(2099, 0, 1)), timestamp: '0'},
      ]);
      await expect.poll(() => run('SELECT n FROM n')).toEqual([['2']]);
      expect(await run('SELECT * FROM finals')).toEqual([]);
      const errors = await run(`SELECT _offset, "column", reason LIKE '%2099-01-01%max_ahead%' FROM "bids$errors" ORDER BY 1`);
      expect(errors).toEqual([
        ['1', 'ts', 't'],
        ['3', 'ts', 't'],
      ]);
      await produce(topic, [{value: bid(noon + 600_000)}]);
      await expect.poll(() => run('SELECT n FROM finals')).toEqual([['2']]);
    });
  });

  test('ISO 8601 with Z and with an offset, epoch seconds, milliseconds and microseconds: the right instant, or a loud error', async () => {
    const topic = await createTopic(brokers);
    await inSchema('spellings', async run => {
      const computed = ['iso::timestamptz', 'to_timestamp(seconds)', 'to_timestamp(millis / 1000.0)', 'to_timestamp(micros / 1000000.0)'];
      const columns = computed.map((e, i) => `t${i} timestamptz AS (${e})`).join(', ');
      await run(
        stream(
          topic,
          `id int, iso text, seconds int8, millis int8, micros int8, ts timestamptz, ${columns}, WATERMARK FOR ts AS ts - INTERVAL '1 minute'`,
        ),
      );
      await run('CREATE MATERIALIZED VIEW seen AS SELECT id, ts, t0, t1, t2, t3 FROM bids');
      const record = (id: number, iso: string, at: number, more: object = {}): Message => {
        const times = {ts: iso, seconds: Math.floor(at / 1000), millis: at, micros: at * 1000};
        return {value: JSON.stringify({id, iso, ...times, ...more})};
      };
      const at = Date.UTC(2026, 0, 1, 12);
      await produce(topic, [
        record(1, '2026-01-01T12:00:00Z', at),
        record(2, '2026-01-01T14:30:00+02:30', at),
        record(3, '2026-01-01T12:00:00.123Z', at + 123),
        record(4, '2026-01-01T12:00:00.123456-00:00', at + 123),
        // None of these becomes NULL or another instant.
        record(5, '2026-01-01T12:00:00Z', at, {ts: 'noon'}),
        record(6, 'noon', at, {ts: '2026-01-01T12:00:00Z'}),
        record(7, '2026-13-01T12:00:00Z', at),
      ]);
      const [whole, part] = ['2026-01-01 12:00:00+00', '2026-01-01 12:00:00.123+00'];
      const micros = '2026-01-01 12:00:00.123456+00';
      await expect
        .poll(() => run('SELECT * FROM seen ORDER BY id'))
        .toEqual([
          ['1', whole, whole, whole, whole, whole],
          ['2', whole, whole, whole, whole, whole],
          ['3', part, part, whole, part, part],
          ['4', micros, micros, whole, part, part],
        ]);
      expect((await run('SELECT _offset, "column" FROM "bids$errors" ORDER BY 1')).map(row => row.join(' '))).toEqual([
        '4 ts',
        '5 t0',
        '6 ts',
      ]);
    });
    // Milliseconds taken for seconds are far ahead.
    await inSchema('wrong_unit', async run => {
      await run(stream(topic, 'id int, millis int8, ts timestamptz AS (to_timestamp(millis)), WATERMARK FOR ts AS ts'));
      await run('CREATE MATERIALIZED VIEW seen AS SELECT id, ts FROM bids');
      await expect.poll(() => run(`SELECT count(*) FROM "bids$errors" WHERE reason LIKE '%max_ahead%'`)).toEqual([['7']]);
      expect(await run('SELECT * FROM seen')).toEqual([]);
    });
  });
});
