import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {InlineEngine} from '../../src/engine/testing/inline-engine.ts';

/** Pages whose statements, from the first to the last, run on one server. */
const PAGES = ['time.md', 'costs.md'];

/** As psql sends them: one after the other. */
const statementsOf = (block: string): string[] => block.split(/;$/m).filter(statement => statement.trim() !== '');

test.each(PAGES)('every statement of docs/%s runs', async page => {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```sql\n([\s\S]*?)^```/gm)].map(match => match[1]!);
  expect(blocks.length).toBeGreaterThan(0);
  const engine = await InlineEngine.start();
  const session = engine.session();
  for (const statement of blocks.flatMap(statementsOf)) await expect(session.all(statement), statement).resolves.toBeDefined();
  await engine.stop();
});

test('docs/time.md tells the truth about its rows', async () => {
  const text = readFileSync(new URL('../../docs/time.md', import.meta.url), 'utf8');
  const [streams, views] = [...text.matchAll(/^```sql\n([\s\S]*?)^```/gm)].map(match => match[1]!);
  const engine = await InlineEngine.start();
  const session = engine.session();
  for (const statement of [streams!, views!].flatMap(statementsOf)) await session.all(statement);
  expect(await session.rows('SELECT window_start, total FROM finals')).toEqual([['2026-01-01 12:00:00', '1']]);
  expect(await session.rows('SELECT _offset FROM "totals$late"')).toEqual([['2']]);
  await session.all("INSERT INTO orders (at, amount) VALUES ('2026-01-01T12:00:00Z', 1), ('2026-01-01T14:00:00+02:00', 2)");
  expect(await session.rows('SELECT DISTINCT ts FROM orders')).toEqual([['2026-01-01 12:00:00+00']]);
  await engine.stop();
});
