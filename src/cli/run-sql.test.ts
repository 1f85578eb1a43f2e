import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {psqlAvailable} from '../../test/clients/available.ts';
import {serveFake, type FakeServer} from '../pgwire/testing/serve-fake.ts';
import {EXIT, runSql, type SqlInput} from './run-sql.ts';

type Printed = {readonly stdout: string; readonly stderr: string};

let server: FakeServer;
const folder = mkdtempSync(path.join(tmpdir(), 'millrace-sql-'));

beforeAll(async () => {
  server = await serveFake();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, {recursive: true});
});

async function run(
  inputs: readonly SqlInput[],
  extra: {port?: number; database?: string; signal?: AbortSignal} = {},
): Promise<Printed & {code: number}> {
  let stdout = '';
  let stderr = '';
  const code = await runSql({
    host: '127.0.0.1',
    port: server.port,
    user: 'app',
    database: 'streamdb',
    inputs,
    stdout: {write: text => (stdout += String(text))},
    stderr: {write: text => (stderr += text)},
    ...extra,
  });
  return {stdout, stderr, code};
}

const command = (sql: string): SqlInput[] => [{kind: 'command', sql}];

function script(text: string): SqlInput[] {
  const file = path.join(folder, 'script.sql');
  writeFileSync(file, text);
  return [{kind: 'file', path: file}];
}

test('prints tables, tags and notices, in order', async () => {
  expect(await run(command("begin; select generate_series(1, 2); notice hello; select 'é'; commit"))).toEqual({
    code: EXIT.ok,
    stdout:
      'BEGIN\n generate_series \n-----------------\n               1\n               2\n(2 rows)\n\nDO\n ?column? \n----------\n é\n(1 row)\n\nCOMMIT\n',
    stderr: 'NOTICE:  hello\nHINT:  none\n',
  });
});

test('a script stops at its first error, which is named by file and line', async () => {
  const {stdout, stderr, code} = await run(script('-- first\nselect 1;\n\nselect\n  nosuch;\nselect 2;\n'));
  expect(code).toBe(EXIT.sqlError);
  expect(stdout).toContain('(1 row)');
  expect(stdout).not.toContain('2');
  expect(stderr).toBe(`${folder}/script.sql:5: ERROR:  column "nosuch" does not exist\nLINE 2:   nosuch;\n          ^\n`);
});

test('commands and files run in the order given', async () => {
  const {stdout} = await run([...command('select 1'), ...script('begin;\ncommit;'), ...command('select 2')]);
  expect(
    stdout
      .replace(/[^\d\nA-Z]/g, '')
      .split('\n')
      .filter(Boolean),
  ).toEqual(['1', '1', 'BEGIN', 'COMMIT', '2', '1']);
});

test('no server, no database, a file that is missing, a connection that breaks', async () => {
  const nowhere = await run(command('select 1'), {port: 1});
  expect(nowhere).toMatchObject({code: EXIT.connectionFailure});
  expect(nowhere.stderr).toContain('connection to server at "127.0.0.1", port 1 failed: Connection refused');
  const refused = await run(command('select 1'), {database: 'nosuchdb'});
  expect(refused).toMatchObject({code: EXIT.connectionFailure, stderr: 'millrace: error: FATAL:  database "nosuchdb" does not exist\n'});
  expect(await run([{kind: 'file', path: '/nosuch.sql'}])).toMatchObject({code: EXIT.badInput, stdout: ''});
  const own = await serveFake();
  const broken = run(command('select pg_sleep(30)'), {port: own.port});
  setTimeout(() => void own.close(), 100);
  expect(await broken).toMatchObject({code: EXIT.connectionFailure});
});

test('an abort cancels the running statement', async () => {
  const {code, stderr} = await run(command('select pg_sleep(30)'), {signal: AbortSignal.timeout(100)});
  expect(code).toBe(EXIT.sqlError);
  expect(stderr).toBe('ERROR:  canceling statement due to user request\n');
});

function psql(sql: string): Promise<Printed> {
  const child = spawn('psql', ['-X', '-h', '127.0.0.1', '-p', String(server.port), '-U', 'app', '-d', 'streamdb', '-c', sql], {
    env: {...process.env, LC_ALL: 'C.UTF-8', PGCLIENTENCODING: 'UTF8'},
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', chunk => (stdout += String(chunk)));
  child.stderr.on('data', chunk => (stderr += String(chunk)));
  return new Promise(resolve => child.on('close', () => resolve({stdout, stderr})));
}

async function compare(sql: string): Promise<void> {
  const {stdout, stderr} = await run(command(sql));
  expect({stdout, stderr}).toEqual(await psql(sql));
}

describe.skipIf(!psqlAvailable())('as psql', () => {
  test('prints tables', async () => {
    const text = fc.array(fc.constantFrom('a', 'bc', ' ', '-', '+', '\n', '\t', '\r', '\u0001', 'é', '漢', 'e\u0301', '|'), {maxLength: 8});
    const value = fc.option(text.map(parts => parts.join('')));
    const table = fc.integer({min: 1, max: 4}).chain(width =>
      fc.record({
        columns: fc.array(fc.tuple(fc.constantFrom('a', 'long name', 'two\nlines', 'é', 'x\ny\nz'), fc.constantFrom(25, 23, 1700)), {
          minLength: width,
          maxLength: width,
        }),
        rows: fc.array(fc.array(value, {minLength: width, maxLength: width}), {maxLength: 4}),
      }),
    );
    await fc.assert(
      fc.asyncProperty(table, async json => compare(`select ${JSON.stringify(json)}`)),
      {numRuns: 40},
    );
  });

  test('points at errors, whatever the line', async () => {
    const line = fc
      .array(fc.constantFrom('/*', 'x', 'long words ', 'é', '漢', '\t', '*/ /*', '\n'), {maxLength: 30})
      .map(parts => `/* ${parts.join('')} */`);
    await fc.assert(
      fc.asyncProperty(line, line, async (before, after) => compare(`${before} selec ${after.replaceAll('*/', '')}*/`)),
      {numRuns: 30},
    );
  });
});
