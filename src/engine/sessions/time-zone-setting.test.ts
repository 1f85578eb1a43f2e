import type {PGlite} from '@electric-sql/pglite';
import {freshPostgres} from '../../common/testing/fresh-postgres.ts';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';

let pg: PGlite;
beforeAll(async () => {
  pg = await freshPostgres();
});
afterAll(() => pg.close());

const ZONES = [
  `'-7'`,
  '7',
  `'7.5'`,
  `'+00:00'`,
  `'+05:30'`,
  `'UTC'`,
  `'utc'`,
  `'Europe/Berlin'`,
  `'<-03>+03'`,
  `INTERVAL '+05:30' HOUR TO MINUTE`,
  `INTERVAL '-08:00' HOUR TO MINUTE`,
  'DEFAULT',
];

test.each(ZONES)('SET TIME ZONE %s shows times as PostgreSQL does', async zone => {
  const session = (await InlineEngine.start()).session();
  const asked = `SELECT CAST(timestamptz '2024-07-01 12:00+00' AS text)`;
  await pg.exec(`SET timezone = 'UTC'; SET TIME ZONE ${zone === 'DEFAULT' ? `'UTC'` : zone}`);
  await session.all(`SET TIME ZONE ${zone}`);
  expect(await session.rows(asked)).toEqual((await pg.query<string[]>(asked, [], {rowMode: 'array'})).rows);
});

test('a zone that there is not is refused', async () => {
  const session = (await InlineEngine.start()).session();
  for (const zone of [`'nowhere'`, `'200'`, `INTERVAL '1 day'`]) expect(await session.code(`SET TIME ZONE ${zone}`)).toBe('22023');
});
