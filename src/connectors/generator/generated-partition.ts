import type {RecordSlab} from '../slab-source.ts';
import {createGenerator} from './create-generator.ts';
import {EventRandom} from './event-random.ts';
import type {GeneratorOptions} from './generator-options.ts';
import {JsonWriter} from './json-writer.ts';
import {PartitionPlan} from './partition-plan.ts';
import type {RecordGenerator} from './record-generator.ts';

/** Most records in a slab. */
const SLAB_RECORDS = 8192;
const SLAB_BYTES = 2 * 1024 * 1024;
const NEWLINE = 10;
const LATE_FROM_MS = 5_000;
const LATE_TO_MS = 60_000;

/** The records of one partition of a generator, from any offset on: the same ones whoever asks, and how often. */
export class GeneratedPartition {
  readonly partition: number;
  readonly #options: GeneratorOptions;
  readonly #plan: PartitionPlan;
  readonly #generator: RecordGenerator;
  readonly #random: EventRandom;
  #writer = new JsonWriter(new Uint8Array(0));
  readonly #slab: SlabBuffers;
  #offset: number;

  /** `generator` may be shared by the partitions of one thread. */
  constructor(options: GeneratorOptions, partition: number, startOffset: number, generator: RecordGenerator = createGenerator(options)) {
    this.partition = partition;
    this.#options = options;
    this.#plan = new PartitionPlan(options);
    this.#generator = generator;
    this.#random = new EventRandom(options.seed);
    this.#slab = new SlabBuffers(partition);
    this.#offset = startOffset;
  }

  /** Offset of the next record. */
  get offset(): number {
    return this.#offset;
  }

  /** Goes on at another offset. */
  seek(offset: number): void {
    this.#offset = offset;
  }

  /** Offset after the last record that there will be; Infinity = without end. */
  get end(): number {
    return this.#plan.end(this.partition);
  }

  /** When the record at `offset` is due, in ms after event 0 was: its event's turn at the asked rate. */
  dueAt(offset: number): number {
    const {rate} = this.#options;
    return rate === 0 ? 0 : (this.#plan.eventAt(this.partition, offset) * 1000) / rate;
  }

  /** The next records, at most `maxRecords`, fewer when a slab is full; null at the end. Valid until the next call. */
  next(maxRecords: number): RecordSlab | null {
    const most = Math.min(maxRecords, SLAB_RECORDS, this.end - this.#offset);
    if (most <= 0) return null;
    const slab = this.#slab;
    const recordBytes = this.#generator.maxBytes + 1;
    slab.reserve(Math.min(most * recordBytes, SLAB_BYTES));
    this.#writer = new JsonWriter(slab.bytes);
    const lastStart = slab.bytes.length - recordBytes;
    let count = 0;
    for (; count < most && this.#writer.at <= lastStart; count++) this.#writeRecord(count, this.#offset + count);
    this.#offset += count;
    slab.count = count;
    slab.nextOffset = this.#offset;
    return slab;
  }

  #writeRecord(i: number, offset: number): void {
    const {latePercent, badPercent} = this.#options;
    const slab = this.#slab;
    const writer = this.#writer;
    const event = this.#plan.eventAt(this.partition, offset);
    let lateBy = 0;
    let bad = false;
    if (latePercent > 0 || badPercent > 0) {
      const random = this.#random;
      random.begin(event, 3);
      if (random.unit() * 100 < latePercent) lateBy = LATE_FROM_MS + random.below(LATE_TO_MS - LATE_FROM_MS);
      bad = random.unit() * 100 < badPercent;
    }
    const start = writer.at;
    this.#generator.write(event, writer, lateBy);
    slab.offsets[i] = offset;
    slab.timestamps[i] = this.#generator.eventTime(event);
    slab.valueStart[i] = start;
    slab.valueEnd[i] = bad ? start + ((writer.at - start) >> 1) : writer.at;
    writer.bytes[writer.at++] = NEWLINE;
  }
}

class SlabBuffers implements RecordSlab {
  readonly partition: number;
  bytes: Uint8Array = new Uint8Array(0);
  count = 0;
  nextOffset = 0;
  readonly offsets = new Float64Array(SLAB_RECORDS);
  readonly timestamps = new Float64Array(SLAB_RECORDS);
  readonly valueStart = new Int32Array(SLAB_RECORDS);
  readonly valueEnd = new Int32Array(SLAB_RECORDS);
  readonly keyStart = new Int32Array(SLAB_RECORDS).fill(-1);
  readonly keyEnd = new Int32Array(SLAB_RECORDS);
  readonly headersStart = new Int32Array(SLAB_RECORDS).fill(-1);
  readonly headersEnd = new Int32Array(SLAB_RECORDS);

  constructor(partition: number) {
    this.partition = partition;
  }

  reserve(bytes: number): void {
    if (this.bytes.length < bytes) this.bytes = new Uint8Array(bytes);
  }
}
