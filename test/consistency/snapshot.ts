import {below, type Random} from '../crash/random.ts';
import type {Row} from '../server/query.ts';
import {ACCOUNTS} from './transactions.ts';

/** What is read of each part in one transaction. */
const READS = {
  step: 'SELECT millrace_step()',
  frontier: "SELECT partition, next_offset FROM millrace.frontier WHERE stream = 'transactions'",
  accepted: 'SELECT n, ids, amount FROM accepted',
  credits: 'SELECT account, credits FROM credits',
  debits: 'SELECT account, debits FROM debits',
  balance: 'SELECT account, balance FROM balance',
  total: 'SELECT total FROM total',
  summed: 'SELECT sum(balance) FROM balance',
  joined: 'SELECT n, matched FROM joined',
} as const;
/** These cost as much as there are transactions, so not every snapshot has them. */
const FULL_READS = {
  everyRow: 'SELECT count(*), sum(id), sum(amount) FROM accepted_transactions',
  everyPair: 'SELECT count(*), count(other_id) FROM outer_join',
} as const;

type Part = keyof typeof READS;
type FullPart = keyof typeof FULL_READS;

/** What one transaction saw, every value as the server's text. */
export type Snapshot = {
  readonly rows: Readonly<Record<Part, readonly Row[]>> & Readonly<Partial<Record<FullPart, readonly Row[]>>>;
  /** Lookups of single accounts by key. */
  readonly looked: {readonly account: number; readonly credits: readonly Row[]; readonly debits: readonly Row[]};
};

/** A connection: `name` makes a prepared statement of it. */
export type Ask = (sql: string, name?: string) => Promise<readonly Row[]>;

export type SnapshotOptions = {
  readonly random: Random;
  /** Statements are prepared once a connection instead of sent as text. */
  readonly prepared: boolean;
  readonly full: boolean;
};

/** Reads everything in one transaction, in an order that is another one each time. */
export async function readSnapshot(ask: Ask, {random, prepared, full}: SnapshotOptions): Promise<Snapshot> {
  const account = below(random, ACCOUNTS);
  const statements: Record<string, string> = {
    ...READS,
    ...(full ? FULL_READS : {}),
    lookedCredits: `SELECT account, credits FROM credits WHERE account = ${account}`,
    lookedDebits: `SELECT account, debits FROM debits WHERE account = ${account}`,
  };
  const found: Record<string, readonly Row[]> = {};
  await ask('BEGIN');
  for (const part of shuffled(Object.keys(statements), random)) {
    const sql = statements[part]!;
    found[part] = await ask(sql, prepared ? `${part}${part.startsWith('looked') ? account : ''}` : undefined);
  }
  await ask('COMMIT');
  return {
    rows: found as unknown as Snapshot['rows'],
    looked: {account, credits: found['lookedCredits']!, debits: found['lookedDebits']!},
  };
}

function shuffled<T>(values: T[], random: Random): T[] {
  for (let i = values.length - 1; i > 0; i--) {
    const j = below(random, i + 1);
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
  return values;
}

/** Next offset of each of the partitions. */
export function frontierOf({rows}: Snapshot, partitions: number): number[] {
  const frontier = Array.from({length: partitions}, () => 0);
  for (const [partition, next] of rows.frontier) frontier[Number(partition)] = Number(next);
  return frontier;
}
