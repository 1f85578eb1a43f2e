/** After how many records an idle partition falls silent. */
const IDLE_AFTER = 1000;
const SKEW_CYCLE = 100;

export type PartitionPlanOptions = {
  readonly partitions: number;
  readonly skewPercent: number;
  readonly idlePartition: number;
  readonly limit: number;
};

/**
 * Which event each record of a partition is. Events are dealt out in cycles that are all alike, so that both directions are arithmetic:
 * of each 100 · partitions events the first `skewPercent` · partitions go to partition 0, the others in turn to all.
 */
export class PartitionPlan {
  readonly #cycle: number;
  /** By partition: the events of a cycle that are its records. */
  readonly #members: readonly number[][];
  readonly #limit: number;
  readonly #idle: number;

  constructor({partitions, skewPercent, idlePartition, limit}: PartitionPlanOptions) {
    const skewed = skewPercent * partitions;
    this.#cycle = skewPercent === 0 ? partitions : SKEW_CYCLE * partitions;
    this.#members = Array.from({length: partitions}, () => []);
    for (let i = 0; i < this.#cycle; i++) this.#members[i < skewed ? 0 : (i - skewed) % partitions]!.push(i);
    this.#limit = limit;
    this.#idle = idlePartition;
  }

  get partitions(): number {
    return this.#members.length;
  }

  /** The event that is record `offset` of the partition. */
  eventAt(partition: number, offset: number): number {
    const members = this.#members[partition]!;
    const cycle = Math.floor(offset / members.length);
    return cycle * this.#cycle + members[offset - cycle * members.length]!;
  }

  /** Records that the partition will ever have. */
  end(partition: number): number {
    const members = this.#members[partition]!;
    if (members.length === 0) return 0;
    const idle = partition === this.#idle ? IDLE_AFTER : Number.POSITIVE_INFINITY;
    if (this.#limit === Number.POSITIVE_INFINITY) return idle;
    const cycles = Math.floor(this.#limit / this.#cycle);
    const rest = this.#limit - cycles * this.#cycle;
    return Math.min(cycles * members.length + members.filter(m => m < rest).length, idle);
  }
}
