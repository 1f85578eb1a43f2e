import type {PGlite} from '@electric-sql/pglite';
import {beforeAll, describe, expect, test} from 'vitest';
import {datumsToBatch, rowAt} from '../codegen/datum-column.ts';
import {detachedContext} from '../functions/evaluation-context.ts';
import type {Tables} from '../planner/testing/evaluate-dataflow.ts';
import {loadTables, plan, startPostgres} from '../planner/testing/planner-fixture.ts';
import type {Batch} from '../runtime/batch/batch.ts';
import {Graph, type GraphNode} from '../runtime/graph/graph.ts';
import type {Operator, Slices} from '../runtime/graph/operator.ts';
import {runToEnd} from '../runtime/graph/run-slices.ts';
import {physicalOf, type SqlType} from '../types/sql-type.ts';
import {encodeText} from '../types/text-codec.ts';
import {buildDataflow} from './build-dataflow.ts';

let db: PGlite;
let tables: Tables;
beforeAll(async () => {
  db = await startPostgres();
  tables = await loadTables(db);
});

type TextRow = readonly (string | null)[];

/** Collects result rows as text, repeated by weight. */
class ResultRows implements Operator {
  readonly label = 'result';
  readonly schema;
  readonly stores = [];
  readonly terminal = true;
  readonly rows: TextRow[] = [];
  readonly #types: readonly SqlType[];
  readonly #width: number;

  constructor(types: readonly SqlType[], width: number) {
    this.schema = types.map(physicalOf);
    this.#types = types;
    this.#width = width;
  }

  *push(_input: number, batch: Batch): Slices {
    for (let row = 0; row < batch.length; row++) {
      const values = rowAt(batch, this.#types, row).slice(0, this.#width);
      const text = values.map((value, i) => (value === null ? null : encodeText(this.#types[i]!, value)));
      const copies = batch.weights === null ? 1 : batch.weights[row]!;
      expect(copies).toBeGreaterThan(0);
      for (let copy = 0; copy < copies; copy++) this.rows.push(text);
    }
    yield;
  }

  *flush(): Slices {}
}

/** Plans, builds and runs a query once, as an ad-hoc SELECT does. */
function run(sql: string): readonly TextRow[] {
  const {dataflow, columns} = plan(sql);
  const graph = new Graph();
  const feeds: {readonly source: GraphNode; readonly batch: Batch}[] = [];
  const node = buildDataflow(dataflow, {
    graph,
    parameters: [],
    evaluation: detachedContext(),
    once: true,
    scan(scan) {
      const source = graph.addSource('scan', scan.types.map(physicalOf));
      const rows = tables.get(scan.relation)!.map(row => scan.columns.map(c => row[c] ?? null));
      feeds.push({source, batch: datumsToBatch(scan.types, rows)});
      return source;
    },
    built() {},
  });
  const result = new ResultRows(dataflow.types, columns.length);
  graph.add(result, [node]);
  for (const {source, batch} of feeds) runToEnd(source.emit(batch));
  runToEnd(graph.flush());
  graph.publish();
  return result.rows;
}

const TEXT_ONLY = Object.fromEntries(Array.from({length: 4000}, (_, oid) => [oid, (text: string) => text]));

async function postgres(sql: string): Promise<TextRow[]> {
  const {rows} = await db.query<(string | null)[]>(sql, [], {rowMode: 'array', parsers: TEXT_ONLY});
  return rows;
}

const lines = (rows: readonly TextRow[]) => rows.map(row => JSON.stringify(row));

const UNORDERED = {
  joins: [
    'SELECT t.id, u.x FROM t JOIN u ON t.id = u.id',
    'SELECT * FROM t NATURAL JOIN u',
    'SELECT a.id, b.id FROM t a JOIN t b ON a.a = b.a AND a.id <> b.id',
    'SELECT t.id, u.id FROM t CROSS JOIN u WHERE t.id < u.id',
    'SELECT t.id, u.x FROM t LEFT JOIN u ON t.id = u.id AND u.x > 1',
    'SELECT t.id, u.x FROM t LEFT JOIN u ON t.id = u.id AND t.a + u.x > 12',
    'SELECT t.id, u.x FROM t LEFT JOIN u ON t.id < u.x',
    'SELECT t.id, u.x FROM t FULL JOIN u ON t.id = u.id',
    'SELECT t.id, u.x, w.k FROM t LEFT JOIN u ON t.id = u.id LEFT JOIN w ON u.x = w.k',
    'SELECT t.id, u.x FROM t JOIN u ON t.b IS NOT DISTINCT FROM u.y',
    'SELECT count(*) FROM t, u, w',
    "SELECT i.x, j.y FROM (VALUES ('1 mon'::interval), ('2 mons')) i(x) JOIN (VALUES ('30 days'::interval)) j(y) ON i.x = j.y",
    "SELECT i.x, j.y FROM (VALUES ('{\"a\": 1.0}'::jsonb), ('[2]')) i(x) LEFT JOIN (VALUES ('{\"a\": 1}'::jsonb)) j(y) ON i.x = j.y",
    'SELECT i.x, j.y FROM (VALUES (1.0), (2.50)) i(x) JOIN (VALUES (1.00), (2.5)) j(y) ON i.x = j.y',
  ],
  subqueries: [
    'SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id AND u.x > 1)',
    'SELECT id FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.id = t.id AND u.x > t.a)',
    'SELECT id FROM t WHERE id NOT IN (SELECT x FROM u)',
    'SELECT id FROM t WHERE id NOT IN (SELECT x FROM u WHERE x IS NOT NULL)',
    'SELECT id, (SELECT sum(x) FROM u WHERE u.id = t.id) FROM t',
    'SELECT id, (SELECT x FROM u WHERE u.id = t.id ORDER BY x LIMIT 1) FROM t',
    'SELECT t.id, q.x FROM t, LATERAL (SELECT x FROM u WHERE u.id = t.id ORDER BY x DESC LIMIT 1) q',
    'SELECT id, (SELECT t2.b FROM t t2 WHERE t2.id = t.id + 1) FROM t',
  ],
  'set operations': [
    'SELECT id FROM t INTERSECT SELECT x FROM u',
    'SELECT x FROM u INTERSECT ALL SELECT x FROM u WHERE x > 1',
    'SELECT x FROM u EXCEPT SELECT id FROM t',
    'SELECT x FROM u EXCEPT ALL SELECT id FROM t',
  ],
  'set-returning functions': [
    'SELECT w.k, e, o FROM w, unnest(w.arr) WITH ORDINALITY AS q(e, o)',
    'SELECT w.k, e FROM w LEFT JOIN LATERAL unnest(w.arr) AS e ON true',
    'SELECT t.id, g FROM t, generate_series(1, t.id) AS g',
    'SELECT count(*), sum(g) FROM generate_series(1, 20000) AS g',
  ],
  'window functions': [
    'SELECT id, row_number() OVER (ORDER BY id DESC), rank() OVER (ORDER BY a), dense_rank() OVER (ORDER BY a DESC) FROM t',
    'SELECT id, percent_rank() OVER (PARTITION BY b ORDER BY a), cume_dist() OVER (ORDER BY a), ntile(3) OVER (ORDER BY id) FROM t',
    'SELECT id, lag(a) OVER (ORDER BY id), lead(b, 2) OVER (ORDER BY id), lag(a, 1, 7) OVER (ORDER BY id), lead(n, id) OVER (ORDER BY id) FROM t',
    'SELECT id, first_value(a) OVER w, last_value(b) OVER w, nth_value(n, 2) OVER w FROM t WINDOW w AS (ORDER BY id)',
    'SELECT id, sum(a) OVER (ORDER BY id), count(*) OVER (PARTITION BY b), max(n) OVER (ORDER BY a), min(b) OVER (ORDER BY id) FROM t',
    'SELECT id, sum(n) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM t',
    'SELECT id, sum(id) OVER (ORDER BY a RANGE BETWEEN 10 PRECEDING AND CURRENT ROW) FROM t',
    'SELECT id, sum(id) OVER (ORDER BY a DESC NULLS FIRST RANGE BETWEEN 5 PRECEDING AND 10 FOLLOWING) FROM t',
    'SELECT id, count(*) OVER (ORDER BY n RANGE BETWEEN 1.5 PRECEDING AND 1 FOLLOWING) FROM t',
    "SELECT q.d, sum(v) OVER (ORDER BY d RANGE BETWEEN '1 mon' PRECEDING AND '2 days' FOLLOWING) FROM (VALUES ('2024-03-31'::timestamp, 1), ('2024-02-29', 2), ('2024-04-01', 4), (NULL, 8)) q(d, v)",
    'SELECT id, count(*) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE GROUP) FROM u',
    'SELECT x, sum(f) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM u WHERE f > 0',
    'SELECT id, bool_and(a > 10) OVER (ORDER BY id), count(*) FILTER (WHERE a > 10) OVER (ORDER BY id) FROM t',
    'SELECT b, sum(a), rank() OVER (ORDER BY sum(a)) FROM t GROUP BY b',
    'SELECT * FROM (SELECT id, b, row_number() OVER (PARTITION BY b ORDER BY a, id) AS n FROM t) q WHERE n <= 1',
    'SELECT * FROM (SELECT id, rank() OVER (ORDER BY a) AS n FROM t) q WHERE n <= 2',
    "SELECT id, dense_rank() OVER (ORDER BY j) FROM (VALUES (1, '{\"a\": 1.0}'::jsonb), (2, '{\"a\": 1}'), (3, '2')) q(id, j)",
  ],
  aggregates: [
    'SELECT b, array_agg(id ORDER BY id DESC), count(*), sum(a) FROM t GROUP BY b',
    "SELECT string_agg(b, '-' ORDER BY b DESC) FILTER (WHERE a > 10), array_agg(DISTINCT a) FROM t",
    'SELECT array_agg(id), json_agg(b), count(*) FROM t WHERE false',
  ],
};

const ORDERED = [
  'SELECT id FROM t ORDER BY a DESC, id LIMIT 3',
  'SELECT id FROM t ORDER BY a NULLS FIRST, b DESC NULLS LAST OFFSET 1',
  'SELECT n FROM t ORDER BY n DESC NULLS LAST',
  'SELECT id FROM t ORDER BY (SELECT count(*) FROM u WHERE u.id = t.id) DESC, id LIMIT 2',
  'SELECT x FROM u ORDER BY x LIMIT 0',
  'SELECT f FROM u ORDER BY f',
  'SELECT DISTINCT ON (b) b, id FROM t ORDER BY b, id DESC',
  "SELECT x FROM (VALUES ('1 mon'::interval), ('29 days'), ('31 days')) v(x) ORDER BY x",
];

describe.each(Object.entries(UNORDERED))('%s: operators give what PostgreSQL gives', (_, queries) => {
  test.each(queries)('%s', async sql => {
    expect(lines(run(sql)).sort()).toEqual(lines(await postgres(sql)).sort());
  });
});

describe('order: operators give what PostgreSQL gives', () => {
  test.each(ORDERED)('%s', async sql => {
    expect(lines(run(sql))).toEqual(lines(await postgres(sql)));
  });
});

test.each([
  ['SELECT id FROM t LIMIT -1', '2201W'],
  ['SELECT id FROM t OFFSET -1', '2201X'],
  ['SELECT (SELECT x FROM u) FROM t', '21000'],
  ['SELECT ntile(0) OVER () FROM t', '22014'],
  ['SELECT nth_value(id, 0) OVER () FROM t', '22016'],
  ['SELECT sum(id) OVER (ROWS -1 PRECEDING) FROM t', '22013'],
  ['SELECT sum(id) OVER (ROWS NULL PRECEDING) FROM t', '22004'],
])('%s fails with %s', async (sql, code) => {
  await expect(postgres(sql)).rejects.toMatchObject({code});
  expect(() => run(sql)).toThrow(expect.objectContaining({code}));
});
