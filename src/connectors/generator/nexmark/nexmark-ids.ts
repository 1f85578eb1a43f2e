import type {EventRandom} from '../event-random.ts';

/**
 * Who and what exists when event `id` happens, after the reference generator: of 50 events the first is a person, the next three are
 * auctions, the others bids; ids follow from that by arithmetic.
 */
const CYCLE = 50;
const AUCTIONS_PER_CYCLE = 3;
const FIRST_ID = 1000;
const ACTIVE_PEOPLE = 1000;
const ACTIVE_AUCTIONS = 100;
/** Ids may lie this many ahead of what exists. */
const LEAD = 10;
const HOT_GROUP = 100;

export type NexmarkKind = 'person' | 'auction' | 'bid';

export function kindOf(id: number): NexmarkKind {
  const rest = id % CYCLE;
  if (rest === 0) return 'person';
  return rest <= AUCTIONS_PER_CYCLE ? 'auction' : 'bid';
}

const lastPerson = (id: number): number => Math.floor(id / CYCLE);

function lastAuction(id: number): number {
  const cycle = Math.floor(id / CYCLE);
  const rest = id - cycle * CYCLE;
  if (rest === 0) return (cycle - 1) * AUCTIONS_PER_CYCLE + AUCTIONS_PER_CYCLE - 1;
  return cycle * AUCTIONS_PER_CYCLE + Math.min(rest, AUCTIONS_PER_CYCLE) - 1;
}

export const personId = (id: number): number => lastPerson(id) + FIRST_ID;
export const auctionId = (id: number): number => lastAuction(id) + FIRST_ID;

function randomPerson(id: number, random: EventRandom): number {
  const people = lastPerson(id) + 1;
  const active = Math.min(people, ACTIVE_PEOPLE);
  return people - active + random.below(active + LEAD);
}

function randomAuction(id: number, random: EventRandom): number {
  const last = lastAuction(id);
  const low = Math.max(last - ACTIVE_AUCTIONS, 0);
  return low + random.below(last - low + 1 + LEAD);
}

const hot = (last: number): number => Math.floor(last / HOT_GROUP) * HOT_GROUP;

/** Three of four auctions are of the hot seller. */
export function sellerId(id: number, random: EventRandom): number {
  return (random.below(4) > 0 ? hot(lastPerson(id)) : randomPerson(id, random)) + FIRST_ID;
}

/** Every other bid is on the hot auction. */
export function bidAuctionId(id: number, random: EventRandom): number {
  return (random.below(2) > 0 ? hot(lastAuction(id)) : randomAuction(id, random)) + FIRST_ID;
}

/** Three of four bids are of the hot bidder. The reference adds the first id twice, so bidders begin at 2000. */
export function bidderId(id: number, random: EventRandom): number {
  return (random.below(4) > 0 ? hot(lastPerson(id)) + 1 : randomPerson(id, random)) + 2 * FIRST_ID;
}
