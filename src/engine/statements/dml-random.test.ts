import {freshPostgres} from '../../common/testing/fresh-postgres.ts';
import {seededIntegers} from '../../common/testing/seeded-random.ts';
import {expect, test} from 'vitest';
import {answerOf, oracleAnswer} from '../testing/dml-oracle.ts';
import {InlineEngine} from '../testing/inline-engine.ts';

/** A statement over `k (id, grp, n, s)` with a key, or `b (a, s)` without. Answers do not depend on the order in which rows are met. */
function statement(random: (below: number) => number): string {
  const id = (): number => random(12);
  const word = (): string => ['NULL', `'a'`, `'bb'`, `'ccc'`][random(4)]!;
  const row = (): string => `(${id()}, ${id()}, ${random(20) === 0 ? 'NULL' : random(50)}, ${word()})`;
  const rows = (): string => Array.from({length: 1 + random(3)}, row).join(', ');
  switch (random(16)) {
    case 0:
    case 1:
      return `INSERT INTO k VALUES ${rows()}`;
    case 2:
      return `INSERT INTO k VALUES ${rows()} ON CONFLICT DO NOTHING RETURNING id`;
    case 3:
      return `INSERT INTO k VALUES ${rows()} ON CONFLICT (grp, id) DO UPDATE SET n = k.n + excluded.n, s = excluded.s RETURNING *`;
    case 4:
      return `INSERT INTO k VALUES ${row()} ON CONFLICT (grp, id) DO UPDATE SET n = excluded.n WHERE k.n < excluded.n`;
    case 5:
      return `UPDATE k SET n = n + ${random(5)}, s = ${word()} WHERE grp = ${id()}`;
    case 6:
      return `UPDATE k SET id = ${id()} WHERE id = ${id()} AND grp = ${id()}`;
    case 7:
      return `DELETE FROM k WHERE id = ${id()} OR n > ${40 + random(10)}`;
    case 8:
      return `INSERT INTO b SELECT id % 4, s FROM k WHERE grp < ${id()}`;
    case 9:
      return `UPDATE b SET a = ${random(4)} WHERE s = ${word()}`;
    case 10:
      return `DELETE FROM b WHERE a = ${random(4)}`;
    case 11:
      return `INSERT INTO k SELECT DISTINCT a + 20, a, 1, NULL FROM b ON CONFLICT DO NOTHING`;
    case 12:
      return `DELETE FROM k WHERE id = ${id()} AND grp = ${id()} RETURNING n`;
    case 13:
      return `SELECT n + 1, s FROM k WHERE ${id()} = grp AND id = ${id()}`;
    case 14:
      return `UPDATE b SET a = k.id % 4 FROM k WHERE k.id = ${id()} AND k.grp = ${id()} AND b.a = k.n % 4`;
    default:
      return random(8) === 0 ? 'TRUNCATE b' : `DELETE FROM k USING b WHERE b.a = k.id AND k.n > ${random(50)}`;
  }
}

const CONTENTS = [
  `SELECT * FROM k ORDER BY grp, id`,
  `SELECT a, s, count(*) FROM b GROUP BY a, s ORDER BY a, s`,
  `SELECT grp, sum FROM totals ORDER BY grp`,
];

test.each([1, 2, 3])('random statements and blocks, seed %i: answers and contents as in PostgreSQL', {timeout: 60_000}, async seed => {
  const random = seededIntegers(seed);
  const [pg, engine] = [await freshPostgres(), await InlineEngine.start()];
  const session = engine.session();
  const log: string[] = [];
  const both = async (sql: string, own = sql): Promise<void> => {
    log.push(sql);
    const [expected, actual] = [await oracleAnswer(pg, sql), await answerOf(session, own)];
    expect({log, answer: actual}).toEqual({log, answer: expected});
  };
  await both(`CREATE TABLE k (id int, grp int, n int NOT NULL, s text, PRIMARY KEY (grp, id))`);
  await both(`CREATE TABLE b (a int, s text)`);
  const totals = `VIEW totals AS SELECT grp, sum(n) AS sum FROM k GROUP BY grp`;
  await pg.exec(`CREATE ${totals}`);
  await session.all(`CREATE MATERIALIZED ${totals}`);
  let inBlock = false;
  for (let i = 0; i < 50; i++) {
    if (!inBlock && random(5) === 0) {
      await both('BEGIN');
      inBlock = true;
    }
    await both(statement(random));
    if (inBlock) await both(CONTENTS[random(2)]!);
    if (inBlock && random(4) === 0) {
      await both(random(3) === 0 ? 'ROLLBACK' : 'COMMIT');
      inBlock = false;
    }
    if (!inBlock && random(3) === 0) for (const sql of CONTENTS) await both(sql);
  }
  if (inBlock) await both('COMMIT');
  for (const sql of CONTENTS) await both(sql);
  const again = (await engine.restart()).session();
  for (const sql of CONTENTS) expect(await answerOf(again, sql)).toEqual(await oracleAnswer(pg, sql));
  await pg.close();
});
