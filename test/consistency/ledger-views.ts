import type {Row} from '../server/query.ts';

type Run = (sql: string) => Promise<Row[]>;

const VIEWS: readonly (readonly [name: string, query: string])[] = [
  ['accepted_transactions', 'SELECT id, from_account, to_account, amount, ts FROM transactions'],
  ['accepted', 'SELECT count(*) AS n, sum(id) AS ids, sum(amount) AS amount FROM accepted_transactions'],
  ['credits', 'SELECT to_account AS account, sum(amount) AS credits FROM accepted_transactions GROUP BY to_account'],
  ['debits', 'SELECT from_account AS account, sum(amount) AS debits FROM accepted_transactions GROUP BY from_account'],
  ['balance', 'SELECT credits.account, credits - debits AS balance FROM credits, debits WHERE credits.account = debits.account'],
  ['total', 'SELECT sum(balance) AS total FROM balance'],
  ['joined', 'SELECT count(*) AS n, count(other_id) AS matched FROM outer_join'],
];

const joinQuery = (join: string): string =>
  `SELECT t.id, other.id AS other_id FROM accepted_transactions t ${join} accepted_transactions other ON t.id = other.id`;

/** Creates the views over the stream `transactions`; `outer_join` is an inner join as long as views cannot hold outer ones. */
export async function createLedgerViews(run: Run): Promise<void> {
  const create = (name: string, query: string): Promise<Row[]> => run(`CREATE MATERIALIZED VIEW ${name} AS ${query}`);
  const [accepted, ...others] = VIEWS;
  await create(...accepted!);
  await create('outer_join', joinQuery('LEFT JOIN')).catch((error: unknown) => {
    if ((error as {code?: unknown}).code !== '0A000') throw error;
    return create('outer_join', joinQuery('JOIN'));
  });
  for (const [name, query] of others) await create(name, query);
}
