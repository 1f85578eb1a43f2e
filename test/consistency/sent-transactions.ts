import {below, type Random} from '../../src/common/testing/seeded-random.ts';
import type {RawProducer} from '../kafka/producer.ts';
import {transactionJson, type Transactions} from './transactions.ts';

type Producer = Pick<RawProducer, 'partitions' | 'send' | 'flush' | 'close'>;

/** Which transaction lies at which offset of which partition: what the oracle knows of the topic. */
export class SentTransactions {
  readonly transactions: Transactions;
  readonly #producer: Producer;
  readonly #random: Random;
  readonly #places: readonly Uint32Array[];
  readonly #ends: number[];
  #sent = 0;

  constructor(producer: Producer, transactions: Transactions, random: Random) {
    this.#producer = producer;
    this.transactions = transactions;
    this.#random = random;
    this.#places = Array.from({length: producer.partitions}, () => new Uint32Array(transactions.count));
    this.#ends = this.#places.map(() => 0);
  }

  get count(): number {
    return this.#sent;
  }

  /** Next offset of every partition. */
  get end(): readonly number[] {
    return this.#ends;
  }

  /** The place of a record among the transactions; undefined where nothing has been sent. */
  placeOf(partition: number, offset: number): number | undefined {
    return offset < this.#ends[partition]! ? this.#places[partition]![offset] : undefined;
  }

  /** Sends the next `count` transactions, each to a partition of its own choice, and waits until the broker has them. */
  async send(count: number): Promise<void> {
    const until = Math.min(this.transactions.count, this.#sent + count);
    while (this.#sent < until) {
      const place = this.#sent++;
      const partition = below(this.#random, this.#places.length);
      this.#places[partition]![this.#ends[partition]!++] = place;
      const room = this.#producer.send(partition, Buffer.from(transactionJson(this.transactions, place)));
      if (room !== undefined) await room;
    }
    await this.#producer.flush();
  }

  close(): Promise<void> {
    return this.#producer.close();
  }
}
