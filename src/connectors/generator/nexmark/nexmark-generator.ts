import {EventRandom} from '../event-random.ts';
import {ascii, type JsonWriter} from '../json-writer.ts';
import type {RecordGenerator} from '../record-generator.ts';
import {NexmarkChannels} from './nexmark-channels.ts';
import {NexmarkFiller} from './nexmark-filler.ts';
import {auctionId, bidAuctionId, bidderId, kindOf, personId, sellerId} from './nexmark-ids.ts';
import {randomText} from './nexmark-text.ts';

const FIRST_NAMES = ['Peter', 'Paul', 'Luke', 'John', 'Saul', 'Vicky', 'Kate', 'Julie', 'Sarah', 'Deiter', 'Walter'];
const LAST_NAMES = ['Shultz', 'Abrams', 'Spencer', 'White', 'Bartels', 'Walton', 'Smith', 'Jones', 'Noris'];
const CITIES = ['Phoenix', 'Los Angeles', 'San Francisco', 'Boise', 'Portland', 'Bend', 'Redmond', 'Seattle', 'Kent', 'Cheyenne'];
const STATES = ['AZ', 'CA', 'ID', 'OR', 'WA', 'WY'];

/** Average sizes that records are filled up to; an id, a number or a time counts 8. */
const PERSON_SIZE = 200;
const AUCTION_SIZE = 500;
const BID_SIZE = 100;
const NUMBER_SIZE = 8;
const CREDIT_CARD_SIZE = 19;

/** Events until 100 more auctions have been opened. */
const AUCTION_LIFE_EVENTS = Math.floor((100 * 50) / 3);

const PERSON = ascii('{"event_type":0,"person":{"id":');
const NAME = ascii(',"name":"');
const EMAIL = ascii('","emailAddress":"');
const CREDIT_CARD = ascii('","creditCard":"');
const SPACE = ascii(' ');
const CITY = ascii('","city":"');
const STATE = ascii('","state":"');
const TIME_AFTER_TEXT = ascii('","dateTime":"');
const PERSON_END = ascii('"},"auction":null,"bid":null}');
const AUCTION = ascii('{"event_type":1,"person":null,"auction":{"id":');
const ITEM_NAME = ascii(',"itemName":"');
const DESCRIPTION = ascii('","description":"');
const INITIAL_BID = ascii('","initialBid":');
const RESERVE = ascii(',"reserve":');
const TIME_AFTER_NUMBER = ascii(',"dateTime":"');
const EXPIRES = ascii('","expires":"');
const SELLER = ascii('","seller":');
const CATEGORY = ascii(',"category":');
const EXTRA_AFTER_NUMBER = ascii(',"extra":"');
const EXTRA_AFTER_TEXT = ascii('","extra":"');
const AUCTION_END = ascii('"},"bid":null}');
const BID = ascii('{"event_type":2,"person":null,"auction":null,"bid":{"auction":');
const BIDDER = ascii(',"bidder":');
const PRICE = ascii(',"price":');
const CHANNEL = ascii(',"channel":"');
const BID_END = ascii('"}}');

export type NexmarkOptions = {
  readonly seed: number;
  /** Events in one second of event time. */
  readonly eventsPerSecond: number;
  /** Event time at the beginning, ms since 1970. */
  readonly baseTime: number;
};

/**
 * The Nexmark benchmark's events, distributed as those of the reference generator (Tucker et al. 2008; nexmark/nexmark): persons,
 * auctions and bids 1 : 3 : 46, hot sellers, auctions and bidders, log-uniform prices, padded records. Reproducible, which it is not.
 */
export class NexmarkGenerator implements RecordGenerator {
  readonly maxBytes = 2048;
  readonly #random: EventRandom;
  readonly #filler: NexmarkFiller;
  readonly #channels: NexmarkChannels;
  readonly #baseTime: number;
  readonly #microsPerEvent: number;

  constructor({seed, eventsPerSecond, baseTime}: NexmarkOptions) {
    this.#random = new EventRandom(seed);
    this.#filler = new NexmarkFiller(seed);
    this.#channels = new NexmarkChannels(seed);
    this.#baseTime = baseTime;
    this.#microsPerEvent = 1e6 / eventsPerSecond;
  }

  /** The reference counts events from 1. */
  eventTime(number: number): number {
    return this.#baseTime + Math.floor(((number + 1) * this.#microsPerEvent) / 1000);
  }

  write(number: number, out: JsonWriter, lateBy: number): void {
    this.#random.begin(number);
    // The first event's id is 2: an auction.
    const id = number + 2;
    const time = this.eventTime(number) - lateBy;
    switch (kindOf(id)) {
      case 'bid':
        return this.#writeBid(id, time, out);
      case 'auction':
        return this.#writeAuction(id, number, time, out);
      case 'person':
        return this.#writePerson(id, time, out);
    }
  }

  #writeBid(id: number, time: number, out: JsonWriter): void {
    const random = this.#random;
    out.raw(BID);
    out.integer(bidAuctionId(id, random));
    out.raw(BIDDER);
    out.integer(bidderId(id, random));
    out.raw(PRICE);
    out.integer(this.#price());
    out.raw(CHANNEL);
    this.#channels.write(out, random);
    out.raw(TIME_AFTER_TEXT);
    out.timestamp(time);
    out.raw(EXTRA_AFTER_TEXT);
    this.#filler.write(out, random, 4 * NUMBER_SIZE, BID_SIZE);
    out.raw(BID_END);
  }

  #writeAuction(id: number, number: number, time: number, out: JsonWriter): void {
    const random = this.#random;
    const initialBid = this.#price();
    const itemName = randomText(random, 20);
    const description = randomText(random, 100);
    out.raw(AUCTION);
    out.integer(auctionId(id));
    out.raw(ITEM_NAME);
    out.text(itemName);
    out.raw(DESCRIPTION);
    out.text(description);
    out.raw(INITIAL_BID);
    out.integer(initialBid);
    out.raw(RESERVE);
    out.integer(initialBid + this.#price());
    out.raw(TIME_AFTER_NUMBER);
    out.timestamp(time);
    out.raw(EXPIRES);
    const life = this.eventTime(number + AUCTION_LIFE_EVENTS) - this.eventTime(number);
    out.timestamp(time + 1 + random.below(Math.max(2 * life, 1)));
    out.raw(SELLER);
    out.integer(sellerId(id, random));
    out.raw(CATEGORY);
    out.integer(10 + random.below(5));
    out.raw(EXTRA_AFTER_NUMBER);
    this.#filler.write(out, random, itemName.length + description.length + 6 * NUMBER_SIZE, AUCTION_SIZE);
    out.raw(AUCTION_END);
  }

  #writePerson(id: number, time: number, out: JsonWriter): void {
    const random = this.#random;
    const name = `${pick(random, FIRST_NAMES)} ${pick(random, LAST_NAMES)}`;
    const email = `${randomText(random, 7)}@${randomText(random, 5)}.com`;
    out.raw(PERSON);
    out.integer(personId(id));
    out.raw(NAME);
    out.text(name);
    out.raw(EMAIL);
    out.text(email);
    out.raw(CREDIT_CARD);
    for (let group = 0; group < 4; group++) {
      if (group > 0) out.raw(SPACE);
      out.four(random.below(10_000));
    }
    const city = pick(random, CITIES);
    const state = pick(random, STATES);
    out.raw(CITY);
    out.text(city);
    out.raw(STATE);
    out.text(state);
    out.raw(TIME_AFTER_TEXT);
    out.timestamp(time);
    out.raw(EXTRA_AFTER_TEXT);
    const size = NUMBER_SIZE + name.length + email.length + CREDIT_CARD_SIZE + city.length + state.length;
    this.#filler.write(out, random, size, PERSON_SIZE);
    out.raw(PERSON_END);
  }

  /** Log-uniform between 100 and 10^8. */
  #price(): number {
    return Math.round(10 ** (this.#random.unit() * 6) * 100);
  }
}

function pick(random: EventRandom, items: readonly string[]): string {
  return items[random.below(items.length)]!;
}
