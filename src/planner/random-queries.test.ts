import {expect, test} from 'vitest';
import {evaluateDataflow, type Row} from './testing/evaluate-dataflow.ts';
import {loadTables, plan, startPostgres} from './testing/planner-fixture.ts';
import {RandomQuery} from './testing/random-query.ts';
import {lower} from './dataflow/lower.ts';
import {unoptimized} from './optimizer/optimize.ts';

const COUNT = Number(process.env['MILLRACE_RANDOM_QUERIES'] ?? 150);
const SEED = Number(process.env['MILLRACE_SEED'] ?? 1);

const sorted = (rows: readonly Row[]) => rows.map(r => r.map(v => (v === null ? 'NULL' : String(v as bigint))).join(' ')).sort();

test('random queries: the optimised and the plain plan give what PostgreSQL gives', async () => {
  const db = await startPostgres();
  const tables = await loadTables(db);
  for (let i = 0; i < COUNT; i++) {
    const seed = SEED * 100_003 + i * 7919;
    const sql = new RandomQuery(seed).query();
    const {rows} = await db.query<(number | null)[]>(sql, [], {rowMode: 'array'});
    const expected = sorted(rows as unknown as Row[]);
    const {dataflow, logical} = plan(sql);
    expect(sorted(evaluateDataflow(dataflow, tables)), `seed ${seed}, optimised: ${sql}`).toEqual(expected);
    expect(sorted(evaluateDataflow(lower(unoptimized(logical)), tables)), `seed ${seed}, plain: ${sql}`).toEqual(expected);
  }
}, 600_000);
