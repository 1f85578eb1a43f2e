import type {Row} from '../server/query.ts';

const SHOWN = 3;

/**
 * What distinguishes two bags of rows, in words; undefined = nothing. A full diff of many thousand rows helps nobody: counts and the first
 * few of each side do.
 */
export function differenceOf(actual: readonly Row[], expected: readonly Row[]): string | undefined {
  const counts = new Map<string, number>();
  for (const row of expected) count(counts, JSON.stringify(row), 1);
  for (const row of actual) count(counts, JSON.stringify(row), -1);
  const missing = [...counts].filter(([, n]) => n > 0);
  const extra = [...counts].filter(([, n]) => n < 0);
  if (missing.length === 0 && extra.length === 0) return undefined;
  return `${actual.length} rows instead of ${expected.length}; ${describe('missing', missing)}; ${describe('not expected', extra)}`;
}

function count(counts: Map<string, number>, row: string, by: number): void {
  counts.set(row, (counts.get(row) ?? 0) + by);
}

function describe(what: string, rows: readonly (readonly [string, number])[]): string {
  const first = rows.slice(0, SHOWN).map(([row, n]) => `${row} ×${Math.abs(n)}`);
  return `${rows.length} ${what}${first.length === 0 ? '' : `: ${first.join(', ')}`}`;
}
