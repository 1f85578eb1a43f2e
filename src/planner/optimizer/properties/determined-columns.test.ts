import {expect, test} from 'vitest';
import {Catalog} from '../../../catalog/catalog.ts';
import {column} from '../../../catalog/column.ts';
import type {Stream} from '../../../catalog/relation.ts';
import {seededIntegers} from '../../../common/testing/seeded-random.ts';
import type {Datum} from '../../../types/datum.ts';
import {T, type SqlType} from '../../../types/sql-type.ts';
import {decodeText, encodeText} from '../../../types/text-codec.ts';
import {lower} from '../../dataflow/lower.ts';
import {input} from '../../expression/build-expression.ts';
import {typesOf} from '../../logical/output-columns.ts';
import {evaluateDataflow, type Row} from '../../testing/evaluate-dataflow.ts';
import {plan} from '../../testing/planner-fixture.ts';
import {groupRows} from '../../testing/row-sets.ts';
import {determinedColumns} from './determined-columns.ts';

const QUERIES = Number(process.env['MILLRACE_RANDOM_QUERIES'] ?? 300);
/** Rows of a result that are compared. */
const ROWS = 60;
const SEED = Number(process.env['MILLRACE_SEED'] ?? 1);

const stream = (id: number, name: string, columns: readonly [string, SqlType][], keys: readonly (readonly string[])[]): Stream => ({
  kind: 'stream',
  id,
  schema: 'public',
  name,
  columns: columns.map(([n, type]) => column(n, type)),
  dependsOn: [],
  connector: 'embedded',
  options: {},
  keys,
});
const p = stream(1, 'p', [['id', T.int4], ['c', T.int4], ['d', T.int4]], [['id']]); // prettier-ignore
const q = stream(2, 'q', [['k', T.int4], ['e', T.int4], ['f', T.int4]], [['k', 'e + 1']]); // prettier-ignore
const r = stream(3, 'r', [['n', T.numeric], ['g', T.int4], ['h', T.int8]], [['n'], ['abs(h)']]); // prettier-ignore
const s = stream(4, 's', [['x', T.int4], ['y', T.int8]], []); // prettier-ignore
const streams = [p, q, r, s];
const catalog = Catalog.of(streams);

const number = (datum: Datum | undefined) => (datum === null || datum === undefined ? null : Number(datum));
/** What a row has for each key of its stream, null where the key says nothing of it. */
const KEYS: Readonly<Record<string, (row: Row) => readonly (string | null)[]>> = {
  p: ([id]) => [id === null ? null : `${number(id)}`],
  q: ([k, e]) => [k === null || e === null ? null : `${number(k)} ${number(e)}`],
  r: ([n, , h]) => [n === null ? null : encodeText(T.numeric, n!).replace('.00', ''), h === null ? null : `${Math.abs(number(h)!)}`],
  s: () => [null],
};

/** Rows that keep to the keys, NULLs among them. */
function rowsOf({name, columns}: Stream, below: (end: number) => number): readonly Row[] {
  const taken = new Set<string>();
  const random = (type: SqlType): Datum => {
    if (below(5) === 0) return null;
    const value = below(6) - 1;
    return decodeText(type, type.kind === 'numeric' && below(2) === 0 ? `${value}.00` : `${value}`);
  };
  return Array.from({length: 9}, () => columns.map(c => random(c.type))).flatMap((row, offset) => {
    const keys = KEYS[name]!(row).flatMap((key, i) => (key === null ? [] : [`${i}: ${key}`]));
    if (keys.some(key => taken.has(key))) return [];
    for (const key of keys) taken.add(key);
    return [[...row, 0, BigInt(offset), 0n, null, null]];
  });
}

/** Joins, conditions, groups and subqueries over the streams. */
function randomQuery(below: (end: number) => number): string {
  const pick = <V>(list: readonly V[]): V => list[below(list.length)]!;
  let aliases = 0;
  const relation = (inside: boolean): {readonly sql: string; readonly columns: readonly string[]} => {
    const alias = `a${aliases++}`;
    if (!inside && below(4) === 0)
      return {sql: `(${block(true)}) AS ${alias}(x, y, z)`, columns: ['x', 'y', 'z'].map(name => `${alias}.${name}`)};
    const {name, columns} = pick(streams);
    return {sql: `${name} AS ${alias}`, columns: columns.map(c => `${alias}.${c.name}`)};
  };
  const plain = (columns: readonly string[]): string => {
    const [a, b] = [pick(columns), pick(columns)];
    return pick([`${a} = ${b}`, `${a} = ${b}`, `${a} = ${below(4)}`, `${a} IS NOT NULL`, `${a} + 1 > 0`, `abs(${a}) = ${b}`]);
  };
  const condition = (columns: readonly string[]): string =>
    below(6) === 0 ? `EXISTS (SELECT 1 FROM s WHERE s.x = ${pick(columns)} AND s.y > ${pick(columns)})` : plain(columns);
  const block = (inside: boolean): string => {
    const first = relation(inside);
    const second = below(3) === 0 ? undefined : relation(inside);
    const columns = [...first.columns, ...(second?.columns ?? [])];
    const on = second && `${pick(first.columns)} = ${pick(second.columns)}${below(2) === 0 ? ` AND ${plain(columns)}` : ''}`;
    const from = second === undefined ? first.sql : `${first.sql} ${pick(['JOIN', 'JOIN', 'JOIN', 'LEFT JOIN'])} ${second.sql} ON ${on!}`;
    const where = below(2) === 0 ? '' : ` WHERE ${condition(columns)}${below(2) === 0 ? ` AND ${condition(columns)}` : ''}`;
    const value = () => pick([pick(columns), pick(columns), pick(columns), `${pick(columns)} + 1`, `${pick(columns)}::numeric`]);
    const list = [value(), value(), ...(inside ? [] : [value(), `${pick(columns)}::text`])];
    switch (below(4)) {
      case 0:
        return `SELECT ${list.join(', ')}, count(*) FROM ${from}${where} GROUP BY ${list.map((_, i) => i + 1).join(', ')}`;
      case 1:
        return `SELECT DISTINCT ${[...list, value()].join(', ')} FROM ${from}${where}`;
      default:
        return `SELECT ${[...list, value()].join(', ')} FROM ${from}${where}`;
    }
  };
  return block(false);
}

test('columns that are said to be determined are the same in all rows that agree, whatever NULLs there are', () => {
  let told = 0;
  for (let i = 0; i < QUERIES; i++) {
    const seed = SEED * 100_003 + i;
    const below = seededIntegers(seed);
    const sql = randomQuery(below);
    const {optimized} = plan(sql, {catalog});
    const tables = new Map(streams.map(one => [one.id, rowsOf(one, below)]));
    const rows = evaluateDataflow(lower(optimized), tables).slice(0, ROWS);
    const types = typesOf(optimized);
    for (let values = 0; values < types.length; values++) {
      const given = [values, ...(below(2) === 0 ? [below(types.length)] : [])];
      const determined = determinedColumns(
        optimized,
        given.map(c => input(c, types[c]!)),
      );
      told += [...determined].filter(c => !given.includes(c)).length;
      for (const group of groupRows(rows, given, types)) {
        for (const c of determined) {
          const texts = new Set(group.map(row => (row[c] == null ? 'NULL' : encodeText(types[c]!, row[c]))));
          expect([...texts].slice(0, 1), `seed ${seed}: column ${c} by ${given.join(', ')} of ${sql}`).toEqual([...texts]);
        }
      }
    }
  }
  expect(told).toBeGreaterThan(QUERIES / 5);
});

const determined = (sql: string, ...given: readonly number[]) => {
  const {optimized} = plan(sql, {catalog});
  const types = typesOf(optimized);
  const values = given.map(c => input(c, types[c]!));
  return [...determinedColumns(optimized, values)].sort((a, b) => a - b);
};

test('a declared key determines a row where something keeps NULLs out of it', () => {
  expect(determined('SELECT id, c FROM p', 0)).toEqual([0]);
  expect(determined('SELECT id, c FROM p WHERE id IS NOT NULL', 0)).toEqual([0, 1]);
  expect(determined('SELECT id, c FROM p WHERE id + d > 0', 0)).toEqual([0, 1]);
  expect(determined('SELECT id, c FROM p WHERE coalesce(id, 1) > 0', 0)).toEqual([0]);
  expect(determined('SELECT p.id, p.c, s.y FROM p JOIN s ON p.id = s.x', 0)).toEqual([0, 1]);
  expect(determined('SELECT s.x, p.c, s.y FROM p JOIN s ON p.id = s.x', 0)).toEqual([0, 1]);
  expect(determined('SELECT p.id, p.c FROM p LEFT JOIN s ON p.id = s.x', 0)).toEqual([0]);
});

test('a key over several expressions needs all of them; constants and equalities count', () => {
  expect(determined('SELECT k, e, f FROM q WHERE k > 0 AND e + 1 > 0', 0)).toEqual([0]);
  expect(determined('SELECT k, e + 1, f FROM q WHERE k > 0 AND e + 1 > 0', 0, 1)).toEqual([0, 1, 2]);
  expect(determined('SELECT k, f FROM q WHERE k > 0 AND e + 1 = 3', 0)).toEqual([0, 1]);
  expect(determined('SELECT p.id, q.f FROM p JOIN q ON p.id = q.k AND p.c = q.e + 1', 0)).toEqual([0, 1]);
});

test('columns of rows further out are not taken for each other', () => {
  const joined = (key: string) => `SELECT z.k, z.f FROM (SELECT q.k, q.e, q.f FROM q JOIN s ON q.k = s.x) z JOIN p ON z.e + 1 = p.${key}`;
  expect(determined(joined('c'), 0)).toEqual([0]);
  expect(determined(`${joined('c')} WHERE p.c = 2`, 0)).toEqual([0, 1]);
});

test('what a given column prints like is determined only if equal values print alike', () => {
  expect(determined('SELECT id, id::text FROM p', 0)).toEqual([0, 1]);
  expect(determined('SELECT n, n::text FROM s, (SELECT n FROM r) z', 0)).toEqual([]);
  expect(determined('SELECT n, g, n::text FROM r WHERE n > 0', 0)).toEqual([0, 1, 2]);
});
