import {spawn} from 'node:child_process';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {psqlAvailable} from '../../test/clients/available.ts';
import {serveFake, type FakeServer} from './testing/serve-fake.ts';

let server: FakeServer;

beforeAll(async () => {
  server = await serveFake();
});
afterAll(() => server.close());

type Outcome = {readonly stdout: string; readonly stderr: string; readonly code: number | null};

function psql(args: readonly string[], {input = '', interruptAfterMs}: {input?: string; interruptAfterMs?: number} = {}): Promise<Outcome> {
  const child = spawn('psql', ['-X', '-h', '127.0.0.1', '-p', String(server.port), '-U', 'app', '-d', 'streamdb', ...args]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', chunk => (stdout += String(chunk)));
  child.stderr.on('data', chunk => (stderr += String(chunk)));
  child.stdin.end(input);
  if (interruptAfterMs !== undefined) setTimeout(() => child.kill('SIGINT'), interruptAfterMs);
  return new Promise(resolve => child.on('close', code => resolve({stdout, stderr, code})));
}

describe.skipIf(!psqlAvailable())('psql', () => {
  test('connects and prints a table', async () => {
    expect(await psql(['-c', 'select generate_series(1, 2)'])).toEqual({
      stdout: ' generate_series \n-----------------\n               1\n               2\n(2 rows)\n\n',
      stderr: '',
      code: 0,
    });
  });

  test('reads the settings of the start-up', async () => {
    const {stdout} = await psql([], {input: '\\echo :SERVER_VERSION_NUM :ENCODING :USER :DBNAME\n\\conninfo\n'});
    expect(stdout).toContain('150008 UTF8 app streamdb');
    expect(stdout).toContain('You are connected to database "streamdb" as user "app"');
  });

  test('points at the error in a text beyond ASCII', async () => {
    const {stderr} = await psql(['-c', "select '😀é'; selec 2"]);
    expect(stderr).toBe(`ERROR:  syntax error at or near "selec"\nLINE 1: select '😀é'; selec 2\n${' '.repeat(22)}^\n`);
  });

  test('goes on after errors, follows the transaction status, prints notices', async () => {
    const input = 'begin;\nselect 1/0;\nselect 1;\ncommit;\nnotice hello;\nselect 5;\n';
    const {stdout, stderr, code} = await psql(['-q', '-A', '-t'], {input});
    expect(stdout).toBe('5\n');
    expect(stderr).toBe(
      'ERROR:  division by zero\nERROR:  current transaction is aborted, commands ignored until end of transaction block\nNOTICE:  hello\nHINT:  none\n',
    );
    expect(code).toBe(0);
  });

  test('Ctrl-C cancels a running statement', async () => {
    const {stderr} = await psql(['-c', 'select pg_sleep(30)'], {interruptAfterMs: 500});
    expect(stderr).toContain('ERROR:  canceling statement due to user request');
  });

  test('is told when the database does not exist', async () => {
    const {stderr, code} = await psql(['-d', 'nosuchdb', '-c', 'select 1']);
    expect(stderr).toContain('FATAL:  database "nosuchdb" does not exist');
    expect(code).toBe(2);
  });
});
