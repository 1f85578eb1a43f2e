import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {castContext} from './cast-context.ts';
import {formatType, formatTypeOid, typeFromName} from './format-type.ts';
import {oidOf, typeFromOid, typlenOf, typmodOf} from './oids.ts';
import {PG_TYPES} from './pg-types.ts';
import {T, arrayOf, type SqlType} from './sql-type.ts';
import {isPreferred, typeCategory} from './type-category.ts';
import {outcome, startOracle, type PostgresOracle} from './testing/postgres-oracle.ts';

let postgres: PostgresOracle;
beforeAll(async () => void (postgres = await startOracle()));
afterAll(() => postgres.close());

const COLUMNS = [
  'oid', 'typname', 'typlen', 'typbyval', 'typtype', 'typcategory', 'typispreferred', 'typdelim', 'typrelid', 'typsubscript', 'typelem', 'typarray',
  'typinput', 'typoutput', 'typreceive', 'typsend', 'typmodin', 'typmodout', 'typanalyze', 'typalign', 'typstorage', 'typcollation',
] as const; // prettier-ignore

const ALL: readonly SqlType[] = Object.values(T);

describe('the type catalog agrees with PostgreSQL', () => {
  test('every built-in row of pg_type', async () => {
    const text = await postgres.column(
      `SELECT concat_ws(' ', ${COLUMNS.map(c => (c === 'typarray' ? `CASE WHEN typarray < 10000 OR typtype = 'c' THEN typarray ELSE 0 END` : `${c}::text`)).join(', ')}) FROM pg_type WHERE oid < 10000 ORDER BY oid`,
    );
    const theirs = new Map(text.map(line => [(line ?? '').split(' ')[0], line]));
    const short = (value: unknown) => (typeof value === 'boolean' ? (value ? 'true' : 'false') : String(value));
    // typarray of the catalogs' row types is assigned at initdb and differs between installations.
    const volatile = (line: string | null | undefined) =>
      (line ?? '')
        .split(' ')
        .map((v, i) => (i === 11 && Number(v) >= 10000 ? '*' : v))
        .join(' ');
    const wrong = PG_TYPES.filter(row => row.oid < 10000).flatMap(row => {
      const ours = volatile(COLUMNS.map(c => short(row[c])).join(' '));
      const answer = volatile(theirs.get(String(row.oid)));
      return answer === ours ? [] : [[ours, answer]];
    });
    if (postgres.version === 15) {
      expect(wrong).toEqual([]);
      expect(PG_TYPES.filter(row => row.oid < 10000).length).toBe(text.length);
    } else {
      // 18 runs on 32 bit (no by-value int8) and changed single flags; names, oids and array oids stay.
      const stable = (line: string) =>
        line
          .split(' ')
          .filter((_, i) => [0, 1, 4, 10, 11].includes(i))
          .join(' ');
      expect(wrong.filter(([a = '', b = '']) => b !== '' && stable(a) !== stable(b))).toEqual([]);
    }
  });

  test('oids, lengths, modifiers and names of all our types', async () => {
    const types: readonly SqlType[] = [
      ...ALL.filter(t => t.kind !== 'void' && t.kind !== 'record' && t.kind !== 'anyarray' && t.kind !== 'unknown'),
      {kind: 'numeric', precision: 10, scale: 2},
      {kind: 'numeric', precision: 3, scale: -2},
      {kind: 'numeric', precision: 2, scale: 5},
      {kind: 'varchar', length: 17},
      {kind: 'bpchar', length: 3},
    ];
    const arrays = types.filter(t => !t.kind.endsWith('vector') && t.kind !== 'pg_node_tree').map(arrayOf);
    for (const type of [...types, ...arrays]) {
      expect(typeFromOid(oidOf(type), typmodOf(type))).toEqual(type);
    }
    const asked = [...types, ...arrays];
    const answers = await postgres.ask(asked.map(t => `format_type(${oidOf(t)}, ${typmodOf(t)})`));
    expect(asked.map(t => ({text: formatType(t)}))).toEqual(answers);
    // Later versions widened aclitem.
    const sized = asked.filter(t => t.kind !== 'aclitem');
    const lengths = await postgres.ask(sized.map(t => `(SELECT typlen FROM pg_type WHERE oid = ${oidOf(t)})`));
    expect(sized.map(t => ({text: String(typlenOf(t))}))).toEqual(lengths);
    const names = await postgres.column(`SELECT oid || ' ' || format_type(oid, NULL) FROM pg_type WHERE oid < 6000 AND typtype = 'b'`);
    const known = names.filter(line => formatTypeOid(Number(line?.split(' ')[0])) !== undefined);
    expect(known.length).toBeGreaterThan(140);
    expect(known.map(line => `${line?.split(' ')[0]} ${formatTypeOid(Number(line?.split(' ')[0]))}`)).toEqual(known);
  });

  test('written type names', async () => {
    const names = [
      'int', 'int4', 'integer', 'int2', 'smallint', 'bigint', 'int8', 'bool', 'boolean', 'real', 'float', 'float4', 'float8', 'float(1)', 'float(24)', 'float(25)',
      'float(53)', 'float(54)', 'float(0)', 'double precision', 'numeric', 'decimal', 'dec', 'numeric(5)', 'numeric(5,2)', 'numeric(0)', 'numeric(1001)',
      'numeric(5,1001)', 'numeric(3,-2)', 'varchar', 'varchar(5)', 'varchar(0)', 'character varying(7)', 'char', 'char(4)', 'character', 'character(0)', 'bpchar', 'bpchar(3)', 'text',
      'bytea', 'date', 'time', 'time without time zone', 'timestamp', 'timestamp with time zone', 'timestamptz', 'interval', 'uuid', 'json', 'jsonb', 'oid', 'name',
      '"char"', 'regclass', 'regtype', 'regproc', 'pg_catalog.int4', '_int4', '_text', 'nosuchtype', 'text(3)',
    ]; // prettier-ignore
    // The cast of NULL tells the type; its modifier is told by the errors.
    const cast = await postgres.ask(names.map(name => `pg_typeof(NULL::${name})`));
    for (const [i, name] of names.entries()) {
      const parsed = /^(.*?)(?:\(([-\d,]+)\))?$/.exec(name);
      const parts = (parsed?.[1] ?? '').split('.');
      const modifiers = (parsed?.[2] ?? '')
        .split(',')
        .filter(m => m !== '')
        .map(Number);
      const mine = outcome(() =>
        formatType(typeFromName(parts, modifiers))
          .replace(/\(.*\)/, '')
          .replace('bpchar', 'character'),
      );
      const theirs = cast[i];
      if ('code' in mine || (theirs && 'code' in theirs))
        expect([name, 'code' in mine && mine.code]).toEqual([name, theirs && 'code' in theirs && theirs.code]);
      else expect([name, mine]).toEqual([name, theirs]);
    }
  });

  test('categories and preferred types', async () => {
    const types = ALL.filter(t => t.kind !== 'anyarray');
    const answers = await postgres.ask(
      types.map(t => `(SELECT typcategory::text || typispreferred::text FROM pg_type WHERE oid = ${oidOf(t)})`),
    );
    expect(types.map(t => ({text: typeCategory(t) + String(isPreferred(t))}))).toEqual(answers);
  });

  test('which casts exist, and where they may stand', async () => {
    const types = ALL.filter(
      t => !['void', 'record', 'anyarray', 'unknown', 'int2vector', 'oidvector', 'aclitem', 'pg_node_tree'].includes(t.kind),
    );
    const pairs = types.flatMap(a => types.map(b => [a, b] as const)).filter(([a, b]) => a.kind !== b.kind);
    const rows = await postgres.column(`SELECT castsource || ' ' || casttarget || ' ' || castcontext::text FROM pg_cast`);
    const listed = new Map(
      rows.map(row => {
        const [source, target, context] = (row ?? '').split(' ');
        return [`${source} ${target}`, context];
      }),
    );
    const string = (t: SqlType) => ['text', 'varchar', 'bpchar', 'name'].includes(t.kind);
    const expected = pairs.map(([a, b]) => [
      a.kind,
      b.kind,
      listed.get(`${oidOf(a)} ${oidOf(b)}`) ?? (string(b) ? 'a' : string(a) ? 'e' : undefined),
    ]);
    const ours = pairs.map(([a, b]) => [a.kind, b.kind, castContext(a, b)?.charAt(0)]);
    // PostgreSQL 18 added casts between bytea and integers.
    const modern = (list: readonly (readonly (string | undefined)[])[]) =>
      postgres.version < 18 ? list : list.filter(([a, b]) => !(a === 'bytea' || b === 'bytea'));
    expect(modern(ours)).toEqual(modern(expected));
  });
});
