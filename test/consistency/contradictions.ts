import type {Row} from '../server/query.ts';
import type {Ledger} from './ledger.ts';
import type {Snapshot} from './snapshot.ts';
import {ACCOUNTS} from './transactions.ts';

const text = (value: number | undefined): string => (value === undefined ? 'NULL' : String(value));
const line = (row: Row): string => row.map(value => value ?? 'NULL').join(' ');

/** Everything in which a snapshot differs from what the transactions below its frontier, which the ledger stands at, mean. */
export function contradictions({rows, looked}: Snapshot, ledger: Ledger): string[] {
  const all: string[] = [];
  const check = (part: string, found: readonly Row[] | undefined, expected: readonly string[]): void => {
    const lines = found?.map(line).sort();
    if (lines === undefined || lines.join('\n') === [...expected].sort().join('\n')) return;
    all.push(`${part}: ${lines.join(', ')} instead of ${expected.join(', ')}`);
  };
  const accounts = Array.from({length: ACCOUNTS}, (_, account) => account);
  const present = (sums: Float64Array) => (account: number) => (sums[account]! > 0 ? [`${account} ${sums[account]!}`] : []);
  const count = ledger.rows;
  const sums = (n: number): string => `${n} ${n === 0 ? 'NULL NULL' : `${ledger.ids} ${ledger.amount}`}`;
  check('accepted', rows.accepted, [sums(count)]);
  check('every row', rows.everyRow, [sums(count)]);
  check('credits', rows.credits, accounts.flatMap(present(ledger.credits)));
  check('debits', rows.debits, accounts.flatMap(present(ledger.debits)));
  check(`credits of ${looked.account}`, looked.credits, present(ledger.credits)(looked.account));
  check(`debits of ${looked.account}`, looked.debits, present(ledger.debits)(looked.account));
  const balances = accounts.map(account => [account, ledger.balance(account)] as const);
  const balanced = balances.flatMap(([account, balance]) => (balance === undefined ? [] : [`${account} ${balance}`]));
  check('balance', rows.balance, balanced);
  check('total', rows.total, [text(ledger.total())]);
  check('sum of balance', rows.summed, [text(ledger.total())]);
  check('joined', rows.joined, [`${count} ${count}`]);
  check('every pair', rows.everyPair, [`${count} ${count}`]);
  return all;
}
