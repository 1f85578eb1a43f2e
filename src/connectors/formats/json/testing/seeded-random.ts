import {below, seededRandom, type Random} from '../../../../common/testing/seeded-random.ts';

/** What a random record is drawn with. */
export class SeededRandom {
  /** Uniform in [0, 1). */
  readonly next: Random;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  below(n: number): number {
    return below(this.next, n);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<V>(items: readonly V[]): V {
    return items[this.below(items.length)]!;
  }

  shuffled<V>(items: readonly V[]): V[] {
    const copy = [...items];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [copy[i], copy[j]] = [copy[j]!, copy[i]!];
    }
    return copy;
  }
}
