import type {Ledger} from './ledger.ts';
import {ACCOUNTS} from './transactions.ts';

/** A part of a snapshot: how it is read, and the rows that it must have. */
export type Part = {
  readonly name: string;
  /** Columns and the relation they are read from. */
  readonly columns: readonly string[];
  readonly from: string;
  /** Rows as their values in text with a blank between. */
  readonly expected: (ledger: Ledger) => readonly string[];
};

const accounts = Array.from({length: ACCOUNTS}, (_, account) => account);
const text = (value: number | undefined): string => (value === undefined ? 'NULL' : String(value));
const present = (account: number, value: number | undefined): string[] =>
  value === undefined || value === 0 ? [] : [`${account} ${value}`];
const sums = ({rows, ids, amount}: Ledger): string[] => [rows === 0 ? '0 NULL NULL' : `${rows} ${ids} ${amount}`];
const pairs = ({rows}: Ledger): string[] => [`${rows} ${rows}`];

/** The prefix of the topic that the snapshot stands for; the others are judged by it. */
export const FRONTIER = {
  name: 'frontier',
  columns: ['partition', 'next_offset'],
  from: "millrace.frontier WHERE stream = 'transactions'",
};
export const STEP = {name: 'step', columns: ['millrace_step()'], from: ''};

export const PARTS: readonly Part[] = [
  {name: 'accepted', columns: ['n', 'ids', 'amount'], from: 'accepted', expected: sums},
  {
    name: 'credits',
    columns: ['account', 'credits'],
    from: 'credits',
    expected: ({credits}) => accounts.flatMap(account => present(account, credits[account])),
  },
  {
    name: 'debits',
    columns: ['account', 'debits'],
    from: 'debits',
    expected: ({debits}) => accounts.flatMap(account => present(account, debits[account])),
  },
  {
    name: 'balance',
    columns: ['account', 'balance'],
    from: 'balance',
    expected: ledger =>
      accounts.flatMap(account => {
        const balance = ledger.balance(account);
        return balance === undefined ? [] : [`${account} ${balance}`];
      }),
  },
  {name: 'total', columns: ['total'], from: 'total', expected: ledger => [text(ledger.total())]},
  {name: 'sum of balance', columns: ['sum(balance)'], from: 'balance', expected: ledger => [text(ledger.total())]},
  {name: 'joined', columns: ['n', 'matched'], from: 'joined', expected: pairs},
];

/** These cost as much as there are transactions, so not every snapshot has them. */
export const WHOLE_PARTS: readonly Part[] = [
  {name: 'every row', columns: ['count(*)', 'sum(id)', 'sum(amount)'], from: 'accepted_transactions', expected: sums},
  {name: 'every pair', columns: ['count(*)', 'count(other_id)'], from: 'outer_join', expected: pairs},
];

/** Lookups by key, which take another way through the server than queries. */
export const LOOKUPS: readonly Part[] = accounts.flatMap(account => [
  {
    name: `credits of ${account}`,
    columns: ['account', 'credits'],
    from: `credits WHERE account = ${account}`,
    expected: ({credits}) => present(account, credits[account]),
  },
  {
    name: `debits of ${account}`,
    columns: ['account', 'debits'],
    from: `debits WHERE account = ${account}`,
    expected: ({debits}) => present(account, debits[account]),
  },
]);
