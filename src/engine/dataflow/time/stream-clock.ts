import type {StreamTime} from '../../../catalog/relation.ts';
import {Watermark} from '../../../runtime/time/watermark.ts';

/** What a clock asks about the partitions of its stream. */
export interface Backlog {
  /** Every partition that is known. */
  partitions(): Iterable<number>;
  /** Whether everything that the partition holds has been taken. */
  isReadToEnd(partition: number): boolean;
}

/** A clock in a checkpoint: plain data for JSON. null = no watermark yet; partitions without one are left out. */
export type ClockState = {
  readonly relation: number;
  readonly watermark: number | null;
  /** `seen`: when it last had a row; absent = not known. */
  readonly partitions: readonly {readonly partition: number; readonly watermark: number; readonly seen?: number | undefined}[];
};

/** How a partition takes part; times in µs. */
export type PartitionClock = {
  readonly partition: number;
  readonly watermark: number;
  /** When it last had a row. */
  readonly seen: number;
  /** Does not hold the stream's watermark back. */
  readonly idle: boolean;
  /** Everything that it holds has been taken. */
  readonly isReadToEnd: boolean;
};

type Partition = {watermark: number; seen: number};

/**
 * The event time of one stream: per partition the greatest watermark of its rows, for the stream the least of those that are not idle. Idle is a
 * partition that has been read to its end and silent for the timeout, or that never had a row. The decisions of each step are journalled, so
 * that a replay need not make them again.
 */
export class StreamClock {
  readonly relation: number;
  readonly time: StreamTime;
  readonly watermark = new Watermark();
  readonly #backlog: Backlog;
  readonly #partitions = new Map<number, Partition>();

  constructor(relation: number, time: StreamTime, backlog: Backlog) {
    this.relation = relation;
    this.time = time;
    this.#backlog = backlog;
  }

  /** Rows of a partition have come whose greatest watermark is `watermark`, −Infinity if they had none; `at` = time of the step. */
  observe(partition: number, watermark: number, at: number): void {
    const known = this.#partitions.get(partition);
    if (known === undefined) this.#partitions.set(partition, {watermark, seen: at});
    else {
      known.seen = at;
      if (watermark > known.watermark) known.watermark = watermark;
    }
  }

  /**
   * The stream is read from elsewhere on: what its partitions had come to says nothing of what they hold now. The watermark itself stays where
   * it is, for windows have closed by it; it goes on when every partition that is not idle has passed it again.
   */
  forgetPartitions(): void {
    this.#partitions.clear();
  }

  isIdle(partition: number, at: number): boolean {
    if (!this.#backlog.isReadToEnd(partition)) return false;
    const known = this.#partitions.get(partition);
    return known === undefined || known.watermark === -Infinity || at - known.seen >= this.time.idleTimeout;
  }

  /** Moves the watermark to where the rows so far and the time `at` allow; whether it has moved. */
  decide(at: number): boolean {
    const before = this.watermark.current;
    this.watermark.advance(this.#allowed(at));
    return this.watermark.current !== before;
  }

  #allowed(at: number): number {
    let least = Infinity;
    let lastSeen = -Infinity;
    for (const partition of this.#backlog.partitions()) {
      const known = this.#partitions.get(partition);
      if (known !== undefined && known.watermark > -Infinity) lastSeen = Math.max(lastSeen, known.seen);
      if (this.isIdle(partition, at)) continue;
      least = Math.min(least, known?.watermark ?? -Infinity);
    }
    if (least < Infinity) return least;
    // Nothing but idle partitions: the watermark stays, or goes on with the clock from where the silence began.
    if (this.time.onIdle === 'wait' || lastSeen === -Infinity) return -Infinity;
    return this.#greatest() + (at - lastSeen);
  }

  #greatest(): number {
    let greatest = -Infinity;
    for (const {watermark} of this.#partitions.values()) greatest = Math.max(greatest, watermark);
    return greatest;
  }

  /** Whether the time `at` alone would move the watermark. */
  wouldMove(at: number): boolean {
    return this.#allowed(at) > this.watermark.current;
  }

  /** When the clock alone moves the watermark next; Infinity = it does not. `every` µs at most while it moves on with the clock. */
  nextChange(at: number, every: number): number {
    let next = Infinity;
    let silent = true;
    let any = false;
    for (const partition of this.#backlog.partitions()) {
      const known = this.#partitions.get(partition);
      any ||= known !== undefined && known.watermark > -Infinity;
      if (this.isIdle(partition, at)) continue;
      silent = false;
      if (known !== undefined && this.#backlog.isReadToEnd(partition)) next = Math.min(next, known.seen + this.time.idleTimeout);
    }
    if (silent && any && this.time.onIdle === 'advance') return at + every;
    return next;
  }

  partitions(at: number): PartitionClock[] {
    return [...this.#backlog.partitions()]
      .sort((a, b) => a - b)
      .map(partition => {
        const known = this.#partitions.get(partition);
        return {
          partition,
          watermark: known?.watermark ?? -Infinity,
          seen: known?.seen ?? -Infinity,
          idle: this.isIdle(partition, at),
          isReadToEnd: this.#backlog.isReadToEnd(partition),
        };
      });
  }

  state(): ClockState {
    return {
      relation: this.relation,
      watermark: Number.isFinite(this.watermark.previous) ? this.watermark.previous : null,
      partitions: [...this.#partitions].flatMap(([partition, {watermark, seen}]) =>
        Number.isFinite(watermark) ? [{partition, watermark, seen}] : [],
      ),
    };
  }

  /**
   * Takes a checkpoint's state. Silence goes on from where it began: a partition that was silent for long enough is idle as soon as it is seen to
   * hold nothing more. `at` = time of the checkpoint, from which silence counts where its beginning is not known.
   */
  restore({watermark, partitions}: ClockState, at: number): void {
    this.watermark.advance(watermark ?? -Infinity);
    this.watermark.publish();
    for (const {partition, watermark: own, seen} of partitions) this.#partitions.set(partition, {watermark: own, seen: seen ?? at});
  }
}
