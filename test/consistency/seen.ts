/** The state that a transaction showed. */
export type Moment = {readonly step: number; readonly frontier: readonly number[]};

const KEPT_VIOLATIONS = 5;

/** What all clients together have seen: nothing that is read later may be before it. */
export class Seen {
  snapshots = 0;
  /** Snapshots in which anything was wrong, and what it was in the first few of them. */
  violating = 0;
  readonly violations: string[] = [];
  /** The different steps that the snapshots show. */
  readonly steps = new Set<number>();
  #wanted: number;
  #floor: Moment;

  constructor(partitions: number, wanted: number) {
    this.#wanted = wanted;
    this.#floor = {step: 0, frontier: Array.from({length: partitions}, () => 0)};
  }

  get done(): boolean {
    return this.snapshots >= this.#wanted;
  }

  /** Share of the wanted snapshots that are there. */
  get progress(): number {
    return Math.min(1, this.snapshots / this.#wanted);
  }

  /** What a transaction that begins now must show at least. */
  get floor(): Moment {
    return this.#floor;
  }

  want(more: number): void {
    this.#wanted = this.snapshots + more;
  }

  /** Enough, whatever was wanted. */
  end(): void {
    this.#wanted = 0;
  }

  add({step, frontier}: Moment, wrong: readonly string[]): void {
    this.snapshots++;
    this.steps.add(step);
    if (wrong.length > 0) {
      this.violating++;
      if (this.violations.length < KEPT_VIOLATIONS) this.violations.push(`step ${step} at ${frontier.join('/')}: ${wrong.join('; ')}`);
    }
    const before = this.#floor;
    this.#floor = {
      step: Math.max(step, before.step),
      frontier: before.frontier.map((next, partition) => Math.max(next, frontier[partition]!)),
    };
  }
}

/** In what a moment lies before another. */
export function backward(before: Moment, now: Moment): string[] {
  const found = now.step < before.step ? [`step ${now.step} after step ${before.step} was seen`] : [];
  for (const [partition, next] of before.frontier.entries()) {
    if (now.frontier[partition]! < next) found.push(`partition ${partition} at ${now.frontier[partition]!} after ${next} was seen`);
  }
  return found;
}
