import pg from 'pg';
import Cursor from 'pg-cursor';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {serveFake, type FakeServer} from './testing/serve-fake.ts';

let server: FakeServer;

beforeAll(async () => {
  server = await serveFake();
});
afterAll(() => server.close());

async function withClient<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({host: '127.0.0.1', port: server.port, user: 'app', database: 'streamdb'});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

test('simple queries, several results, errors with their fields', () =>
  withClient(async client => {
    expect((await client.query('select 1')).rows).toEqual([{'?column?': 1}]);
    const results = (await client.query("select 1; select 'x'")) as unknown as pg.QueryResult[];
    expect(results.map(result => result.rows)).toEqual([[{'?column?': 1}], [{'?column?': 'x'}]]);
    await expect(client.query('select 1; selec 2')).rejects.toMatchObject({severity: 'ERROR', code: '42601', position: '11'});
    expect((await client.query('')).rows).toEqual([]);
  }));

test('parameters and named statements, with errors between', () =>
  withClient(async client => {
    expect((await client.query('select $1::text', ['é😀'])).rows).toEqual([{text: 'é😀'}]);
    expect((await client.query('select $1::text', [null])).rows).toEqual([{text: null}]);
    for (const value of ['a', 'b']) {
      const query = {name: 'by-name', text: 'select $1::text', values: [value]};
      expect((await client.query(query)).rows).toEqual([{text: value}]);
      await expect(client.query('selec', [])).rejects.toMatchObject({code: '42601'});
    }
  }));

test('a pool under load gets every answer to its own question', async () => {
  const pool = new pg.Pool({host: '127.0.0.1', port: server.port, user: 'app', max: 8});
  const results = await Promise.all(Array.from({length: 1000}, (_, i) => pool.query<{int4: number}>('select $1::int4', [i])));
  expect(results.map(result => result.rows[0]?.int4)).toEqual(Array.from({length: 1000}, (_, i) => i));
  await pool.end();
});

test('pg-cursor reads row-limited portals to the end', () =>
  withClient(async client => {
    const cursor = client.query(new Cursor<{generate_series: number}>('select generate_series(1, 250)'));
    const sizes: number[] = [];
    for (;;) {
      const rows = await cursor.read(100);
      sizes.push(rows.length);
      if (rows.length === 0) break;
    }
    expect(sizes).toEqual([100, 100, 50, 0]);
    await cursor.close();
    const dropped = client.query(new Cursor<unknown>('select generate_series(1, 100000)'));
    expect(await dropped.read(10)).toHaveLength(10);
    await dropped.close();
    expect((await client.query('select 1')).rowCount).toBe(1);
  }));

test('notices and the end of the server reach the client', async () => {
  const own = await serveFake();
  const client = new pg.Client({host: '127.0.0.1', port: own.port, user: 'app'});
  const notices: string[] = [];
  client.on('notice', notice => notices.push(notice.message ?? ''));
  const lost = new Promise<Error>(resolve => client.on('error', resolve)); // the first counts
  await client.connect();
  await client.query('notice hello');
  expect(notices).toEqual(['hello']);
  await own.close();
  expect(await lost).toMatchObject({code: '57P01'});
});
