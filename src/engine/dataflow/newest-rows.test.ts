import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';
import {ShuffledTopic} from '../testing/shuffled-topic.ts';

test('$errors keeps its newest rows; of the others count and offsets stay, also after checkpoints, kills', async () => {
  const topic = new ShuffledTopic(2, () => 0.5);
  let engine = await InlineEngine.start({connectors: {generator: topic.open}, newestRows: 5});
  let session = engine.session();
  await session.all("CREATE STREAM s (g int) WITH (connector = 'generator', generator = 'sequence', partitions = 2)");
  await session.all('CREATE MATERIALIZED VIEW v AS SELECT g FROM s');
  await session.all('CREATE MATERIALIZED VIEW bad AS SELECT _partition, count(*) AS n FROM "s$errors" GROUP BY _partition');
  let first = 0;
  for (let round = 0; round < 4; round++) {
    topic.add(0, ['oops', '{"g": 1}', 'oops']);
    await expect.poll(async () => session.rows('SELECT count(*) FROM v')).toEqual([[String(first + 1)]]);
    first++;
    await expect.poll(async () => session.rows('SELECT n FROM bad')).toEqual([[String(2 * first)]]);
    if (round % 2 === 0) await session.all('CHECKPOINT');
    engine = await engine.crash({power: false});
    session = engine.session();
  }
  expect(await session.rows('SELECT _offset FROM "s$errors" ORDER BY 1')).toEqual([['5'], ['6'], ['8'], ['9'], ['11']]);
  expect((await session.rows('SHOW STATUS')).find(row => row[1] === 's')?.[7]).toContain('3 of partition 0, offsets 0 to 3');
  // What reads the list is told of nothing.
  expect(await session.rows('SELECT n FROM bad')).toEqual([['8']]);
});

test('$late keeps its newest rows', async () => {
  let engine = await InlineEngine.start({newestRows: 2});
  let session = engine.session();
  await session.all("CREATE STREAM s (ts timestamp, v int, WATERMARK FOR ts AS ts - INTERVAL '5 seconds')");
  await session.all(
    "CREATE MATERIALIZED VIEW c AS SELECT count(*) AS n FROM TUMBLE(s, ts, INTERVAL '10 seconds') GROUP BY window_start, window_end",
  );
  await session.all("INSERT INTO s VALUES ('2026-01-01 12:00:50', 1)");
  await session.all("INSERT INTO s VALUES ('2026-01-01 12:00:01', 2), ('2026-01-01 12:00:02', 3), ('2026-01-01 12:00:03', 4)");
  engine = await engine.crash({power: false});
  session = engine.session();
  expect(await session.rows('SELECT _offset FROM "c$late" ORDER BY 1')).toEqual([['2'], ['3']]);
  expect((await session.rows('SHOW STATUS')).find(row => row[1] === 'c')?.[7]).toContain('1 of partition 0, offsets 1 to 1');
});
