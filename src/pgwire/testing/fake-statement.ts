import {Buffer} from 'node:buffer';
import {sqlError, type SqlError} from '../../common/sql-error.ts';
import type {Field} from '../../engine/api.ts';
import {encodeRow} from './encode-row.ts';

/** A run of rows: finished DataRow messages and how many they are. */
export type FakeRows = {readonly messages: Buffer; readonly count: number};

/** What the fake engine makes of a statement's text. */
export type FakeStatement = {
  readonly sql: string;
  readonly kind: 'select' | 'begin' | 'commit' | 'rollback' | 'set' | 'notice' | 'sleep' | 'divide-by-zero' | 'other';
  readonly parameterOids: readonly number[];
  readonly fields: readonly Field[] | null;
  readonly tag: string;
  rows(parameters: readonly (Uint8Array | null)[]): Iterable<FakeRows>;
  readonly setting?: readonly [name: string, value: string];
};

const field = (name: string, typeOid: number, typeSize: number): Field => ({
  name,
  tableOid: 0,
  columnNumber: 0,
  typeOid,
  typeSize,
  typeModifier: -1,
});

const base = {parameterOids: [], fields: null, rows: () => []} as const;

/** A handful of statements that PostgreSQL understands too, with its answers. @throws SqlError */
export function parseFake(sql: string): FakeStatement {
  const text = sql.replace(/--.*|\/\*[^]*?\*\//g, '').trim();
  const word = /^\w*/.exec(text)?.[0].toLowerCase() ?? '';
  switch (word) {
    case 'begin':
      return {...base, sql, kind: 'begin', tag: 'BEGIN'};
    case 'commit':
      return {...base, sql, kind: 'commit', tag: 'COMMIT'};
    case 'rollback':
      return {...base, sql, kind: 'rollback', tag: 'ROLLBACK'};
    case 'set': {
      const [, name = '', value = ''] = /^set\s+(\w+)\s*(?:=|to)\s*'?([^']*)'?$/i.exec(text) ?? [];
      return {...base, sql, kind: 'set', tag: 'SET', setting: [name, value]};
    }
    case 'notice':
      return {...base, sql, kind: 'notice', tag: 'DO'};
    case 'select':
      return parseSelect(sql, text.replace(/^select\s+/i, ''));
    case 'crash':
      throw new TypeError('a defect');
    case '':
      return {...base, sql, kind: 'other', tag: ''};
    default:
      throw sqlError('syntax_error', `syntax error at or near "${word}"`, {position: sql.indexOf(word)});
  }
}

function parseSelect(sql: string, list: string): FakeStatement {
  const select = {sql, kind: 'select', tag: 'SELECT', parameterOids: []} as const;
  const one = (fields: readonly Field[], row: Buffer): FakeStatement => ({...select, fields, rows: () => [{messages: row, count: 1}]});
  let match: RegExpExecArray | null;
  if (/^\d+$/.test(list)) return one([field('?column?', 23, 4)], encodeRow([list]));
  if ((match = /^'([^']*)'(?:::text)?$/.exec(list))) return one([field('?column?', 25, -1)], encodeRow([match[1] ?? '']));
  if ((match = /^\$1::(\w+)$/.exec(list))) {
    const [name, oid, size] = match[1] === 'text' ? (['text', 25, -1] as const) : (['int4', 23, 4] as const);
    return {
      ...select,
      parameterOids: [oid],
      fields: [field(name, oid, size)],
      rows: p => [{messages: encodeRow([p[0] ?? null]), count: 1}],
    };
  }
  if ((match = /^generate_series\(1,\s*(\d+)\)$/.exec(list))) {
    const count = Number(match[1]);
    return {...select, fields: [field('generate_series', 23, 4)], rows: () => series(count)};
  }
  if ((match = /^flood\((\d+)\)$/.exec(list))) return {...select, fields: [field('flood', 25, -1)], rows: flood(Number(match[1]))};
  if ((match = /^pg_sleep\(([\d.]+)\)$/.exec(list))) return {...one([field('pg_sleep', 2278, 4)], encodeRow([''])), kind: 'sleep'};
  if (list.startsWith('{')) return selectTable(sql, list);
  if (list === '1/0') return {...select, kind: 'divide-by-zero', fields: [field('?column?', 23, 4)], rows: () => []};
  if (list === '1/(3-generate_series(1, 4))') return {...select, fields: [field('?column?', 23, 4)], rows: divideTo};
  throw sqlError('undefined_column', `column "${list}" does not exist`, {position: sql.indexOf(list)});
}

/** `select {"columns": [["a", 25], …], "rows": [["x", …], …]}`: any table, for tests of what is printed. */
function selectTable(sql: string, json: string): FakeStatement {
  const {columns, rows} = JSON.parse(json) as {columns: [string, number][]; rows: (string | null)[][]};
  const fields = columns.map(([name, typeOid]) => field(name, typeOid, -1));
  return {...base, sql, kind: 'select', tag: 'SELECT', fields, rows: () => rows.map(row => ({messages: encodeRow(row), count: 1}))};
}

function* series(count: number): Iterable<FakeRows> {
  for (let i = 1; i <= count; i++) yield {messages: encodeRow([String(i)]), count: 1};
}

/** `count` chunks of 64 rows of 1 kB, always in the same buffer, as a ring would. */
const flood = (count: number) =>
  function* (): Iterable<FakeRows> {
    const buffer = Buffer.concat(Array.from({length: 64}, () => encodeRow(['x'.repeat(1024)])));
    for (let i = 0; i < count; i++) {
      yield {messages: buffer, count: 64};
    }
  };

function* divideTo(): Iterable<FakeRows> {
  yield {messages: encodeRow(['0']), count: 1};
  yield {messages: encodeRow(['1']), count: 1};
  throw divisionByZero();
}

export function divisionByZero(): SqlError {
  return sqlError('division_by_zero', 'division by zero');
}
