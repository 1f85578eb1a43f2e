import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';

test('a view is not replaced under results that are maintained by it, not through other views either', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all(`CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v`);
  await session.all('CREATE OR REPLACE VIEW v AS SELECT a + 1 AS a FROM t');
  await session.all(`CREATE MATERIALIZED VIEW m AS SELECT a FROM w; CREATE SINK s FROM v WITH (connector = 'blackhole')`);
  const replace = 'CREATE OR REPLACE VIEW v AS SELECT a + 2 AS a FROM t';
  await expect(session.all(replace)).rejects.toMatchObject({
    code: '2BP01',
    message: 'cannot replace view v because results of it are maintained',
    fields: {detail: 'materialized view m depends on view v\nsink s depends on view v'},
  });
  await session.all('INSERT INTO t VALUES (1)');
  expect(await (await engine.restart()).session().rows('SELECT * FROM m')).toEqual([['2']]);
});

test('a view does not read itself', async () => {
  const session = (await InlineEngine.start()).session();
  await session.all('CREATE VIEW v AS SELECT 1 AS a; CREATE VIEW w AS SELECT a FROM v');
  expect(await session.code('CREATE OR REPLACE VIEW v AS SELECT a FROM v')).toBe('42P17');
  expect(await session.code('CREATE OR REPLACE VIEW v AS SELECT a FROM w')).toBe('42P17');
  expect(await session.rows('SELECT a FROM w')).toEqual([['1']]);
});
