import {expect, test} from 'vitest';
import {seededRandom} from '../../src/common/testing/seeded-random.ts';
import {contradictions, momentOf} from './contradictions.ts';
import {Ledger} from './ledger.ts';
import {FRONTIER, LOOKUPS, PARTS, STEP, WHOLE_PARTS} from './parts.ts';
import {backward} from './seen.ts';
import {SentTransactions} from './sent-transactions.ts';
import type {Reading} from './snapshot.ts';
import {generateTransactions, type Transactions} from './transactions.ts';

const NO_TOPIC = {send: () => undefined, flush: () => Promise.resolve(), close: () => Promise.resolve()};

async function ledgerOf(transactions: Transactions, partitions: number): Promise<Ledger> {
  const sent = new SentTransactions({...NO_TOPIC, partitions}, transactions, seededRandom(2));
  await sent.send(transactions.count);
  const ledger = new Ledger(sent);
  ledger.advance(sent.end);
  return ledger;
}

const rightFor = (ledger: Ledger): Reading[] => [
  {part: STEP.name, rows: ['7']},
  {part: FRONTIER.name, rows: ledger.frontier.map((next, partition) => `${partition} ${next}`)},
  ...[...PARTS, ...WHOLE_PARTS, ...LOOKUPS].map(({name, expected}) => ({part: name, rows: expected(ledger)})),
];

test('a snapshot without fault has no contradictions; a wrong, missing or additional row in any part is one', async () => {
  const ledger = await ledgerOf(generateTransactions(500, seededRandom(1)), 3);
  const readings = rightFor(ledger);
  expect(contradictions(readings, ledger)).toEqual([]);
  expect(momentOf(readings, 3)).toEqual({step: 7, frontier: ledger.frontier});
  for (const [i, {part, rows}] of readings.entries()) {
    // Nothing but a second reading of them contradicts these two.
    if (part === STEP.name || part === FRONTIER.name) {
      expect(contradictions([...readings, {part, rows: ['0 1']}], ledger)).toHaveLength(1);
      continue;
    }
    for (const wrong of [rows.slice(1), [...rows, rows[0]!], [`${rows[0]!}1`, ...rows.slice(1)]])
      expect(contradictions(readings.with(i, {part, rows: wrong}), ledger), part).toHaveLength(1);
  }
});

test('balances add up to nothing once every account is on both sides, and not before', async () => {
  const all = await ledgerOf(generateTransactions(500, seededRandom(1)), 1);
  expect(all.total()).toBe(0);
  const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
  const one = {count: 2, id: Uint32Array.of(0, 1), from: bytes(1, 2), to: bytes(2, 3), amount: bytes(5, 9), second: bytes(0, 0)};
  expect((await ledgerOf(one, 1)).total()).toBe(5 - 9);
});

test('what was seen is not un-seen: an earlier step or offset is told', () => {
  const before = {step: 5, frontier: [10, 20]};
  expect(backward(before, {step: 5, frontier: [10, 20]})).toEqual([]);
  expect(backward(before, {step: 4, frontier: [11, 19]})).toHaveLength(2);
});
