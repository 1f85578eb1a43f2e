import {setTimeout as sleep} from 'node:timers/promises';
import {KillableServer} from '../crash/killable-server.ts';
import {below, seededRandom} from '../../src/common/testing/seeded-random.ts';
import {RawProducer} from '../kafka/producer.ts';
import {createTopic} from '../kafka/topics.ts';
import {query, withConnection} from '../server/query.ts';
import {createLedgerViews} from './ledger-views.ts';
import {readUntilDone} from './reader.ts';
import type {Seen} from './seen.ts';
import {SentTransactions} from './sent-transactions.ts';
import type {ReadingStyle} from './snapshot.ts';
import {generateTransactions, TRANSACTION_COLUMNS} from './transactions.ts';

const STYLES: readonly ReadingStyle[] = ['texts', 'prepared', 'together'];
const BURST = 40;
/** Share of the transactions that are sent while no server runs. */
const SENT_WHILE_DOWN = 0.2;

export type WorkloadOptions = {
  readonly brokers: string;
  readonly partitions: number;
  readonly transactions: number;
  readonly clients: number;
  /** Takes in what the clients see; it knows how many snapshots are wanted. */
  readonly seen: Seen;
  readonly kills: number;
  readonly seed: number;
  /** Every how many snapshots of a client the parts that cost as much as there are transactions are read too. */
  readonly wholeEvery: number;
};

/**
 * Sends transactions as fast as snapshots of the views over them are taken, so that each snapshot is of some moment in between, and kills
 * the server now and then. Then one more client reads when everything has arrived, before and after a restart. Resolves with the next offsets
 * of all that was sent.
 */
export async function runWorkload(options: WorkloadOptions): Promise<readonly number[]> {
  const {brokers, partitions, clients, seen, seed} = options;
  const topic = await createTopic(brokers, {partitions});
  const transactions = generateTransactions(options.transactions, seededRandom(seed));
  const sent = new SentTransactions(await RawProducer.open({brokers, topic, batchBytes: 16 * 1024}), transactions, seededRandom(seed + 1));
  const server = await KillableServer.create();
  try {
    let port = server.restart();
    await withConnection(await port, async run => {
      const where = `connector = 'kafka', brokers = '${brokers}', topic = '${topic}', format = 'json'`;
      await run(`CREATE STREAM transactions (${TRANSACTION_COLUMNS}) WITH (${where})`);
      await createLedgerViews(run);
    });
    const read = (style: ReadingStyle, client: number, wholeEvery: number): Promise<void> =>
      readUntilDone({sent, seen, port: () => port, random: seededRandom(seed + 2 + client), style, wholeEvery});
    const restart = (): Promise<number> => (port = server.restart());
    const pace = {whileDown: 0};
    await Promise.all([
      ...Array.from({length: clients}, (_, client) => read(STYLES[Math.min(client, STYLES.length - 1)]!, client, options.wholeEvery)),
      sendAlong(sent, seen, pace),
      killNowAndThen({...options, pace, port: () => port, restart}),
    ]);
    await reachEnd(await port, sent);
    seen.want(1);
    await read('prepared', clients, 1);
    await restart();
    seen.want(1);
    await read('texts', clients, 1);
    return sent.end;
  } finally {
    seen.end();
    await server.dispose();
    await sent.close();
  }
}

/** Keeps the share of the transactions that are sent at the share of the snapshots that are taken; `whileDown` come on top. */
async function sendAlong(sent: SentTransactions, seen: Seen, pace: {readonly whileDown: number}): Promise<void> {
  const {count} = sent.transactions;
  while (sent.count < count) {
    const due = Math.ceil(count * ((1 - SENT_WHILE_DOWN) * seen.progress + SENT_WHILE_DOWN * pace.whileDown)) + 1;
    if (seen.done) await sent.send(count);
    else if (due > sent.count) await sent.send(Math.min(BURST, due - sent.count));
    else await sleep(2);
  }
}

type KillOptions = {
  readonly seen: Seen;
  readonly kills: number;
  readonly seed: number;
  readonly pace: {whileDown: number};
  readonly port: () => Promise<number>;
  readonly restart: () => Promise<number>;
};

async function killNowAndThen({seen, kills, seed, pace, port, restart}: KillOptions): Promise<void> {
  const random = seededRandom(seed + 100);
  for (let round = 1; round <= kills; round++) {
    while (seen.progress < round / (kills + 1)) await sleep(10);
    if (seen.done) return;
    // Some starts begin with a checkpoint that was just written, or half of one; others have the whole journal before them.
    const checkpoint = round % 2 === 0 ? query(await port(), 'CHECKPOINT').catch(() => {}) : undefined;
    await sleep(below(random, 100));
    pace.whileDown = round / kills;
    await restart();
    await checkpoint;
  }
}

async function reachEnd(port: number, sent: SentTransactions): Promise<void> {
  const sql = "SELECT sum(next_offset) FROM millrace.frontier WHERE stream = 'transactions'";
  const arrived = (): Promise<boolean> => query(port, sql).then(([row]) => Number(row![0]) === sent.count);
  for (const deadline = Date.now() + 60_000; !(await arrived()); await sleep(50))
    if (Date.now() > deadline) throw new Error('the server did not reach the end of the topic within 60 s');
}
