import type {PGlite} from '@electric-sql/pglite';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {freshPostgres} from '../../common/testing/fresh-postgres.ts';
import {below, seededRandom, type Random} from '../../common/testing/seeded-random.ts';
import {finishedLines} from '../testing/finished-files.ts';
import {InlineEngine} from '../testing/inline-engine.ts';

const SEED = Number(process.env['MILLRACE_FUZZ_SEED'] ?? 1);
const ROWS = 100;

const TEXTS = [
  '',
  'x',
  'a,b',
  'a;b',
  '"',
  'say "hi"',
  '\n',
  'two\r\nlines',
  '\t',
  '\\',
  '\\.',
  '\u0001\u001f\u007f',
  'é😀',
  ' ',
  'null',
  "it's",
];
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const DIGITS = ['0', '-1', '42', '1.50', '-0.001', '12345678901234567890.5', 'NaN', 'Infinity', '1e-7', '123456789.123456789'];
const TIMES = [
  '2026-01-02 03:04:05',
  '1969-12-31 23:59:59.999999',
  '0044-03-15 12:00:00 BC',
  '12026-01-01 00:00:00',
  'infinity',
  '2026-01-02 03:04:05.5',
];

const COLUMNS: readonly {readonly name: string; readonly type: string; readonly values: readonly string[]}[] = [
  {name: 'i', type: 'int', values: ['0', '-7', '2147483647']},
  {name: 'big', type: 'bigint', values: ['0', '-1', '9007199254740993', '-9223372036854775808']},
  {name: 'small', type: 'smallint', values: ['1', '-32768']},
  {name: 'n', type: 'numeric', values: DIGITS},
  {name: 'money', type: 'numeric(10, 2)', values: ['1.5', '-0.05', '100']},
  {name: 'f', type: 'float8', values: ['0', '-0', '1.5', '1e300', '0.1', 'NaN', '-Infinity']},
  {name: 'r', type: 'real', values: ['0.1', '1e30', 'NaN']},
  {name: 'ok', type: 'boolean', values: ['true', 'false']},
  {name: 't"x', type: 'text', values: TEXTS},
  {name: 'v,w', type: 'varchar(20)', values: TEXTS},
  {name: 'd', type: 'date', values: ['2026-01-02', '0001-01-01', '0044-03-15 BC', '99999-01-01', 'infinity']},
  {name: 'ts', type: 'timestamp', values: TIMES},
  {name: 'tz', type: 'timestamptz', values: TIMES},
  {name: 'tm', type: 'time', values: ['00:00', '23:59:59.000001', '12:30']},
  {name: 'iv', type: 'interval', values: ['1 day', '-01:02:03.5', '1 mon 2 days']},
  {name: 'u', type: 'uuid', values: ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']},
  {name: 'raw', type: 'bytea', values: ['\\x00ff2c', '\\x']},
  {name: 'j', type: 'json', values: ['{"a" : [1, 2]}', '"x"', 'null', '{"b":"c,\\"d"}']},
  {name: 'jb', type: 'jsonb', values: ['{"b": 1, "a": [null, "x"]}', '1.50']},
  {name: 'arr', type: 'int[]', values: ['{1,2,NULL}', '{}']},
  {name: 'ta', type: 'text[]', values: ['{a,"b,c","d\\"e"}', '{}']},
];

const rowsOf = (random: Random, columns: typeof COLUMNS): string[] =>
  Array.from({length: ROWS}, () => {
    const values = columns.map(({values: some, type}) =>
      below(random, 5) === 0 ? 'NULL' : `${quoted(some[below(random, some.length)]!)}::${type}`,
    );
    return `(${values.join(', ')})`;
  });

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

let postgres: PGlite;
beforeAll(async () => {
  postgres = await freshPostgres();
}, 60_000);
afterAll(() => postgres.close());

/** Lines in quotes may have line feeds in them: compared as one text, in the order of the sink. */
async function compare(columns: typeof COLUMNS, delimiter: string): Promise<void> {
  const random = seededRandom(SEED);
  const declared = `k int, ${columns.map(({name, type}) => `${identifier(name)} ${type}`).join(', ')}`;
  const values = rowsOf(random, columns).map((row, k) => `(${k}, ${row.slice(1)}`);
  await postgres.exec(
    `SET timezone = 'UTC'; DROP TABLE IF EXISTS e; CREATE TABLE e (${declared}); INSERT INTO e VALUES ${values.join(', ')}`,
  );
  const engine = await InlineEngine.start();
  const session = engine.session();
  const names = columns.map(({name}) => identifier(name)).join(', ');
  await session.all(`CREATE STREAM e (${declared}); INSERT INTO e VALUES ${values.join(', ')}`);
  const options = `connector = 'filesystem', path = '/csv', format = 'csv', header = true, delimiter = '${delimiter}'`;
  await session.all(`CREATE SINK c AS SELECT ${names} FROM e WITH (${options})`);
  await session.all(`CREATE SINK j AS SELECT ${names} FROM e WITH (connector = 'filesystem', path = '/json', format = 'json')`);
  await session.all('CHECKPOINT');
  const {blob} = await postgres.query(
    `COPY (SELECT ${names} FROM e ORDER BY k) TO '/dev/blob' (FORMAT csv, HEADER, DELIMITER '${delimiter}')`,
  );
  const [csv] = engine.world.files.all.filter(file => file.startsWith('/csv/'));
  expect(Buffer.from(engine.world.files.read(csv!)).toString()).toBe(await blob!.text());
  const {rows} = await postgres.query<{j: string}>(`SELECT row_to_json(q)::text AS j FROM (SELECT ${names} FROM e ORDER BY k) q`);
  expect(finishedLines(engine.world.files, '/json')['']).toEqual(rows.map(({j}) => j).sort());
}

test.each([',', ';', ':'])(
  `files of every type are as COPY (delimiter "%s") and row_to_json write them (seed ${SEED})`,
  async delimiter => {
    await compare(COLUMNS, delimiter);
  },
);

test.each(['t"x', 'i'])('a file with the one column %s', async name => {
  await compare(
    COLUMNS.filter(column => column.name === name),
    ',',
  );
});
