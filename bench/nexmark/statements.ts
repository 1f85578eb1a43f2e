import {readFileSync} from 'node:fs';
import path from 'node:path';

/** The SQL files of this folder, run from the project's root. */
const FOLDER = path.resolve('bench/nexmark');

/** All queries, in their order. */
export const QUERIES: readonly string[] = Array.from({length: 24}, (_, i) => `q${i}`);

/** A file with its psql variables (`:'name'`) put in. */
export function statementsOf(name: string, variables: Readonly<Record<string, string>> = {}): string {
  const text = readFileSync(path.join(FOLDER, `${name}.sql`), 'utf8');
  return text.replaceAll(/:'(\w+)'/g, (_, variable: string) => `'${variables[variable]?.replaceAll("'", "''") ?? ''}'`);
}

/** The SELECT of a query. */
export function selectOf(name: string): string {
  const found = /CREATE MATERIALIZED VIEW \w+ AS\s+([^;]+);\s*$/.exec(statementsOf(name));
  if (found === null) throw new Error(`${name}.sql does not create a materialized view`);
  return found[1]!.trim();
}

/** The query as a sink that counts and drops its output. */
export function sinkOf(name: string): string {
  return `CREATE SINK ${name} AS ${selectOf(name)} WITH (connector = 'blackhole')`;
}
