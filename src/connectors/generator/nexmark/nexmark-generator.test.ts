import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {NexmarkJsonLines} from './nexmark-json-lines.ts';

type Person = {
  id: number;
  name: string;
  emailAddress: string;
  creditCard: string;
  city: string;
  state: string;
  dateTime: string;
  extra: string;
};
type Auction = {
  id: number;
  itemName: string;
  description: string;
  initialBid: number;
  reserve: number;
  dateTime: string;
  expires: string;
  seller: number;
  category: number;
  extra: string;
};
type Bid = {auction: number; bidder: number; price: number; channel: string; url: string; dateTime: string; extra: string};
type Event = {event_type: 0 | 1 | 2; person: Person | null; auction: Auction | null; bid: Bid | null};

const EVENTS = 20_000;

function ourLines(seed: number, from = 0, count = EVENTS): string[] {
  const target = Buffer.alloc(16 << 20);
  const {events, bytes} = new NexmarkJsonLines({seed}).write(target, from, count);
  expect(events).toBe(count);
  return target.toString('utf8', 0, bytes).trimEnd().split('\n');
}

const parse = (lines: readonly string[]): Event[] => lines.map(line => JSON.parse(line) as Event);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const share = <V>(values: readonly V[], holds: (value: V) => boolean): number => values.filter(holds).length / values.length;
const millis = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`);
const isPresent = <V>(value: V | null): value is V => value !== null;

/** Figures that describe a sample; `shares` compare by difference, `means` by ratio. */
function describeEvents(lines: readonly string[]): {shares: Record<string, number>; means: Record<string, number>; alphabet: string} {
  const events = parse(lines);
  const persons = events.map(e => e.person).filter(isPresent);
  const auctions = events.map(e => e.auction).filter(isPresent);
  const bids = events.map(e => e.bid).filter(isPresent);
  const size = (type: number) => mean(lines.filter((_, i) => events[i]!.event_type === type).map(line => line.length));
  const sizeSpread = (values: readonly string[]) => Math.max(...values.map(v => v.length)) - Math.min(...values.map(v => v.length));
  const top = <V>(values: readonly V[]): number => {
    const counts = new Map<V, number>();
    for (const v of values) counts.set(v, (counts.get(v) ?? 0) + 1);
    return (
      [...counts.values()]
        .sort((a, b) => b - a)
        .slice(0, 10)
        .reduce((a, b) => a + b, 0) / values.length
    );
  };
  const text = [...persons.map(p => p.extra), ...auctions.map(a => a.extra), ...bids.map(b => b.extra)].join('');
  const characters = text.split('');
  return {
    shares: {
      persons: persons.length / events.length,
      auctions: auctions.length / events.length,
      bids: bids.length / events.length,
      escaped: share(lines, line => line.includes('\\')),
      'bids on a hot auction': share(bids, b => b.auction % 100 === 0),
      'bids of a hot bidder': share(bids, b => b.bidder % 100 === 1),
      'auctions of a hot seller': share(auctions, a => a.seller % 100 === 0),
      'bids in the ten busiest auctions': top(bids.map(b => b.auction)),
      'bids of the ten busiest bidders': top(bids.map(b => b.bidder)),
      'hot channels': share(bids, b => !b.channel.startsWith('channel-')),
      Google: share(bids, b => b.channel === 'Google'),
      'urls with a channel_id': share(bids, b => b.url.includes('channel_id')),
      'prices below 10^4': share(bids, b => b.price < 1e4),
      'prices below 10^6': share(bids, b => b.price < 1e6),
      'category 10': share(auctions, a => a.category === 10),
      'sellers in OR, ID, CA': share(persons, p => ['OR', 'ID', 'CA'].includes(p.state)),
      'times without fraction': share(bids, b => !b.dateTime.includes('.')),
      'upper half of the filler': share(characters, c => c < 'a'),
      'backslashes in the filler': share(characters, c => c === '\\'),
    },
    means: {
      'person bytes': size(0),
      'auction bytes': size(1),
      'bid bytes': size(2),
      'bid filler': mean(bids.map(b => b.extra.length)),
      'bid filler spread': sizeSpread(bids.map(b => b.extra)),
      'item name': mean(auctions.map(a => a.itemName.length)),
      description: mean(auctions.map(a => a.description.length)),
      'auction life': mean(auctions.map(a => millis(a.expires) - millis(a.dateTime))),
      'log price': mean(bids.map(b => Math.log(b.price))),
      'log reserve': mean(auctions.map(a => Math.log(a.reserve))),
      url: mean(bids.map(b => b.url.length)),
      email: mean(persons.map(p => p.emailAddress.length)),
      channels: new Set(bids.map(b => b.channel)).size,
    },
    alphabet: [...new Set(characters)].sort().join(''),
  };
}

describe('nexmark generator', () => {
  test('an event is a function of seed and number alone', () => {
    const all = ourLines(7, 0, 500);
    expect(ourLines(7, 123, 50)).toEqual(all.slice(123, 173));
    expect(ourLines(8, 0, 500)).not.toEqual(all);
    expect(ourLines(7, 2 ** 40, 3)).toHaveLength(3);
  });

  test('records are the JSON that JSON.stringify writes', () => {
    for (const line of ourLines(3, 0, 5000)) expect(JSON.stringify(JSON.parse(line))).toBe(line);
  });

  test('ids and times follow from the event number as in the reference', () => {
    const [first, second, third] = parse(ourLines(1, 0, 60));
    expect([first!.auction!.id, second!.auction!.id, third!.bid!.bidder >= 2000]).toEqual([1001, 1002, true]);
    const person = parse(ourLines(1, 48, 1))[0]!.person!;
    expect(person).toMatchObject({id: 1001, dateTime: '2023-11-14 22:13:20.004'});
  });

  const fixtures = process.env['MILLRACE_FIXTURES'];
  const sample = fixtures === undefined ? undefined : join(fixtures, 'nexmark', 'sample-20k.jsonl.gz');
  const hasSample = sample !== undefined && existsSync(sample);

  test.skipIf(!hasSample)('proportions, skew, sizes and values agree with 20,000 events of the reference (needs MILLRACE_FIXTURES)', () => {
    const theirs = gunzipSync(readFileSync(sample!)).toString('utf8').trimEnd().split('\n');
    const reference = describeEvents(theirs);
    const ours = describeEvents(ourLines(1));
    expect(ours.alphabet).toBe(reference.alphabet);
    for (const [name, value] of Object.entries(reference.shares)) expect(Math.abs(ours.shares[name]! - value), name).toBeLessThan(0.03);
    for (const [name, value] of Object.entries(reference.means)) expect(Math.abs(ours.means[name]! / value - 1), name).toBeLessThan(0.05);
    const keyTexts = (lines: readonly string[]) =>
      new Set(parse(lines).map(e => Object.keys(e).join() + [e.person, e.auction, e.bid].map(o => Object.keys(o ?? {}).join()).join(';')));
    expect(keyTexts(ourLines(1))).toEqual(keyTexts(theirs));
    const fixed = (e: Event) => [e.event_type, (e.person ?? e.auction ?? e.bid)!.dateTime, e.person?.id ?? e.auction?.id];
    expect(parse(ourLines(1)).map(fixed)).toEqual(parse(theirs).map(fixed));
  });
});
