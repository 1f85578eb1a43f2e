import {describe, expect, test} from 'vitest';
import {explainDataflow} from './dataflow/explain-dataflow.ts';
import {fingerprint} from './dataflow/fingerprint.ts';
import {explainLogical} from './logical/explain-logical.ts';
import {catalog, failureOf, plan} from './testing/planner-fixture.ts';

const optimized = (sql: string) => `\n${explainLogical(plan(sql).optimized)}\n`;
const dataflow = (sql: string) => `\n${explainDataflow(plan(sql).dataflow, id => catalog.relation(id)?.name ?? '?')}\n`;

describe('EXPLAIN (LOGICAL)', () => {
  test('keeps the order of the statement', () => {
    expect(`\n${explainLogical(plan('SELECT b, count(*) FROM t WHERE a > 1 GROUP BY b HAVING count(*) > 2 ORDER BY b LIMIT 3').logical)}\n`)
      .toBe(`
Top by b limit 3::bigint
  ->  Project b, count
        ->  Filter count > 2::bigint
              ->  Aggregate by b: count(*)
                    ->  Filter a > 1::bigint
                          ->  Scan t (id, a, b, n)
`);
  });
});

describe('EXPLAIN (OPTIMIZED)', () => {
  test('conditions become join conditions and filters of one side; unused columns are not read', () => {
    expect(optimized("SELECT u.y FROM t, u WHERE t.id = u.id AND t.b = 'x' AND u.x > 1")).toBe(`
Project y
  ->  Join on id = id#2
        ->  Filter b = 'x'
              ->  Scan t (id, b)
        ->  Filter x > 1
              ->  Scan u (id, x, y)
`);
  });

  test('a condition that may fail stays above the join that drops rows', () => {
    expect(optimized('SELECT t.id FROM t JOIN u ON t.id = u.id WHERE 10 / t.a > 1')).toBe(`
Project id
  ->  Filter (10 / a) > '1'::bigint
        ->  Join on id = id#2
              ->  Scan t (id, a)
              ->  Scan u (id)
`);
  });

  test('predicates go through views, unions and below aggregates where they read keys', () => {
    expect(optimized('SELECT * FROM (SELECT * FROM v UNION ALL SELECT id, 0 FROM t) q WHERE id = 3')).toBe(`
Union all
  ->  Aggregate by x: sum(x)
        ->  Filter x = 3
              ->  Scan u (x)
  ->  Project id, '0'::bigint AS ?column?
        ->  Filter id = 3
              ->  Scan t (id)
`);
  });

  test('EXISTS and IN become semi joins, NOT EXISTS an anti join', () => {
    expect(optimized('SELECT b FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id) AND a IN (SELECT k FROM w)')).toBe(`
Project b
  ->  Semi join on a = k::bigint
        ->  Project a, b
              ->  Semi join on id#3 = id
                    ->  Scan t (id, a, b)
                    ->  Scan u (id)
        ->  Scan w (k)
`);
    expect(optimized('SELECT b FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.id = t.id)')).toBe(`
Project b
  ->  Anti join on id#2 = id
        ->  Scan t (id, b)
        ->  Scan u (id)
`);
  });

  test('a correlated aggregate is grouped by what it depends on', () => {
    expect(optimized('SELECT id, (SELECT sum(x) FROM u WHERE u.y = t.b) FROM t')).toBe(`
Project id, sum
  ->  Left join on b IS NOT DISTINCT FROM b#2
        ->  Scan t (id, b)
        ->  Project b, sum
              ->  Left join on b IS NOT DISTINCT FROM b#1
                    ->  Distinct
                          ->  Scan t (b)
                    ->  Aggregate by b: sum(x)
                          ->  Join on y = b
                                ->  Distinct
                                      ->  Scan t (b)
                                ->  Scan u (x, y)
`);
  });

  test('constants are computed; what is never true reads nothing', () => {
    expect(optimized("SELECT id FROM t WHERE a > 1 + 2 AND 'a' < 'b'")).toBe(`
Project id
  ->  Filter a > '3'::bigint
        ->  Scan t (id, a)
`);
    expect(optimized('SELECT id FROM t WHERE 1 = 2')).toBe(`
Values (0 rows)
`);
    expect(optimized('SELECT id FROM t WHERE 1 / 0 = 1')).toContain('Filter (1 / 0) = 1');
  });

  test('a left join whose padding is filtered out is an inner join', () => {
    expect(optimized('SELECT t.b, u.x FROM t LEFT JOIN u ON t.id = u.id WHERE u.x > 1')).not.toContain('Left join');
    expect(optimized('SELECT t.b, u.x FROM t LEFT JOIN u ON t.id = u.id WHERE coalesce(u.x, 5) > 1')).toContain('Left join');
  });
});

describe('EXPLAIN (DATAFLOW)', () => {
  test('filter and projection are one map, avg shares its parts', () => {
    expect(dataflow('SELECT k, avg(v), sum(v), count(*) FILTER (WHERE v > 1) FROM s WHERE k > 0 GROUP BY k')).toBe(`
map [#0, avg_final(#1, #2), #1, #3]
  ->  aggregate by #0: sum_numeric(#1), count_any(#1), count() filter #2 append-only
        ->  map [#0, #1, #1 > '1'::numeric] where (#0 > 0)
              ->  scan s [0, 1] append-only
`);
  });

  test('equalities are keys, other conditions the residual', () => {
    expect(dataflow('SELECT t.id FROM t JOIN u ON t.id = u.id AND t.a > u.x JOIN w ON w.k = u.x + 0')).toContain(
      'inner join on #0 = #2 where #1 > #3::bigint',
    );
  });

  test('rows that are no constants are a map over one row', () => {
    expect(dataflow('SELECT now()')).toBe(`
map [now()]
  ->  values 1 rows: ()
`);
  });

  test('equal subtrees have equal fingerprints', () => {
    const a = plan('SELECT k, sum(v) FROM s WHERE k > 0 GROUP BY k').dataflow;
    const b = plan('SELECT q.k, sum(q.v) FROM (SELECT v, k FROM s) AS q WHERE 0 < q.k GROUP BY 1').dataflow;
    const c = plan('SELECT k, sum(v) FROM s WHERE k > 1 GROUP BY k').dataflow;
    expect(fingerprint(a)).toBe(fingerprint(plan('SELECT k AS kk, sum(v) FROM s s2 WHERE s2.k > 0 GROUP BY 1').dataflow));
    expect(fingerprint(a)).not.toBe(fingerprint(b));
    expect(fingerprint(a)).not.toBe(fingerprint(c));
  });
});

describe('properties of the result', () => {
  const keyOf = (sql: string) => plan(sql).key;
  test('keys come from primary keys, groups and distinct rows', () => {
    expect(keyOf('SELECT b, id FROM t')).toEqual([1]);
    expect(keyOf('SELECT b FROM t')).toBeNull();
    expect(keyOf('SELECT b, count(*), a FROM t GROUP BY a, b')).toEqual([0, 2]);
    expect(keyOf('SELECT count(*) FROM t')).toEqual([]);
    expect(keyOf('SELECT DISTINCT x, y FROM u')).toEqual([0, 1]);
    expect(keyOf('SELECT t.id, w.k, w.l FROM t, w')).toEqual([0, 1, 2]);
    expect(keyOf('SELECT u.x, t.id FROM u JOIN t ON t.id = u.x')).toBeNull();
    expect(keyOf('SELECT w.k, w.l, t.b FROM w JOIN t ON t.id = w.k')).toEqual([0, 1]);
    expect(keyOf('SELECT k, v, _partition, _offset FROM s')).toEqual([2, 3]);
  });

  test('append-only goes through filters, projections and inner joins of streams', () => {
    const appendOnly = (sql: string) => plan(sql).appendOnly;
    expect(appendOnly('SELECT k + 1 FROM s WHERE v > 1')).toBe(true);
    expect(appendOnly('SELECT a.k FROM s a JOIN s b ON a.k = b.k')).toBe(true);
    expect(appendOnly('SELECT s.k FROM s JOIN t ON t.id = s.k')).toBe(false);
    expect(appendOnly('SELECT k, count(*) FROM s GROUP BY k')).toBe(false);
    expect(appendOnly('SELECT DISTINCT k FROM s')).toBe(true);
  });

  test('reading a view reads its tables and depends on the view', () => {
    const {relations, dependencies} = plan('SELECT * FROM v JOIN t USING (id)');
    expect(relations.map(id => catalog.relation(id)?.name)).toEqual(['u', 't']);
    expect(dependencies.map(id => catalog.relation(id)?.name)).toEqual(['v', 't']);
  });

  test('result columns know the table column that they are', () => {
    expect(plan('SELECT id, a + 1, t.b AS x FROM t').columns.map(c => c.source?.ordinal)).toEqual([0, undefined, 2]);
  });

  test('columns beyond the result serve the order', () => {
    const {dataflow: root, columns} = plan('SELECT b FROM t ORDER BY a');
    expect(root.kind).toBe('top');
    expect([root.types.length, columns.length]).toEqual([2, 1]);
  });
});

describe('point lookups', () => {
  test('every key column is equated to a constant or parameter', () => {
    const lookup = plan("SELECT b, a FROM t WHERE id = $1 AND b <> 'x'").pointLookup;
    expect(lookup).toMatchObject({
      relation: 20000,
      key: [0],
      keyExpressions: [{kind: 'parameter', index: 0, type: {kind: 'int4'}}],
      predicates: [{kind: 'compare', op: '<>'}],
      projections: [{kind: 'input'}, {kind: 'input'}],
    });
    expect(plan('SELECT b FROM t WHERE id IN (3) ORDER BY b LIMIT 1').pointLookup).toBeDefined();
    expect(plan("SELECT * FROM w WHERE l = 'one' AND 1 = k").pointLookup?.keyExpressions).toHaveLength(2);
  });

  test('anything else is no point lookup', () => {
    for (const sql of [
      'SELECT * FROM t WHERE id = a',
      'SELECT * FROM t WHERE id > 1',
      'SELECT * FROM w WHERE k = 1',
      'SELECT * FROM u WHERE id = 1',
      'SELECT count(*) FROM t WHERE id = 1',
      'SELECT * FROM t WHERE id = 1 LIMIT 0',
      'SELECT * FROM t WHERE id = 1 OFFSET 1',
    ]) {
      expect(plan(sql).pointLookup).toBeUndefined();
    }
  });
});

describe('maintained views', () => {
  const maintained = (sql: string) => plan(sql, {mode: 'maintained'});
  const REFUSED: readonly [string, string][] = [
    ['SELECT t.id FROM t LEFT JOIN u ON t.id = u.id', 'outer joins are not supported in a maintained view yet'],
    ['SELECT id FROM t WHERE id IN (SELECT x FROM u)', 'subqueries in expressions are not supported in a maintained view yet'],
    ['SELECT random() FROM t', 'volatile function random is not allowed in a maintained view'],
    ["SELECT id FROM w WHERE ts > now() - interval '1 month'", 'the current time is not supported here in a maintained view'],
    ['SELECT current_user, id FROM t', 'function current_user is not allowed in a maintained view'],
    ['SELECT x FROM u EXCEPT SELECT id FROM t', 'EXCEPT is not supported in a maintained view yet'],
    ['SELECT array_agg(id) FROM t', 'aggregate function array_agg is not supported in a maintained view yet'],
    ['SELECT array_agg(id) OVER () FROM t', 'this aggregate is not supported as a window function in a maintained view yet'],
    ['SELECT unnest(arr) FROM w', 'set-returning function unnest is not supported in a maintained view yet'],
    ['SELECT id FROM t WHERE a = $1', 'materialized views may not be defined using bound parameters'],
  ];
  test.each(REFUSED)('%s is refused', (sql, message) => {
    const failure = failureOf(() => maintained(sql.replace('id FROM w', 'k FROM w')));
    expect(failure).toMatchObject({code: '0A000', message});
    expect(failure.position).toBeGreaterThan(0);
  });

  test('ORDER BY without LIMIT is dropped with a notice', () => {
    const {notices, dataflow: root, columns} = maintained('SELECT b FROM t ORDER BY a');
    expect(notices.map(n => n.message)).toEqual(['ORDER BY has no effect in a maintained view']);
    expect(root.types).toHaveLength(columns.length);
  });

  test('joins, groups, unions, DISTINCT and views on views are maintained', () => {
    for (const sql of [
      'SELECT t.b, count(*), avg(u.x) FROM t JOIN u ON t.id = u.id GROUP BY t.b HAVING count(*) > 1',
      'SELECT DISTINCT b FROM t UNION SELECT y FROM u',
      'SELECT * FROM v WHERE total > 3',
      'WITH q AS (SELECT b, count(DISTINCT a) AS c FROM t GROUP BY b) SELECT q1.b FROM q q1 JOIN q q2 ON q1.c = q2.c',
      'SELECT t.b FROM t LEFT JOIN u ON t.id = u.id WHERE u.x = 1',
      'SELECT id FROM t ORDER BY a LIMIT 3 OFFSET 1',
      'SELECT DISTINCT ON (b) b, id FROM t ORDER BY b, a DESC',
      'SELECT id, avg(a) OVER (PARTITION BY b ORDER BY id) FROM t',
    ]) {
      expect(maintained(sql).dataflow.types.length).toBeGreaterThan(0);
    }
  });
});
