import {afterEach, expect, test} from 'vitest';
import {InlineEngine} from '../../testing/inline-engine.ts';
import type {InlineSession} from '../../testing/inline-session.ts';
import {ScriptedTopic} from '../../testing/scripted-topic.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const running: InlineEngine[] = [];
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
});

async function start(topic?: ScriptedTopic): Promise<InlineSession> {
  const engine = await InlineEngine.start(topic && {connectors: {generator: topic.open}});
  running.push(engine);
  const session = engine.session();
  await session.all("SET millrace.clock = '2026-01-01 12:00:00'");
  return session;
}

const topicOptions = (partitions: number, more = ''): string =>
  `WITH (connector = 'generator', generator = 'sequence', rate = 0, partitions = ${partitions}${more})`;
const FINALS = `SELECT window_start, count(*) AS n FROM TUMBLE(bids, ts, INTERVAL '10 minutes') GROUP BY window_start, window_end EMIT ON WINDOW CLOSE`;
const statusOf = async (session: InlineSession, view: string) => (await session.rows(`SHOW STATUS FOR VIEW ${view}`))[0]!.at(-1);
const bid = (time: string, v = 1) => ({ts: `2026-01-01T${time}`, v});

test('input stops in the middle of a window: the status says so, and when it closes', async () => {
  const session = await start();
  await session.all("CREATE STREAM bids (ts timestamp, v int, WATERMARK FOR ts AS ts - INTERVAL '5 seconds') WITH (on_idle = 'advance')");
  await session.all(`CREATE MATERIALIZED VIEW finals AS ${FINALS}`);
  expect(await statusOf(session, 'finals')).toBeNull();
  await session.all("INSERT INTO bids VALUES ('2026-01-01 12:03:00', 1)");
  const window = 'window [2026-01-01 12:00:00+00, 2026-01-01 12:10:00+00)';
  expect(await statusOf(session, 'finals')).toBe(
    `bids has had no record since 2026-01-01 12:00:00+00; ${window} closes when it reaches 2026-01-01 12:10:05+00, or has been silent for idle_timeout = '00:00:30'`,
  );
  await session.all("SET millrace.clock = '2026-01-01 12:00:30'");
  expect(await statusOf(session, 'finals')).toBe(
    `bids has been silent since 2026-01-01 12:00:00+00, so its watermark goes on with the clock; ${window} closes at 2026-01-01 12:07:05+00`,
  );
  await session.all("SET millrace.clock = '2026-01-01 12:07:04.999999'");
  expect(await session.rows('SELECT * FROM finals')).toEqual([]);
  await session.all("SET millrace.clock = '2026-01-01 12:07:05'");
  expect(await session.rows('SELECT n FROM finals')).toEqual([['1']]);
  await session.all("INSERT INTO bids VALUES ('2026-01-01 12:05:00', 2)");
  expect(await statusOf(session, 'finals')).toBe('1 row in "finals$late"');
});

test("on_idle = 'wait': the window stays open, and the status says what would close it", async () => {
  const session = await start();
  await session.all("CREATE STREAM bids (ts timestamp, v int, WATERMARK FOR ts AS ts - INTERVAL '5 seconds')");
  await session.all(`CREATE MATERIALIZED VIEW finals AS ${FINALS}`);
  await session.all("INSERT INTO bids VALUES ('2026-01-01 12:03:00', 1)");
  await session.all("SET millrace.clock = '2026-01-01 13:00:00'");
  expect(await session.rows('SELECT * FROM finals')).toEqual([]);
  expect(await statusOf(session, 'finals')).toBe(
    'bids has been silent since 2026-01-01 12:00:00+00; window [2026-01-01 12:00:00+00, 2026-01-01 12:10:00+00) closes when it reaches ' +
      "2026-01-01 12:10:05+00 (on_idle = 'advance' would let the clock close it)",
  );
});

test('a grace period of its own: the status counts with it, EXPLAIN shows it, and the state goes when it is over', async () => {
  const session = await start();
  await session.all(
    "CREATE STREAM bids (ts timestamp, v int, WATERMARK FOR ts AS ts - INTERVAL '5 seconds') WITH (allowed_lateness = '1 minute')",
  );
  const query = FINALS.replace("'10 minutes'", "'10 minutes', grace => INTERVAL '20 minutes'");
  const plan = (await session.rows(`EXPLAIN CREATE MATERIALIZED VIEW finals AS ${query}`)).join('\n');
  expect(plan).toContain('window close at #2 at floor(watermark(bids) - 00:20:00, 00:10:00) + 00:10:00');
  expect(plan).not.toContain('00:01:00');
  await session.all(`CREATE MATERIALIZED VIEW finals AS ${query}`);
  await session.all("INSERT INTO bids VALUES ('2026-01-01 12:03:00', 1)");
  expect(await statusOf(session, 'finals')).toContain(
    'window [2026-01-01 12:00:00+00, 2026-01-01 12:10:00+00) closes when it reaches 2026-01-01 12:30:05+00',
  );
  const groups = async () => (await session.rows("SELECT sum(state_rows) FROM millrace.operators WHERE kind LIKE 'aggregate%'"))[0]![0];
  await session.all("INSERT INTO bids VALUES ('2026-01-01 12:30:04', 2)");
  expect(await groups()).toBe('2');
  await session.all("INSERT INTO bids VALUES ('2026-01-01 12:30:05', 2)");
  expect(await groups()).toBe('1');
  expect(await session.rows('SELECT n FROM finals')).toEqual([['1']]);
});

test('a join that nothing bounds: CREATE says so with an estimate, EXPLAIN marks it, and a ttl ends and counts its rows', async () => {
  const session = await start();
  await session.all('CREATE STREAM orders (id int, v int); CREATE STREAM payments (id int)');
  const query = 'SELECT o.id, o.v FROM orders o JOIN payments p ON o.id = p.id';
  const explained = async (options: string) =>
    (await session.rows(`EXPLAIN CREATE MATERIALIZED VIEW paid ${options} AS ${query}`)).join('\n');
  const said = () => session.notices.splice(0).map(n => n.message);
  const [ever, hour] = ['', "WITH (ttl = '1 hour')"];
  expect(await explained(ever)).toContain('keeps every row of left and right');
  expect(await explained(hour)).toContain('ending left with #2 at now - 01:00:00 ending right with #1 at now - 01:00:00');
  said();
  await session.all(`CREATE MATERIALIZED VIEW kept AS ${query}`);
  expect(said()).toEqual([
    'nothing bounds the state of this join: it keeps every row of orders (about 32 bytes each) and every row of payments (about 28 bytes each)',
  ]);
  await session.all(`CREATE MATERIALIZED VIEW paid ${hour} AS ${query}`);
  expect(said()).toEqual([]);
  await session.all(`CREATE MATERIALIZED VIEW n ${hour} AS SELECT count(*) FROM orders`);
  expect(said()).toEqual(['ttl has no effect: no join of the view keeps rows for ever']);
  await session.all('INSERT INTO orders VALUES (1, 10), (2, 20)');
  const joins = () => session.rows("SELECT name, state_rows, expired FROM millrace.operators WHERE kind = 'inner-join' ORDER BY 1");
  await session.all("SET millrace.clock = '2026-01-01 13:00:02'");
  await session.all('INSERT INTO payments VALUES (2)');
  expect(await joins()).toEqual([
    ['kept', '3', '0'],
    ['paid', '1', '2'],
  ]);
});

test('RETENTION of a window does nothing, and a notice says so', async () => {
  const session = await start();
  await session.all('CREATE STREAM bids (ts timestamp, v int, WATERMARK FOR ts AS ts)');
  await session.all(
    'CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM bids WINDOW TUMBLING (SIZE 1 HOUR, RETENTION 7 DAYS, GRACE PERIOD 0 SECONDS)',
  );
  expect(session.notices.map(n => n.message)).toEqual(['RETENTION of a window has no effect: results of closed windows stay']);
});

test('one of four partitions is silent from the start: results still flow', async () => {
  const topic = new ScriptedTopic(4, NOON);
  const session = await start(topic);
  await session.all(`CREATE STREAM bids (ts timestamp, v int, WATERMARK FOR ts AS ts) ${topicOptions(4)}`);
  await session.all(`CREATE MATERIALIZED VIEW finals AS ${FINALS}; CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM bids`);
  await expect.poll(() => topic.opened).toBeGreaterThan(0);
  topic.tell(0, {kind: 'end', partition: 3, nextOffset: 0, endOffset: 0});
  for (const partition of [0, 1, 2]) topic.append(partition, bid('12:03:00'), bid('12:10:00'));
  await expect.poll(() => session.rows('SELECT n FROM finals')).toEqual([['3']]);
  expect(await session.rows('SELECT partition, watermark, idle, holds_back FROM millrace.watermarks ORDER BY 1')).toEqual([
    ...['0', '1', '2'].map(p => [p, '2026-01-01 12:10:00+00', 'f', 't']),
    ['3', null, 't', 'f'],
  ]);
});

test('a partition falls behind: the status names it, and idle_timeout lets the others go on', async () => {
  const topic = new ScriptedTopic(2, NOON);
  const session = await start(topic);
  await session.all(`CREATE STREAM bids (ts timestamp, v int, WATERMARK FOR ts AS ts - INTERVAL '5 seconds') ${topicOptions(2)}`);
  await session.all(`CREATE MATERIALIZED VIEW finals AS ${FINALS}; CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM bids`);
  topic.append(0, bid('12:03:00'), bid('12:20:00'));
  topic.append(1, bid('12:02:00'));
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['3']]);
  expect(await session.rows('SELECT * FROM finals')).toEqual([]);
  expect(await statusOf(session, 'finals')).toBe(
    'partition 1 of bids has had no record since 2026-01-01 12:00:00+00; window [2026-01-01 12:00:00+00, 2026-01-01 12:10:00+00) closes when it ' +
      "reaches 2026-01-01 12:10:05+00, or has been silent for idle_timeout = '00:00:30'",
  );
  await session.all("SET millrace.clock = '2026-01-01 12:00:20'");
  topic.append(0, bid('12:21:00'));
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['4']]);
  await session.all("SET millrace.clock = '2026-01-01 12:00:30'");
  expect(await session.rows('SELECT n FROM finals')).toEqual([['2']]);
  // Back again with a row of the closed window.
  topic.append(1, bid('12:04:00'));
  await expect.poll(() => session.rows('SELECT count(*) FROM "finals$late"')).toEqual([['1']]);
});

test('unread records are no silence: a partition that has not been read to its end is never idle', async () => {
  const topic = new ScriptedTopic(2, NOON);
  const session = await start(topic);
  await session.all(`CREATE STREAM bids (ts timestamp, v int, WATERMARK FOR ts AS ts) ${topicOptions(2)}`);
  await session.all(`CREATE MATERIALIZED VIEW finals AS ${FINALS}; CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM bids`);
  await expect.poll(() => topic.opened).toBeGreaterThan(0);
  topic.tell(0, {kind: 'end', partition: 1, nextOffset: 0, endOffset: 5});
  topic.append(0, bid('12:03:00'), bid('12:20:00'));
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['2']]);
  await session.all("SET millrace.clock = '2026-01-01 12:10:00'");
  expect(await session.rows('SELECT * FROM finals')).toEqual([]);
  expect(await statusOf(session, 'finals')).toContain('partition 1 of bids has not been read to its end');
});

test('a timestamp of 2099 in a topic is quarantined with its place, and closes nothing', async () => {
  const topic = new ScriptedTopic(1, NOON);
  const session = await start(topic);
  await session.all(`CREATE STREAM bids (ts timestamp, v int, WATERMARK FOR ts AS ts) ${topicOptions(1)}`);
  await session.all(`CREATE MATERIALIZED VIEW finals AS ${FINALS}; CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n FROM bids`);
  topic.append(0, bid('12:03:00'), {ts: '2099-01-01T00:00:00', v: 7}, bid('12:04:00'));
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['2']]);
  expect(await session.rows('SELECT * FROM finals')).toEqual([]);
  const [error] = await session.rows('SELECT _partition, _offset, "column", reason FROM "bids$errors"');
  expect(error?.slice(0, 3)).toEqual(['0', '1', 'ts']);
  expect(error?.[3]).toContain("more than the stream's max_ahead");
});

test.each([-1, 0])(
  'records whose time stamp is %i have none: they are measured by the clock, and a replay decides the same',
  async stamp => {
    const topic = new ScriptedTopic(1, stamp);
    let engine = await InlineEngine.start({connectors: {generator: topic.open}});
    running.push(engine);
    let session = engine.session();
    await session.all("SET millrace.clock = '2026-01-01 12:00:00'");
    await session.all(`CREATE STREAM bids (ts timestamp, v int, WATERMARK FOR ts AS ts) ${topicOptions(1)}`);
    await session.all('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n, max(v) AS v FROM bids');
    await session.all(`CREATE MATERIALIZED VIEW finals AS ${FINALS}`);
    const counted = () => session.rows('SELECT * FROM n');
    topic.append(0, bid('12:03:00', 1), bid('13:00:01', 3), bid('13:00:00', 2));
    await expect.poll(counted).toEqual([['2', '2']]);
    for (const power of [false, true]) {
      // By now the refused one would be in time.
      await session.all("SET millrace.clock = '2026-01-01 12:30:00'");
      engine = await engine.crash({power});
      running.splice(0, 1, engine);
      session = engine.session();
      expect(await counted()).toEqual([['2', '2']]);
      expect(await session.rows('SELECT _offset FROM "bids$errors"')).toEqual([['1']]);
      expect(await session.rows('SELECT n FROM finals')).toEqual([['1']]);
    }
    topic.append(0, bid('13:30:00', 4));
    await expect.poll(counted).toEqual([['3', '4']]);
  },
);

test('times in JSON: Z and offsets give the right instant, numbers are microseconds or a loud error', async () => {
  const topic = new ScriptedTopic(1, NOON);
  const session = await start(topic);
  await session.all(`CREATE STREAM bids (ts timestamptz, v int, WATERMARK FOR ts AS ts) ${topicOptions(1)}`);
  await session.all('CREATE MATERIALIZED VIEW seen AS SELECT v, ts FROM bids');
  const at = (ts: unknown, v: number) => ({ts, v});
  topic.append(0, at('2026-01-01T12:00:00Z', 1), at('2026-01-01T14:00:00+02:00', 2), at('2026-01-01T12:00:00.123Z', 3), at('noon', 4));
  await expect
    .poll(() => session.rows('SELECT v, ts FROM seen ORDER BY v'))
    .toEqual([
      ['1', '2026-01-01 12:00:00+00'],
      ['2', '2026-01-01 12:00:00+00'],
      ['3', '2026-01-01 12:00:00.123+00'],
    ]);
  expect(await session.rows('SELECT _offset, "column" FROM "bids$errors"')).toEqual([['3', 'ts']]);
});

test('without Kafka: a generator with late and bad records, a windowed view, and what became of each of them', async () => {
  const engine = await InlineEngine.start();
  running.push(engine);
  const session = engine.session();
  await session.all(
    `CREATE STREAM orders (WATERMARK FOR ordered_at AS ordered_at - INTERVAL '1 second')
       WITH (connector = 'generator', generator = 'ecommerce', rate = 0, "limit" = 20000, events_per_second = 100, late_pct = 5, bad_pct = 1)`,
  );
  await session.all(
    `CREATE MATERIALIZED VIEW per_minute AS SELECT window_start, count(*) AS n FROM TUMBLE(orders, ordered_at, INTERVAL '10 seconds') GROUP BY window_start, window_end`,
  );
  const counted = `SELECT (SELECT sum(n) FROM per_minute) + (SELECT count(*) FROM "per_minute$late") + (SELECT count(*) FROM "orders$errors")`;
  await expect.poll(() => session.rows(counted)).toEqual([['20000']]);
  const [[windows, late, bad]] = (await session.rows(
    'SELECT (SELECT count(*) FROM per_minute), (SELECT count(*) FROM "per_minute$late"), (SELECT count(*) FROM "orders$errors")',
  )) as [[string, string, string]];
  expect([Number(windows) >= 20, Number(late) > 0, Number(bad) > 100]).toEqual([true, true, true]);
  expect(await statusOf(session, 'per_minute')).toBe(`${late} rows in "per_minute$late"`);
});
