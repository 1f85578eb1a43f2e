import {LIVE, type OpenSlabSource, type PartitionPosition, type SlabHandlers, type SlabSource} from '../slab-source.ts';
import {createGenerator} from './create-generator.ts';
import {GeneratedPartition} from './generated-partition.ts';
import {type GeneratorOptions, parseGeneratorOptions} from './generator-options.ts';
import {PartitionPlan} from './partition-plan.ts';

/** How often due records are looked for, in ms, when a rate is set. */
const TICK_MS = 10;
const SLAB_RECORDS = 4096;

/** Partitions that a generator with these options has: 0 … n − 1. 22023 for wrong options. */
export const generatorPartitions = (options: Readonly<Record<string, string>>): number => parseGeneratorOptions(options).partitions;

/** Where each partition of a generator with these options ends; Infinity = never. */
export function generatorEnds(options: Readonly<Record<string, string>>): PartitionPosition[] {
  const plan = new PartitionPlan(parseGeneratorOptions(options));
  return Array.from({length: plan.partitions}, (_, partition) => ({partition, offset: plan.end(partition)}));
}

/** Runs a generator as a source: records appear at the rate of its options, counted from the positions that it was opened at. */
export const openGeneratorSource: OpenSlabSource = (options, positions, handlers, {unthrottled} = LIVE) =>
  new GeneratorSource(parseGeneratorOptions(options), positions, handlers, unthrottled);

class GeneratorSource implements SlabSource {
  readonly #partitions: readonly GeneratedPartition[];
  readonly #handlers: SlabHandlers;
  readonly #unthrottled: boolean;
  /** The moment at which event 0 would have been due. */
  readonly #start: number;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  /** The next slab is offered by this partition. */
  #turn = 0;
  readonly #paused = new Set<number>();
  #closed = false;
  #announced = false;

  constructor(options: GeneratorOptions, positions: readonly PartitionPosition[], handlers: SlabHandlers, unthrottled: boolean) {
    this.#unthrottled = unthrottled || options.rate === 0;
    this.#handlers = handlers;
    const generator = createGenerator(options);
    this.#partitions = positions.map(p => new GeneratedPartition(options, p.partition, p.offset, generator));
    const due = this.#partitions.filter(p => p.offset < p.end).map(p => p.dueAt(p.offset));
    this.#start = performance.now() - (due.length === 0 ? 0 : Math.min(...due));
    this.#timer = setImmediate(() => this.#run());
  }

  resume(): void {
    if (this.#timer === undefined && !this.#closed) this.#run();
  }

  pausePartition(partition: number): void {
    this.#paused.add(partition);
  }

  resumePartition(partition: number): void {
    this.#paused.delete(partition);
  }

  endOffset(partition: number): number {
    const found = this.#partitions.find(p => p.partition === partition);
    return found === undefined ? -1 : this.#available(found);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#stopTimer();
    return Promise.resolve();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer as NodeJS.Timeout | undefined);
    clearImmediate(this.#timer as NodeJS.Immediate | undefined);
    this.#timer = undefined;
  }

  /** Offset up to which the partition's records exist by now. */
  #available(partition: GeneratedPartition): number {
    const {end, offset} = partition;
    if (this.#unthrottled) return Math.min(end, offset + SLAB_RECORDS);
    const elapsed = performance.now() - this.#start;
    if (offset >= end || partition.dueAt(offset) > elapsed) return offset;
    // Due times ascend: the last one that has come lies between `low` and `high`.
    let low = offset;
    let high = offset + 1;
    while (high < end && partition.dueAt(high) <= elapsed) {
      low = high;
      high = offset + 2 * (high - offset);
    }
    high = Math.min(high, end);
    while (high - low > 1) {
      const middle = low + Math.floor((high - low) / 2);
      if (partition.dueAt(middle) <= elapsed) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** Offers one slab of each partition that has due records; waits for `resume` when one is refused. */
  #run(): void {
    this.#stopTimer();
    if (this.#closed) return;
    if (!this.#announced) {
      this.#announced = true;
      this.#handlers.onEvent({kind: 'running'});
    }
    let more = false;
    for (let i = 0; i < this.#partitions.length; i++) {
      const partition = this.#partitions[this.#turn]!;
      const outcome = this.#offer(partition);
      if (outcome === 'refused' || this.#closed) return;
      more ||= outcome === 'more';
      this.#turn = (this.#turn + 1) % this.#partitions.length;
    }
    if (more) this.#timer = setImmediate(() => this.#run());
    else if (this.#partitions.some(p => p.offset < p.end)) this.#timer = setTimeout(() => this.#run(), TICK_MS);
  }

  #offer(partition: GeneratedPartition): 'refused' | 'more' | 'idle' {
    if (this.#paused.has(partition.partition)) return 'idle';
    const before = partition.offset;
    const available = this.#available(partition);
    if (available === before) return 'idle';
    const slab = partition.next(Math.min(SLAB_RECORDS, available - before));
    if (slab === null) return 'idle';
    if (!this.#handlers.onSlab(slab)) {
      partition.seek(before);
      return 'refused';
    }
    // What has become due meanwhile waits for the next tick: a slab of a few records costs as much as one of a thousand.
    if (partition.offset < (this.#unthrottled ? partition.end : available)) return 'more';
    this.#handlers.onEvent({kind: 'end', partition: partition.partition, nextOffset: partition.offset, endOffset: partition.offset});
    return 'idle';
  }
}
