import {describe, expect, test} from 'vitest';
import {KillableServer} from '../crash/killable-server.ts';
import {below, seededRandom} from '../../src/common/testing/seeded-random.ts';
import {brokerAvailable} from '../kafka/broker-available.ts';
import {RawProducer} from '../kafka/producer.ts';
import {sharedBroker} from '../kafka/shared-broker.ts';
import {createTopic} from '../kafka/topics.ts';
import {withConnection, type Row} from '../server/query.ts';
import {SentTransactions} from './sent-transactions.ts';
import {generateTransactions, TRANSACTION_COLUMNS} from './transactions.ts';
import {WindowLedger} from './window-ledger.ts';

const TRANSACTIONS = 8000;
const SNAPSHOTS = 120;
const PARTITIONS = 4;
const KILL_EVERY = 45;
const SEED = Number(process.env['MILLRACE_CONSISTENCY_SEED'] ?? Date.now() % 2 ** 31);

const side = (account: string, sum: string): string =>
  `SELECT window_start, window_end, ${account} AS account, sum(amount) AS ${sum}
   FROM TUMBLE(transactions, ts, INTERVAL '10 seconds') GROUP BY window_start, window_end, ${account}`;
const WINDOW_BALANCE = `SELECT c.window_end, c.account, credits, debits, credits - debits AS balance
  FROM (${side('to_account', 'credits')}) c
  JOIN (${side('from_account', 'debits')}) d ON c.window_end = d.window_end AND c.account = d.account`;
const WINDOW_TOTAL = 'SELECT window_end, sum(balance) AS total FROM window_balance GROUP BY window_end';

const windowOf = 'extract(second FROM window_end - interval $$10 seconds$$)::int / 10';
const READS = {
  frontier: "SELECT partition, next_offset FROM millrace.frontier WHERE stream = 'transactions'",
  late: 'SELECT _partition, _offset FROM "window_balance$late"',
  balance: `SELECT ${windowOf}, account, credits, debits, balance FROM window_balance`,
  total: `SELECT ${windowOf}, total FROM window_total`,
};

describe.skipIf(!brokerAvailable())(`views over windows of transfers between accounts (seed ${SEED})`, () => {
  test(
    'both sides of a window and their total stand for the same rows: those below the frontier that $late does not list',
    {timeout: 240_000, retry: 0},
    async () => {
      const {brokers} = await sharedBroker();
      const random = seededRandom(SEED);
      const topic = await createTopic(brokers, {partitions: PARTITIONS});
      const producer = await RawProducer.open({brokers, topic, batchBytes: 16 * 1024});
      const sent = new SentTransactions(producer, generateTransactions(TRANSACTIONS, random), seededRandom(SEED + 1));
      const server = await KillableServer.create();
      try {
        let port = await server.restart();
        await withConnection(port, async run => {
          const where = `connector = 'kafka', brokers = '${brokers}', topic = '${topic}', format = 'json'`;
          const columns = `${TRANSACTION_COLUMNS}, WATERMARK FOR ts AS ts - INTERVAL '5 seconds'`;
          await run(`CREATE STREAM transactions (${columns}) WITH (${where})`);
          await run(`CREATE MATERIALIZED VIEW window_balance AS ${WINDOW_BALANCE}`);
          await run(`CREATE MATERIALIZED VIEW window_total AS ${WINDOW_TOTAL}`);
        });
        const ledger = new WindowLedger(sent);
        const judge = async (run: (sql: string) => Promise<Row[]>): Promise<void> => {
          await run('BEGIN');
          const found = {late: await run(READS.late), balance: await run(READS.balance), total: await run(READS.total)};
          const frontier = await run(READS.frontier);
          await run('COMMIT');
          ledger.advance(frontier, found.late);
          const {balance, total} = {balance: bag(found.balance), total: bag(found.total)};
          expect({at: ledger.frontier, balance, total}).toEqual({at: ledger.frontier, balance: ledger.balances(), total: ledger.totals()});
        };
        let snapshots = 0;
        while (snapshots < SNAPSHOTS) {
          await withConnection(port, async run => {
            do {
              // Not awaited before the read: records arrive while the transaction reads.
              const sending = sent.send(1 + below(random, (2 * TRANSACTIONS) / SNAPSHOTS));
              await judge(run);
              await sending;
            } while (++snapshots % KILL_EVERY !== 0 && snapshots < SNAPSHOTS);
          });
          port = await server.restart();
        }
        await sent.send(TRANSACTIONS);
        await withConnection(port, async run => {
          const arrived = async (): Promise<number> => (await run(READS.frontier)).reduce((sum, [, next]) => sum + Number(next), 0);
          await expect.poll(arrived, {timeout: 60_000}).toBe(TRANSACTIONS);
          await judge(run);
        });
        // Else nothing was left out, and the test would say less than it seems to.
        expect(ledger.late).toBeGreaterThan(0);
        process.stdout.write(`windowed consistency: ${snapshots + 1} snapshots, ${ledger.late} of ${TRANSACTIONS} rows late\n`);
      } finally {
        await server.dispose();
        await sent.close();
      }
    },
  );
});

const bag = (rows: readonly Row[]): string[] => rows.map(row => row.join(' ')).sort();
