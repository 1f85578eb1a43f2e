import {test} from 'vitest';
import {InlineEngine} from '../engine/testing/inline-engine.ts';
const log = (what: string, x: unknown) => console.log(what, JSON.stringify(x));
test('h1', async () => {
  const e = await InlineEngine.start();
  const s = e.session();
  const go = async (q: string) => { const c = await s.code(q).catch((x: unknown) => String(x)); if (c !== 'ok') console.log('!!', c, q); };
  await go("SET millrace.clock = '2026-01-01 12:30:00'");
  // ungrouped EMIT ON WINDOW CLOSE
  await go("CREATE STREAM s (ts timestamp, v int, WATERMARK FOR ts AS ts)");
  await go("CREATE MATERIALIZED VIEW raw AS SELECT v, window_end FROM TUMBLE(s, ts, INTERVAL '10 minutes') EMIT ON WINDOW CLOSE");
  await go("CREATE MATERIALIZED VIEW rawhop AS SELECT v, window_end FROM HOP(s, ts, INTERVAL '5 minutes', INTERVAL '10 minutes') EMIT ON WINDOW CLOSE");
  log('explain', await s.rows("EXPLAIN CREATE MATERIALIZED VIEW rawx AS SELECT v, window_end FROM TUMBLE(s, ts, INTERVAL '10 minutes') EMIT ON WINDOW CLOSE"));
  await go("CREATE MATERIALIZED VIEW plain AS SELECT v, ts, window_start, window_end FROM TUMBLE(s, ts, INTERVAL '10 minutes')");
  await go("CREATE MATERIALIZED VIEW onplain AS SELECT window_end, count(*) AS n FROM plain GROUP BY window_end EMIT ON WINDOW CLOSE");
  await go("CREATE MATERIALIZED VIEW onplain2 AS SELECT v, window_end FROM plain EMIT ON WINDOW CLOSE");
  await go("INSERT INTO s VALUES ('2026-01-01 12:00', 1)");
  await go("INSERT INTO s VALUES ('2026-01-01 12:10', 2)");
  await go("INSERT INTO s VALUES ('2026-01-01 12:01', 3)");
  for (const v of ['raw', 'rawhop', 'plain', 'onplain', 'onplain2']) { log(v, await s.rows(`SELECT * FROM ${v}`)); log(v + '$late', await s.rows(`SELECT _offset, window_end FROM "${v}$late"`).catch(x => String(x))); }
  // NULL and odd times
  await go("CREATE STREAM o (ts timestamp, v int, WATERMARK FOR ts AS ts) WITH (max_ahead = '100000000 days')");
  await go("CREATE MATERIALIZED VIEW ov AS SELECT window_start, window_end, count(*) AS n FROM TUMBLE(o, ts, INTERVAL '10 minutes') GROUP BY 1, 2");
  await go("CREATE MATERIALIZED VIEW oh AS SELECT window_start, window_end, count(*) AS n FROM HOP(o, ts, INTERVAL '4 minutes', INTERVAL '10 minutes') GROUP BY 1, 2");
  await go("CREATE MATERIALIZED VIEW oc AS SELECT window_end, count(*) AS n FROM TUMBLE(o, ts, INTERVAL '10 minutes') GROUP BY 1 EMIT ON WINDOW CLOSE");
  await go("CREATE MATERIALIZED VIEW os AS SELECT window_start, window_end, count(*) AS n FROM SESSION(o, ts, INTERVAL '10 minutes') GROUP BY 1, 2");
  await go("INSERT INTO o VALUES (NULL, 1)");
  await go("INSERT INTO o VALUES ('1969-12-31 23:59:59.5', 2), ('0001-01-01', 3), ('4713-01-01 BC', 4)");
  await go("INSERT INTO o VALUES ('-infinity', 4)");
  await go("INSERT INTO o VALUES ('9999-12-31 23:59:59.999999', 5)");
  await go("INSERT INTO o VALUES (NULL, 6)");
  for (const v of ['ov', 'oh', 'oc', 'os']) { log(v, await s.rows(`SELECT * FROM ${v}`)); log(v + '$late', await s.rows(`SELECT _offset, event_time, window_end FROM "${v}$late"`).catch(x => String(x))); }
  await go("INSERT INTO o VALUES ('infinity', 7)");
  await go("INSERT INTO o VALUES ('2026-01-01', 8)");
  for (const v of ['ov', 'oh', 'oc', 'os']) { log(v, await s.rows(`SELECT * FROM ${v}`)); log(v + '$late', await s.rows(`SELECT _offset, event_time, window_end, watermark FROM "${v}$late"`).catch(x => String(x))); }
  log('oerr', await s.rows(`SELECT _offset, reason FROM "o$errors"`));
  log('wm', await s.rows('SHOW WATERMARKS'));
  log('status', await s.rows('SHOW STATUS'));
});
