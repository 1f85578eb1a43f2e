import {expect, test} from 'vitest';
import {seededIntegers} from '../../../common/testing/seeded-random.ts';
import {InlineEngine} from '../../testing/inline-engine.ts';
import type {DataflowStatus} from '../status.ts';

const SEED = Number(process.env['MILLRACE_SEED'] ?? 1);
const ROUNDS = 60;

const TYPE = 'CREATE TYPE auction AS (id int, category int, expires timestamp)';
/** Auctions come as a field of their records, as they do in Nexmark. */
const auctions = (name: string, key: string) => `
  CREATE STREAM ${name}_events (event auction, at timestamp${key}, WATERMARK FOR at AS at - INTERVAL '2 seconds');
  CREATE VIEW ${name} AS SELECT (event).id, (event).category, (event).expires, at FROM ${name}_events`;
const KEYED = auctions('keyed', ', UNIQUE ((event).id) NOT ENFORCED');
const PLAIN = auctions('plain', '');
const BIDS = "CREATE STREAM bids (auction int, price int, at timestamp, WATERMARK FOR at AS at - INTERVAL '2 seconds')";
const means = (name: string) => `SELECT category, avg(final) AS mean, count(*) AS auctions FROM (
  SELECT a.category, max(b.price) AS final FROM ${name} a JOIN bids b ON a.id = b.auction AND b.at BETWEEN a.at AND a.expires
  GROUP BY a.id, a.category) f GROUP BY category`;

/** Groups that the aggregates of a view hold. */
async function groupsOf(engine: InlineEngine, view: string): Promise<number> {
  const {operators, views} = (await engine.services.dataflow.send({kind: 'status', session: 0})).data as DataflowStatus;
  const {relation} = views.find(v => engine.services.catalogs.current.relation(v.relation)!.name === view)!;
  return operators.filter(o => o.relation === relation && o.label.startsWith('aggregate')).reduce((n, o) => n + o.stateRows, 0);
}

test('groups of a declared key are freed when their time is over; results stay right, over a restart and a kill too', async () => {
  const below = seededIntegers(SEED);
  let engine = await InlineEngine.start();
  let session = engine.session();
  await session.all(`${TYPE}; ${KEYED}; ${PLAIN}; ${BIDS}`);
  for (const name of ['keyed', 'plain']) await session.all(`CREATE MATERIALIZED VIEW means_${name} AS ${means(name)}`);
  const at = (second: number) => `timestamp '2026-01-01 12:00:00' + ${second} * interval '1 second'`;
  const most = {keyed: 0, plain: 0};
  for (let round = 0; round < ROUNDS; round++) {
    const second = round * 3;
    const rows = Array.from({length: 5}, (_, i) => {
      const expires = below(8) === 0 ? 'NULL' : at(second + below(25));
      return `(ROW(${below(6) === 0 ? 'NULL' : round * 5 + i}, ${below(3)}, ${expires})::auction, ${at(second + below(3))})`;
    }).join(', ');
    const bids = Array.from({length: 25}, () => {
      const auction = below(10) === 0 ? 'NULL' : Math.max(0, round * 5 + 4 - below(40));
      return `(${auction}, ${below(1000)}, ${at(second + below(3))})`;
    });
    await session.all(`INSERT INTO keyed_events VALUES ${rows}; INSERT INTO plain_events VALUES ${rows}`);
    await session.all(`INSERT INTO bids VALUES ${bids.join(', ')}`);
    if (round === 20) engine = await engine.restart();
    if (round === 30) await session.all('CHECKPOINT');
    if (round === 40) engine = await engine.crash({power: true});
    if (round === 20 || round === 40) session = engine.session();
    const expected = await session.rows(`${means('plain')} ORDER BY 1`);
    for (const name of ['keyed', 'plain'] as const) {
      expect(await session.rows(`SELECT * FROM means_${name} ORDER BY 1`), `seed ${SEED}, round ${round}: ${name}`).toEqual(expected);
      most[name] = Math.max(most[name], await groupsOf(engine, `means_${name}`));
    }
  }
  expect(await session.rows('SELECT count(*) FROM "means_keyed$late"')).toEqual([['0']]);
  // Five auctions come in a round of 3 seconds and are open for 25 at most; three groups are the categories.
  expect(most.keyed).toBeLessThan(60);
  expect(most.plain).toBeGreaterThan(120);
  await engine.stop();
});

test('EXPLAIN says with what the groups end; those of a stream without the key do not', async () => {
  const session = (await InlineEngine.start()).session();
  await session.all(`${TYPE}; ${KEYED}; ${PLAIN}; ${BIDS}`);
  const groups = async (name: string) => {
    const lines = await session.rows(`EXPLAIN (DATAFLOW) CREATE MATERIALIZED VIEW v AS ${means(name)}`);
    return lines.map(([line]) => line!.replace('->', '').trim()).find(line => line.includes('max_int4'));
  };
  expect(await groups('plain')).toBe('aggregate by #0, #1: max_int4(#5) append-only');
  expect(await groups('keyed')).toBe(
    'aggregate by #0, #1, #2: max_int4(#5) append-only ending with #2 at least(watermark(keyed_events), watermark(bids))',
  );
});

test('a broken promise: a key with two ends counts as two groups', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all(`${TYPE}; ${KEYED}; ${BIDS}`);
  await session.all(`CREATE MATERIALIZED VIEW v AS ${means('keyed')}`);
  const auction = (from: string, until: string) =>
    `INSERT INTO keyed_events VALUES (ROW(1, 7, timestamp '2026-01-01 12:00:${until}')::auction, timestamp '2026-01-01 12:00:${from}')`;
  const bid = (price: number, second: string) => `INSERT INTO bids VALUES (1, ${price}, timestamp '2026-01-01 12:00:${second}')`;
  await session.all(`${auction('01', '05')}; ${bid(10, '02')}`);
  expect(await session.rows('SELECT * FROM v')).toEqual([['7', '10.0000000000000000', '1']]);
  await session.all(`${auction('20', '30')}; ${bid(30, '21')}`);
  expect(await session.rows('SELECT * FROM v')).toEqual([['7', '20.0000000000000000', '2']]);
  await engine.stop();
});

test('declared keys and times pass through materialized views: a view over one ends its groups as over a plain view', async () => {
  const engine = await InlineEngine.start();
  const session = engine.session();
  await session.all(`${TYPE}; ${KEYED}; ${BIDS}`);
  const joined = (from: string) => `SELECT a.id, a.category, a.expires, b.price FROM ${from} a
    JOIN bids b ON a.id = b.auction AND b.at BETWEEN a.at AND a.expires`;
  const meansOf = (pairs: string) =>
    `SELECT category, avg(final) AS mean, count(*) AS auctions FROM (SELECT category, max(price) AS final FROM ${pairs} GROUP BY id, category) f GROUP BY category`;
  await session.all('CREATE MATERIALIZED VIEW kept AS SELECT id, category, expires, at FROM keyed WHERE id IS NOT NULL');
  await session.all(`CREATE MATERIALIZED VIEW pairs AS ${joined('kept')}`);
  const ends = async (query: string) =>
    (await session.rows(`EXPLAIN (DATAFLOW) CREATE MATERIALIZED VIEW v AS ${query}`))
      .flat()
      .join('\n')
      .match(/ending [^#]*#\d+ at [^\n]*/g);
  expect(await ends(means('kept'))).toEqual(await ends(means('keyed')));
  expect(await ends(meansOf('pairs'))).toEqual([
    expect.stringMatching(/^ending with #\d at least\(watermark\(keyed_events\), watermark\(bids\)\)$/),
  ]);
  await session.all(`CREATE MATERIALIZED VIEW above AS ${meansOf('pairs')}`);
  await session.all(`CREATE MATERIALIZED VIEW beside AS ${means('keyed')}`);
  const at = (minute: number) => `timestamp '2026-01-01 12:00:00' + ${minute} * interval '1 minute'`;
  for (let minute = 0; minute < 20; minute++) {
    await session.all(`INSERT INTO keyed_events VALUES (ROW(${minute}, ${minute % 3}, ${at(minute + 2)})::auction, ${at(minute)})`);
    await session.all(`INSERT INTO bids VALUES (${minute}, ${minute}, ${at(minute)}), (${minute - 1}, ${50 - minute}, ${at(minute)})`);
  }
  expect(await session.rows('SELECT * FROM above ORDER BY 1')).toEqual(await session.rows('SELECT * FROM beside ORDER BY 1'));
  // Three categories, and the auctions of the last two minutes.
  for (const view of ['above', 'beside']) expect(await groupsOf(engine, view)).toBeLessThan(8);
  await engine.stop();
});
