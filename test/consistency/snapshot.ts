import {below, type Random} from '../../src/common/testing/seeded-random.ts';
import type {Row} from '../server/query.ts';
import {FRONTIER, LOOKUPS, PARTS, STEP, WHOLE_PARTS} from './parts.ts';

type Readable = {readonly name: string; readonly columns: readonly string[]; readonly from: string};

/** What was read of a part: its rows, their values in text with a blank between. */
export type Reading = {readonly part: string; readonly rows: readonly string[]};

/** Runs a statement; `name` prepares it once a connection. */
export type Ask = (sql: string, name?: string) => Promise<readonly Row[]>;

/** Every part by a statement of its own, as text or prepared; or all by one statement, and some once more by their own. */
export type ReadingStyle = 'texts' | 'prepared' | 'together';

export type SnapshotOptions = {
  readonly random: Random;
  readonly style: ReadingStyle;
  /** With the parts that cost as much as there are transactions. */
  readonly whole: boolean;
};

const SMALL: readonly Readable[] = [FRONTIER, STEP, ...PARTS];
const WIDTH = 3;
const TOGETHER = SMALL.map(unionArm).join(' UNION ALL ');

/** Reads everything in one transaction, in an order that is another one each time. */
export async function readSnapshot(ask: Ask, {random, style, whole}: SnapshotOptions): Promise<Reading[]> {
  const readings: Reading[] = [];
  const lookup = LOOKUPS[below(random, LOOKUPS.length)]!;
  const alone: Readable[] = [lookup, ...(whole ? WHOLE_PARTS : [])];
  await ask('BEGIN', nameOf('begin', style));
  if (style === 'together') {
    readings.push(...apart(await ask(TOGETHER, 'together')));
    alone.push(SMALL[below(random, SMALL.length)]!);
  } else alone.push(...SMALL);
  for (const part of shuffled(alone, random)) {
    const rows = await ask(sqlOf(part), nameOf(part.name, style));
    readings.push({part: part.name, rows: rows.map(line)});
  }
  await ask('COMMIT', nameOf('commit', style));
  return readings;
}

const nameOf = (name: string, style: ReadingStyle): string | undefined => (style === 'texts' ? undefined : name);
function sqlOf({columns, from}: Readable): string {
  return `SELECT ${columns.join(', ')}${from === '' ? '' : ` FROM ${from}`}`;
}
const line = (row: Row): string => row.map(value => value ?? 'NULL').join(' ');

function unionArm({name, columns, from}: Readable): string {
  const padded = Array.from({length: WIDTH}, (_, i) => (i < columns.length ? `(${columns[i]!})::text` : 'NULL::text'));
  return sqlOf({name, columns: [`'${name}'::text`, ...padded], from});
}

function apart(rows: readonly Row[]): Reading[] {
  return SMALL.map(({name, columns}) => ({
    part: name,
    rows: rows.filter(row => row[0] === name).map(row => line(row.slice(1, 1 + columns.length))),
  }));
}

function shuffled<T>(values: T[], random: Random): T[] {
  for (let i = values.length - 1; i > 0; i--) {
    const j = below(random, i + 1);
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
  return values;
}
