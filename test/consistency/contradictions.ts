import type {Ledger} from './ledger.ts';
import {FRONTIER, LOOKUPS, PARTS, STEP, WHOLE_PARTS} from './parts.ts';
import type {Moment} from './seen.ts';
import type {Reading} from './snapshot.ts';

const EXPECTED = new Map([...PARTS, ...WHOLE_PARTS, ...LOOKUPS].map(({name, expected}) => [name, expected]));

/** The moment that a snapshot says it is of. */
export function momentOf(readings: readonly Reading[], partitions: number): Moment {
  const rowsOf = (name: string): readonly string[] => readings.find(({part}) => part === name)!.rows;
  const frontier = Array.from({length: partitions}, () => 0);
  for (const row of rowsOf(FRONTIER.name)) {
    const [partition, next] = row.split(' ');
    frontier[Number(partition)] = Number(next);
  }
  return {step: Number(rowsOf(STEP.name)[0]), frontier};
}

/** Everything in which a snapshot differs from what the transactions below its frontier, at which the ledger stands, mean. */
export function contradictions(readings: readonly Reading[], ledger: Ledger): string[] {
  const first = new Map<string, readonly string[]>();
  return readings.flatMap(({part, rows}) => {
    const expected = EXPECTED.get(part)?.(ledger) ?? first.get(part);
    if (expected === undefined) first.set(part, rows);
    if (expected === undefined || asBag(rows) === asBag(expected)) return [];
    return [`${part}: ${rows.join(', ')} instead of ${expected.join(', ')}`];
  });
}

const asBag = (rows: readonly string[]): string => [...rows].sort().join('\n');
