import {afterAll, beforeAll, expect, test} from 'vitest';
import {pgTypeByOid} from '../../types/pg-types.ts';
import {oidOf} from '../../types/oids.ts';
import {startOracle, type PostgresOracle} from '../../types/testing/postgres-oracle.ts';
import {SUBSTITUTES} from './relation-source.ts';
import {ROW_PROVIDERS} from './row-providers.ts';
import {SYSTEM_RELATIONS} from './system-relations.ts';

let oracle: PostgresOracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

const COLUMNS = `
  SELECT n.nspname || '.' || c.relname || ' ' || c.oid || ' ' || string_agg(
           a.attname || ':' || t.typname || CASE WHEN a.attnotnull THEN '!' ELSE '' END, ' ' ORDER BY a.attnum)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 JOIN pg_type t ON t.oid = a.atttypid
   WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v')
   GROUP BY n.nspname, c.relname, c.oid`;

type Facts = {readonly oid: number; readonly columns: readonly string[]};

/** PostgreSQL's columns as `name:type`, `!` for NOT NULL, with the types that stand for those Millrace does not have. */
async function postgresFacts(): Promise<ReadonlyMap<string, Facts>> {
  const lines = await oracle.column(COLUMNS);
  return new Map(
    lines.map(line => {
      const [name = '', oid = '', ...columns] = (line ?? '').split(' ');
      return [name, {oid: Number(oid), columns: columns.map(withSubstitute)}];
    }),
  );
}

function withSubstitute(column: string): string {
  const [, name = '', array = '', type = '', notNull = ''] = /^([^:]+):(_?)([^!]+)(!?)$/.exec(column) ?? [];
  const substitute = SUBSTITUTES[type];
  return `${name}:${array}${substitute === undefined ? type : (pgTypeByOid(oidOf(substitute))?.typname ?? '')}${notNull}`;
}

const ours = new Map(
  SYSTEM_RELATIONS.filter(r => r.schema !== 'millrace').map(r => [
    r.rows,
    {oid: r.id, columns: r.columns.map(c => `${c.name}:${pgTypeByOid(oidOf(c.type))?.typname}${c.notNull ? '!' : ''}`)},
  ]),
);

test('columns are those of PostgreSQL: all of version 15, of another version those that it shares', async () => {
  const theirs = await postgresFacts();
  if (oracle.version === 15) {
    // Numbers of views are fixed for one build of PostgreSQL only in pg_catalog.
    for (const [name, facts] of theirs) expect({name, columns: ours.get(name)?.columns}).toEqual({name, columns: facts.columns});
    expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
    for (const [name, facts] of theirs) if (name.startsWith('pg_catalog.')) expect([name, ours.get(name)?.oid]).toEqual([name, facts.oid]);
    return;
  }
  const bare = (columns: readonly string[]) => columns.map(c => c.replace('!', ''));
  let shared = 0;
  for (const [name, facts] of ours) {
    const theirColumns = bare(theirs.get(name)?.columns ?? []);
    const common = bare(facts.columns).filter(c => theirColumns.some(t => t.startsWith(`${c.split(':')[0]}:`)));
    // Later versions changed the types of a few counters and texts; no more than a handful may differ.
    const differing = common.filter(c => !theirColumns.includes(c));
    if (differing.length > 0) expect.soft({name, differing: differing.length}).toEqual({name, differing: expect.toSatisfy(n => n <= 3)});
    shared += common.length - differing.length;
  }
  expect(shared).toBeGreaterThan(1800);
});

test('every provider names a relation and columns that exist', () => {
  const columns = new Map(SYSTEM_RELATIONS.map(r => [r.rows, new Set(r.columns.map(c => c.name))]));
  for (const provider of ROW_PROVIDERS) {
    const unknown = provider.columns.filter(name => !columns.get(provider.relation)?.has(name));
    expect({relation: provider.relation, unknown}).toEqual({relation: provider.relation, unknown: []});
  }
  const names = ROW_PROVIDERS.map(p => p.relation);
  expect(new Set(names).size).toBe(names.length);
});

test('relations have OIDs of their own, none of them a schema’s', () => {
  const ids = SYSTEM_RELATIONS.map(r => r.id);
  expect(new Set([...ids, 11, 13000, 16000, 2200]).size).toBe(ids.length + 4);
  expect(Math.max(...ids)).toBeLessThan(16384);
});
