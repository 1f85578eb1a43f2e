import {setTimeout as sleep} from 'node:timers/promises';
import {formatReport} from './format-report.ts';
import {formatTable, type TableColumn} from './format-table.ts';
import {SqlClient, type ServerReport} from './sql-client.ts';

export type DemoOptions = {
  readonly host: string;
  readonly port: number;
  /** How long to show the views; undefined = show them a few times, then wait for `signal`. */
  readonly seconds: number | undefined;
  readonly stdout: {write(text: string): unknown};
  /** Aborting it (Ctrl-C) ends the demo. */
  readonly signal: AbortSignal;
};

const FRAMES = 5;
const FRAME_MS = 2000;
const FIRST_ROWS_POLL_MS = 200;
/** How long the first rows may take on a machine that is busy with something else. */
const FIRST_ROWS_LIMIT_MS = 60_000;
/** After this frame a row of the table changes, so that the join is seen to follow. */
const UPDATE_AFTER = 2;

const SETUP: readonly string[] = [
  "CREATE STREAM nexmark WITH (connector = 'generator', generator = 'nexmark', rate = 2000)",
  'CREATE TABLE categories (id bigint PRIMARY KEY, name text NOT NULL)',
  "INSERT INTO categories VALUES (10, 'stamps'), (11, 'coins'), (12, 'clocks'), (13, 'maps'), (14, 'cameras')",
  `CREATE MATERIALIZED VIEW high_bids AS
  SELECT (bid).auction, (bid).bidder, (bid).price FROM nexmark WHERE event_type = 2 AND (bid).price > 50000000`,
  `CREATE MATERIALIZED VIEW bids_by_channel AS
  SELECT (bid).channel, count(*) AS bids, max((bid).price) AS highest FROM nexmark WHERE event_type = 2 GROUP BY (bid).channel`,
  `CREATE MATERIALIZED VIEW auctions_by_category AS
  SELECT c.name AS category, count(*) AS auctions, sum((n.auction).initialbid) AS initial_bids
  FROM nexmark n JOIN categories c ON (n.auction).category = c.id WHERE n.event_type = 1 GROUP BY c.name`,
];
const UPDATE = "UPDATE categories SET name = 'rare coins' WHERE id = 11";

type Shown = {readonly title: string; readonly sql: string; readonly columns: readonly TableColumn[]};
const text = (name: string): TableColumn => ({name, align: 'left'});
const number = (name: string): TableColumn => ({name, align: 'right'});
const VIEWS: readonly Shown[] = [
  {
    title: 'high_bids: a filter (the three highest)',
    sql: 'SELECT auction, bidder, price FROM high_bids ORDER BY price DESC LIMIT 3',
    columns: [number('auction'), number('bidder'), number('price')],
  },
  {
    title: 'bids_by_channel: an aggregate over the whole stream (the four busiest)',
    sql: 'SELECT channel, bids, highest FROM bids_by_channel ORDER BY bids DESC LIMIT 4',
    columns: [text('channel'), number('bids'), number('highest')],
  },
  {
    title: 'auctions_by_category: a join of the stream with a table',
    sql: 'SELECT category, auctions, initial_bids FROM auctions_by_category ORDER BY category',
    columns: [text('category'), number('auctions'), number('initial_bids')],
  },
];

/** Fills a new server with generated data, three views over it and prints them as they change. @throws Error when a statement fails. */
export async function runDemo({host, port, seconds, stdout, signal}: DemoOptions): Promise<void> {
  const client = await SqlClient.connect({host, port, user: 'demo', database: 'millrace', applicationName: 'millrace demo'});
  const started = performance.now();
  const pause = seconds === undefined ? FRAME_MS : Math.min(FRAME_MS, (seconds * 1000) / (FRAMES + 1));
  try {
    stdout.write('\n');
    for (const sql of SETUP) {
      await run(client, sql);
      stdout.write(`${sql};\n`);
    }
    await firstRows(client, signal);
    for (let frame = 1; frame <= FRAMES; frame++) {
      await sleep(pause, undefined, {signal});
      stdout.write(`\n── after ${((performance.now() - started) / 1000).toFixed(1)} s ${'─'.repeat(50)}\n\n${await readViews(client)}`);
      if (frame !== UPDATE_AFTER) continue;
      await run(client, UPDATE);
      stdout.write(`${UPDATE};\n`);
    }
    stdout.write(`The views go on changing. Connect with any PostgreSQL client:\n\n  psql -h ${host} -p ${port}\n\n`);
    if (seconds === undefined) {
      stdout.write('Ctrl-C ends the server and removes its data.\n');
      await aborted(signal);
    } else await sleep(Math.max(0, seconds * 1000 - (performance.now() - started)), undefined, {signal});
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    client.close();
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), {once: true});
  });

/** Waits until the aggregate and, with it, the stream are under way. */
async function firstRows(client: SqlClient, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  while ((await run(client, 'SELECT channel FROM bids_by_channel LIMIT 1'))[0]?.length === 0) {
    if (performance.now() - started > FIRST_ROWS_LIMIT_MS) throw new Error('no generated rows arrived within a minute');
    await sleep(FIRST_ROWS_POLL_MS, undefined, {signal});
  }
}

/** All views as of one moment: statements of one message read the same step. */
async function readViews(client: SqlClient): Promise<string> {
  const results = await run(client, VIEWS.map(view => view.sql).join('; '));
  return VIEWS.map(({title, columns}, i) => `${title}\n${formatTable(columns, results[i] ?? [])}`).join('');
}

/** Runs statements in one message; the rows of each. */
async function run(client: SqlClient, sql: string): Promise<(readonly (string | null)[])[][]> {
  const results: (readonly (string | null)[])[][] = [];
  let failure: ServerReport | undefined;
  await client.query(sql, {
    fields: () => results.push([]),
    row: values => results.at(-1)?.push(values),
    error: report => {
      failure = report;
    },
  });
  if (failure !== undefined) throw new Error(formatReport(failure, sql).trimEnd());
  return results;
}
