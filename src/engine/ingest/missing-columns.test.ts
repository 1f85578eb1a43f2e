import {expect, test} from 'vitest';
import {InlineEngine} from '../testing/inline-engine.ts';
import {ScriptedTopic} from '../testing/scripted-topic.ts';
import {closestKey} from './missing-columns.ts';

test('a declared column that no record of the first 10,000 has is told once a session and in the status, with the key that was meant', async () => {
  const topic = new ScriptedTopic(1);
  const engine = await InlineEngine.start({connectors: {generator: topic.open}});
  const session = engine.session();
  await session.all(`CREATE STREAM s (id int, prize int, nothing text) WITH (connector = 'generator', generator = 'sequence', rate = 0)`);
  await session.all('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n, sum(id) AS ids FROM s');
  topic.append(0, ...Array.from({length: 9000}, (_, i) => ({id: i, price: 1, other: null})));
  await expect.poll(() => session.rows('SELECT n FROM n')).toEqual([['9000']]);
  const message = async (): Promise<unknown> => (await session.rows('SHOW STATUS')).find(row => row[1] === 's')!.at(-1);
  expect(await message()).toBe(null);
  topic.append(0, ...Array.from({length: 3000}, (_, i) => ({id: i, price: 1})));
  await expect.poll(message).toMatch(/^none of the first \d+ records had columns "prize" \(closest key: "price"\), "nothing"$/);
  await session.all('CREATE MATERIALIZED VIEW m AS SELECT sum(prize) AS p FROM s');
  await session.all('SELECT count(*) FROM s');
  const told = session.notices.filter(notice => notice.message.includes('"prize"'));
  expect(told.map(notice => notice.message)).toEqual([`stream "s": ${String(await message())}`]);
  await engine.stop();
});

test('the closest key is alike but for case and separators, or differs in few letters; else there is none', () => {
  const keys = ['dateTime', 'auction_id', 'price', 'a', 'Extra'];
  expect(closestKey('date_time', keys)).toBe('dateTime');
  expect(closestKey('auctionid', keys)).toBe('auction_id');
  expect(closestKey('prices', keys)).toBe('price');
  expect(closestKey('ekstra', keys)).toBe('Extra');
  expect(closestKey('bidder', keys)).toBeUndefined();
});
