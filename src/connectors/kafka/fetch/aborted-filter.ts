import type {AbortedTransaction} from '../protocol/fetch-response.ts';

/**
 * Which transactional batches of one fetched piece belong to aborted transactions. A fetch lists every aborted transaction that overlaps
 * it, also those that began before it or whose marker comes after it, so the state need not outlive the piece. Offsets must ascend.
 */
export class AbortedFilter {
  readonly #upcoming: readonly AbortedTransaction[];
  readonly #active = new Set<bigint>();
  #next = 0;

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#upcoming = aborted.length > 1 ? [...aborted].sort((a, b) => a.firstOffset - b.firstOffset) : aborted;
  }

  /** Whether the batch of this producer that ends at `lastOffset` is to be dropped. */
  drops(producerId: bigint, lastOffset: number): boolean {
    this.#advance(lastOffset);
    return this.#active.has(producerId);
  }

  /** An abort marker ends the producer's aborted transaction. */
  endTransaction(producerId: bigint, markerOffset: number): void {
    this.#advance(markerOffset);
    this.#active.delete(producerId);
  }

  #advance(lastOffset: number): void {
    while (this.#next < this.#upcoming.length && this.#upcoming[this.#next]!.firstOffset <= lastOffset) {
      this.#active.add(this.#upcoming[this.#next++]!.producerId);
    }
  }
}
