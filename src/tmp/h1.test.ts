import {test} from 'vitest';
import {InlineEngine} from '../engine/testing/inline-engine.ts';
import {ScriptedTopic} from '../engine/testing/scripted-topic.ts';
const log = (what: string, x: unknown) => console.log(what, JSON.stringify(x));
test('h2', {timeout: 100000}, async () => {
  let e = await InlineEngine.start();
  let s = e.session();
  const go = async (q: string) => { const c = await s.code(q).catch((x: unknown) => String(x)); if (c !== 'ok') console.log('!!', c, q); };
  const show = async (...q: string[]) => { for (const x of q) log(x, await s.rows(x.includes(' ') ? x : `SELECT * FROM "${x}"`).catch(String)); };
  await go("SET millrace.clock = '2026-01-01 12:30:00'");
  // backward / NULL watermark expressions
  await go("CREATE STREAM b (ts timestamp, lag int, WATERMARK FOR ts AS CASE WHEN lag IS NULL THEN NULL ELSE ts - lag * INTERVAL '1 second' END)");
  await go("CREATE MATERIALIZED VIEW bv AS SELECT window_end, count(*) AS n FROM TUMBLE(b, ts, INTERVAL '1 minute') GROUP BY window_end EMIT ON WINDOW CLOSE");
  await go("INSERT INTO b VALUES ('2026-01-01 12:00', 0)");
  await go("INSERT INTO b VALUES ('2026-01-01 12:00:30', 3600)");
  await go("INSERT INTO b VALUES ('2026-01-01 12:05', NULL)");
  await show('bv', 'SHOW WATERMARKS', 'SHOW STATUS FOR VIEW bv');
  await go("INSERT INTO b VALUES ('2026-01-01 12:01', 0)");
  await show('bv');
  await go("INSERT INTO b VALUES ('2026-01-01 12:05', 2147483647)");
  // error in the watermark expression
  await go("CREATE STREAM be (ts timestamp, d int, WATERMARK FOR ts AS ts - (10 / d) * INTERVAL '1 second')");
  await go("CREATE MATERIALIZED VIEW bev AS SELECT count(*) AS n FROM be");
  await go("INSERT INTO be VALUES ('2026-01-01 12:00', 1), ('2026-01-01 12:00', 0)");
  await show('bev', 'SELECT _offset, "column", reason FROM "be$errors"');
  // watermark far in the future
  await go("CREATE STREAM bf (ts timestamp, v int, WATERMARK FOR ts AS ts + INTERVAL '100 years')");
  await go("CREATE MATERIALIZED VIEW bfv AS SELECT window_end, count(*) AS n FROM TUMBLE(bf, ts, INTERVAL '1 minute') GROUP BY window_end EMIT ON WINDOW CLOSE");
  await go("INSERT INTO bf VALUES ('2026-01-01 12:00', 1)");
  await go("INSERT INTO bf VALUES ('2026-01-01 12:10', 1)");
  await show('bfv', 'bfv$late');
  // clock backwards
  await go("SET millrace.clock = '2026-01-01 12:00:00'");
  await show('SHOW millrace.clock');
  // views of views EMIT
  await go("CREATE STREAM s (ts timestamp, k int, v int, WATERMARK FOR ts AS ts)");
  await go("CREATE MATERIALIZED VIEW m AS SELECT window_start, window_end, k, sum(v) AS t FROM TUMBLE(s, ts, INTERVAL '1 minute') GROUP BY 1, 2, 3 EMIT ON WINDOW CLOSE");
  await go("CREATE MATERIALIZED VIEW h AS SELECT window_start, window_end, sum(t) AS t FROM (SELECT t, window_end AS we FROM m) x, LATERAL (SELECT 1) y GROUP BY 1,2");
  await go("CREATE MATERIALIZED VIEW h5 AS SELECT window_start, window_end, sum(t) AS t, count(*) AS n FROM TUMBLE((SELECT t, window_start AS ws FROM m), ws, INTERVAL '5 minutes') GROUP BY 1, 2 EMIT ON WINDOW CLOSE");
  await go("CREATE MATERIALIZED VIEW h5e AS SELECT window_start, window_end, sum(t) AS t, count(*) AS n FROM TUMBLE((SELECT t, window_end AS we FROM m), we, INTERVAL '5 minutes') GROUP BY 1, 2 EMIT ON WINDOW CLOSE");
  await go("CREATE MATERIALIZED VIEW c AS SELECT window_start, window_end, k, sum(v) AS t FROM TUMBLE(s, ts, INTERVAL '1 minute') GROUP BY 1, 2, 3");
  await go("CREATE MATERIALIZED VIEW c5 AS SELECT window_start, window_end, sum(t) AS t, count(*) AS n FROM TUMBLE((SELECT t, window_start AS ws FROM c), ws, INTERVAL '5 minutes') GROUP BY 1, 2 EMIT ON WINDOW CLOSE");
  await go("CREATE MATERIALIZED VIEW again AS SELECT window_end, max(t) AS t FROM c GROUP BY window_end EMIT ON WINDOW CLOSE");
  for (const t of ['12:00:10', '12:00:50', '12:01:10', '12:02:00', '12:01:59', '12:04:59', '12:05:00', '12:04:59.5', '12:06:00', '12:10:00', '12:09:00', '12:11:00'])
    await go(`INSERT INTO s VALUES ('2026-01-01 ${t}', 1, 1)`);
  await show('m', 'h5', 'h5e', 'c', 'c5', 'again', 'm$late', 'h5$late', 'h5e$late', 'c5$late', 'again$late', 'c$late');
  e = await e.crash({power: true}); s = e.session();
  await show('m', 'h5', 'h5e', 'c', 'c5', 'again');
});
test('h3 partitions later', {timeout: 100000}, async () => {
  const topic = new ScriptedTopic(3, Date.UTC(2026, 0, 1, 12));
  let e = await InlineEngine.start({connectors: {generator: topic.open}});
  let s = e.session();
  const go = async (q: string) => { const c = await s.code(q).catch((x: unknown) => String(x)); if (c !== 'ok') console.log('!!', c, q); };
  const show = async (...q: string[]) => { for (const x of q) log(x, await s.rows(x.includes(' ') ? x : `SELECT * FROM "${x}"`).catch(String)); };
  await go("SET millrace.clock = '2026-01-01 12:30:00'");
  await go("CREATE STREAM s (ts timestamp, v int, WATERMARK FOR ts AS ts) WITH (connector = 'generator', generator = 'sequence', rate = 0, partitions = 2, on_idle = 'advance', idle_timeout = '10 seconds')");
  await go("CREATE MATERIALIZED VIEW f AS SELECT window_end, count(*) AS n FROM TUMBLE(s, ts, INTERVAL '1 minute') GROUP BY window_end EMIT ON WINDOW CLOSE");
  topic.append(0, {ts: '2026-01-01T12:00:30', v: 1});
  topic.append(1, {ts: '2026-01-01T12:00:40', v: 1});
  await new Promise(r => setTimeout(r, 300));
  await show('f', 'SHOW STATUS FOR VIEW f');
  await go("SET millrace.clock = '2026-01-01 12:30:05'");
  // restart while waiting
  e = await e.crash({power: false}); s = e.session();
  await show('f', 'SHOW STATUS FOR VIEW f', 'SHOW WATERMARKS');
  await go("SET millrace.clock = '2026-01-01 12:30:09.9'");
  await show('f', 'SHOW STATUS FOR VIEW f');
  await go("SET millrace.clock = '2026-01-01 12:30:30'");
  await show('f', 'SHOW STATUS FOR VIEW f', 'SHOW WATERMARKS');
  await go("SET millrace.clock = '2026-01-01 12:31:30'");
  await show('f', 'SHOW STATUS FOR VIEW f', 'SHOW WATERMARKS');
});
