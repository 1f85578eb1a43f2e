import {setTimeout as sleep} from 'node:timers/promises';
import type {Random} from '../../src/common/testing/seeded-random.ts';
import {untilKilled} from './connection.ts';
import {contradictions, momentOf} from './contradictions.ts';
import {Ledger} from './ledger.ts';
import {backward, type Moment, type Seen} from './seen.ts';
import type {SentTransactions} from './sent-transactions.ts';
import {readSnapshot, type Reading, type ReadingStyle} from './snapshot.ts';

export type ReaderOptions = {
  readonly sent: SentTransactions;
  readonly seen: Seen;
  /** The port of the server that runs now or comes up next. */
  readonly port: () => Promise<number>;
  readonly random: Random;
  readonly style: ReadingStyle;
  /** Every how many snapshots the parts that cost as much as there are transactions are read too. */
  readonly wholeEvery: number;
};

/** One client: reads and judges snapshots until all clients together have enough; connects again after each kill. */
export async function readUntilDone({sent, seen, port, random, style, wholeEvery}: ReaderOptions): Promise<void> {
  const judge = snapshotJudge(sent, seen);
  let count = 0;
  while (!seen.done) {
    const ended = await untilKilled(await port(), async ask => {
      while (!seen.done) {
        const {floor} = seen;
        judge(await readSnapshot(ask, {random, style, whole: count++ % wholeEvery === 0}), floor);
      }
    });
    if (!ended) await sleep(20);
  }
}

/** Compares one client's snapshots with its ledger, which goes forward with them. */
function snapshotJudge(sent: SentTransactions, seen: Seen): (readings: readonly Reading[], floor: Moment) => void {
  let ledger = new Ledger(sent);
  return (readings, floor) => {
    const moment = momentOf(readings, sent.end.length);
    const wrong = backward(floor, moment);
    if (wrong.length > 0) ledger = new Ledger(sent);
    ledger.advance(moment.frontier);
    wrong.push(...contradictions(readings, ledger));
    seen.add(moment, wrong);
  };
}
