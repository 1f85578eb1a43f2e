import {decimalText, type CrashRow} from './crash-record.ts';

/** A row with the place in the topic that it came from. */
export type PlacedRow = CrashRow & {readonly partition: number; readonly offset: number};

/** A view over the stream `e`, what it must hold for given rows, and how it is read: every value as the server's text. */
export type CrashView = {
  readonly name: string;
  readonly query: string;
  /** What is selected from the view. */
  readonly select: string;
  readonly expected: (rows: Iterable<PlacedRow>) => (string | null)[][];
};

const text = (value: number | bigint | null): string | null => (value === null ? null : String(value));
const money = (value: bigint | null): string | null => (value === null ? null : decimalText(value));

/** What SQL's sum, count and max make of a column: NULLs do not take part, nothing at all gives NULL. */
class Aggregate {
  rows = 0;
  scores = 0;
  maxId: number | null = null;
  maxScore: number | null = null;
  minAmount: bigint | null = null;
  sumAmount: bigint | null = null;
  sumScore: bigint | null = null;

  add({id, amount, score}: PlacedRow): void {
    this.rows++;
    this.maxId = Math.max(this.maxId ?? id, id);
    if (amount !== null) {
      this.sumAmount = (this.sumAmount ?? 0n) + amount;
      this.minAmount = this.minAmount === null || amount < this.minAmount ? amount : this.minAmount;
    }
    if (score === null) return;
    this.scores++;
    this.maxScore = Math.max(this.maxScore ?? score, score);
    this.sumScore = (this.sumScore ?? 0n) + BigInt(score);
  }
}

function grouped<K>(rows: Iterable<PlacedRow>, key: (row: PlacedRow) => K): Map<K, Aggregate> {
  const groups = new Map<K, Aggregate>();
  for (const row of rows) {
    const k = key(row);
    let aggregate = groups.get(k);
    if (aggregate === undefined) groups.set(k, (aggregate = new Aggregate()));
    aggregate.add(row);
  }
  return groups;
}

const FILTER: CrashView = {
  name: 'negative',
  query: 'SELECT id, name, amount FROM e WHERE amount < -900',
  select: 'id, name, amount',
  expected: rows => [...rows].filter(r => r.amount !== null && r.amount < -9_000_000n).map(r => [text(r.id), r.name, money(r.amount)]),
};

const BY_GROUP: CrashView = {
  name: 'by_group',
  query: 'SELECT grp, count(*) AS n, count(score) AS scores, sum(amount) AS total, max(score) AS best FROM e GROUP BY grp',
  select: 'grp, n, scores, total, best',
  expected: rows =>
    [...grouped(rows, r => r.grp)].map(([grp, a]) => [text(grp), text(a.rows), text(a.scores), money(a.sumAmount), text(a.maxScore)]),
};

const BY_NAME: CrashView = {
  name: 'by_name',
  query: 'SELECT name, count(*) AS n, sum(score) AS scores, min(amount) AS least FROM e GROUP BY name',
  select: 'name, n, scores, least',
  expected: rows => [...grouped(rows, r => r.name)].map(([name, a]) => [name, text(a.rows), text(a.sumScore), money(a.minAmount)]),
};

const TOTALS: CrashView = {
  name: 'totals',
  query: 'SELECT count(*) AS n, sum(amount) AS total, max(id) AS last FROM e',
  select: 'n, total, last',
  expected: rows => {
    const [all = new Aggregate()] = grouped(rows, () => 0).values();
    return [[text(all.rows), money(all.sumAmount), text(all.maxId)]];
  },
};

/** Append-only, with text: every record once. */
const PROJECTION: CrashView = {
  name: 'projection',
  query: 'SELECT id, grp + 1 AS next, name, _partition AS p, _offset AS o FROM e',
  select: 'id, next, name, p, o',
  expected: rows => [...rows].map(r => [text(r.id), text(r.grp + 1), r.name, text(r.partition), text(r.offset)]),
};

const OVER_VIEW: CrashView = {
  name: 'large_groups',
  query: 'SELECT n % 10 AS digit, count(*) AS groups, sum(total) AS total FROM by_group GROUP BY n % 10',
  select: 'digit, groups, total',
  expected: rows => {
    const digits = new Map<number, {groups: number; total: bigint | null}>();
    for (const {rows: n, sumAmount} of grouped(rows, r => r.grp).values()) {
      const {groups, total} = digits.get(n % 10) ?? {groups: 0, total: null};
      digits.set(n % 10, {groups: groups + 1, total: sumAmount === null ? total : (total ?? 0n) + sumAmount});
    }
    return [...digits].map(([digit, {groups, total}]) => [text(digit), text(groups), money(total)]);
  },
};

/** Views small enough to be read after every restart. */
export const SMALL_VIEWS: readonly CrashView[] = [FILTER, BY_GROUP, BY_NAME, TOTALS, OVER_VIEW];
/** All, in an order in which they can be created. */
export const CRASH_VIEWS: readonly CrashView[] = [...SMALL_VIEWS, PROJECTION];
