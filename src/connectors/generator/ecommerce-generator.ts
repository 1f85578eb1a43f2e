import {EventRandom} from './event-random.ts';
import {ascii, type JsonWriter} from './json-writer.ts';
import type {RecordGenerator} from './record-generator.ts';

const CUSTOMERS = 10_000;
const PRODUCTS = 500;
const ADJECTIVES = ['Classic', 'Compact', 'Deluxe', 'Eco', 'Foldable', 'Light', 'Modern', 'Pocket', 'Sturdy', 'Wireless'];
const NOUNS = ['Backpack', 'Bottle', 'Desk', 'Headphones', 'Jacket', 'Keyboard', 'Kettle', 'Lamp', 'Notebook', 'Shoes'];
const CATEGORIES = ['clothing', 'electronics', 'home', 'office', 'outdoor'];
const COUNTRIES = ['DE', 'US', 'FR', 'GB', 'JP', 'BR', 'IN', 'NL', 'ES', 'SE'];
const STATUSES = ['placed', 'placed', 'placed', 'paid', 'paid', 'shipped', 'shipped', 'delivered', 'cancelled'];

const ORDER = ascii('{"order_id":');
const CUSTOMER = ascii(',"customer_id":');
const PRODUCT = ascii(',"product_id":');
const QUANTITY = ascii(',"quantity":');
const UNIT_PRICE = ascii(',"unit_price":');
const AMOUNT = ascii(',"amount":');
const STATUS = ascii(',"status":"');
const COUNTRY = ascii('","country":"');
const ORDERED_AT = ascii('","ordered_at":"');
const END = ascii('"}');

export type EcommerceOptions = {readonly seed: number; readonly eventsPerSecond: number; readonly baseTime: number};

/** Orders of a web shop: few customers and products make most of them, a customer's country stays, amount = quantity · unit price. */
export class EcommerceGenerator implements RecordGenerator {
  readonly maxBytes = 512;
  readonly #random: EventRandom;
  readonly #baseTime: number;
  readonly #msPerEvent: number;
  readonly #countries = COUNTRIES.map(ascii);
  readonly #statuses = STATUSES.map(ascii);
  /** `"product":"…","category":"…"` and the price in cents, by product. */
  readonly #products: readonly {readonly piece: Uint8Array; readonly cents: number}[];

  constructor({seed, eventsPerSecond, baseTime}: EcommerceOptions) {
    this.#random = new EventRandom(seed);
    this.#baseTime = baseTime;
    this.#msPerEvent = 1000 / eventsPerSecond;
    this.#products = Array.from({length: PRODUCTS}, (_, i) => {
      this.#random.begin(i, 1);
      const noun = NOUNS[i % NOUNS.length]!;
      const name = `${ADJECTIVES[Math.floor(i / NOUNS.length) % ADJECTIVES.length]!} ${noun} ${1 + Math.floor(i / 100)}`;
      const category = CATEGORIES[(i % NOUNS.length) % CATEGORIES.length]!;
      return {piece: ascii(`,"product":"${name}","category":"${category}"`), cents: Math.round(200 * 10 ** (this.#random.unit() * 2.5))};
    });
  }

  eventTime(number: number): number {
    return this.#baseTime + Math.floor(number * this.#msPerEvent);
  }

  write(number: number, out: JsonWriter, lateBy: number): void {
    const random = this.#random;
    random.begin(number);
    const customer = Math.floor(random.unit() ** 2 * CUSTOMERS);
    const product = Math.floor(random.unit() ** 3 * PRODUCTS);
    const quantity = 1 + Math.floor(random.unit() ** 3 * 5);
    const {piece, cents} = this.#products[product]!;
    out.raw(ORDER);
    out.integer(number + 1);
    out.raw(CUSTOMER);
    out.integer(customer + 1);
    out.raw(PRODUCT);
    out.integer(product + 1);
    out.raw(piece);
    out.raw(QUANTITY);
    out.integer(quantity);
    out.raw(UNIT_PRICE);
    out.hundredths(cents);
    out.raw(AMOUNT);
    out.hundredths(cents * quantity);
    out.raw(STATUS);
    out.raw(this.#statuses[random.below(this.#statuses.length)]!);
    out.raw(COUNTRY);
    out.raw(this.#countries[(customer * 7) % this.#countries.length]!);
    out.raw(ORDERED_AT);
    out.timestamp(this.eventTime(number) - lateBy);
    out.raw(END);
  }
}
