/** More ranges than that are not kept for one partition; the oldest are forgotten. */
const MOST_RANGES = 20_000;

/** The refusals of one stream in a checkpoint: plain data for JSON. `ranges`: first offset and the one after the last, by turns. */
export type RefusalState = {readonly partition: number; readonly ranges: readonly number[]};

/**
 * The records of a stream that were refused by the clock as they came in, because no time stamp of their own says when that was. Whoever reads
 * them later would find them in time. What was taken once is taken by every later clock, so it need not be remembered.
 */
export class ClockRefusals {
  readonly #ranges = new Map<number, number[]>();

  add(partition: number, offset: number): void {
    const ranges = this.#ranges.get(partition) ?? [];
    this.#ranges.set(partition, ranges);
    const last = ranges.length - 1;
    // What a replay tells again is known.
    if (last > 0 && offset < ranges[last]!) return;
    if (ranges[last] === offset) ranges[last] = offset + 1;
    else ranges.push(offset, offset + 1);
    if (ranges.length > 2 * MOST_RANGES) ranges.splice(0, MOST_RANGES);
  }

  has(partition: number, offset: number): boolean {
    const ranges = this.#ranges.get(partition);
    if (ranges === undefined) return false;
    let [low, high] = [0, ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    // Behind a first offset and not yet behind a last one.
    return low % 2 === 1;
  }

  get isEmpty(): boolean {
    return this.#ranges.size === 0;
  }

  /** The offsets mean other records from now on. */
  clear(): void {
    this.#ranges.clear();
  }

  state(): RefusalState[] {
    return [...this.#ranges].map(([partition, ranges]) => ({partition, ranges: [...ranges]}));
  }

  restore(states: readonly RefusalState[]): void {
    for (const {partition, ranges} of states) this.#ranges.set(partition, [...ranges]);
  }
}
