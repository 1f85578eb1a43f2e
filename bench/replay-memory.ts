// Memory of a restart that replays four partitions of which one lags: node scripts/run-bench.mjs replay-memory [bytes that may wait for their steps]
import type {OpenSlabSource, PartitionPosition, SlabHandlers, SlabSource} from '../src/connectors/slab-source.ts';
import {InlineEngine} from '../src/engine/testing/inline-engine.ts';
import {slabOf} from '../src/engine/testing/slab-of.ts';

const PARTITIONS = 4;
const SLABS = 100;
const SLAB_RECORDS = 4096;
const VALUE = Buffer.from(JSON.stringify({v: 1, t: 'x'.repeat(200)}));
const LAG_MS = 150;
const MIB = 1 << 20;

let lagging = -1;

class Source implements SlabSource {
  readonly #next: Map<number, number>;
  readonly #handlers: SlabHandlers;
  readonly #paused = new Set<number>();
  #lagUntil = 0;
  #refused = false;
  #closed = false;

  constructor(positions: readonly PartitionPosition[], handlers: SlabHandlers) {
    this.#next = new Map(positions.map(({partition, offset}) => [partition, offset]));
    this.#handlers = handlers;
    setImmediate(() => this.#run());
  }

  #run(): void {
    if (this.#closed || this.#refused) return;
    for (const [partition, from] of this.#next) {
      if (from === SLABS * SLAB_RECORDS || this.#paused.has(partition)) continue;
      if (partition === lagging && performance.now() < this.#lagUntil) continue;
      const records = Array.from({length: SLAB_RECORDS}, (_, i) => ({offset: from + i, timestamp: 1_700_000_000_000, value: VALUE}));
      if (!this.#handlers.onSlab(slabOf(partition, records, from + SLAB_RECORDS))) {
        this.#refused = true;
        return;
      }
      this.#next.set(partition, from + SLAB_RECORDS);
      if (partition === lagging) this.#lagUntil = performance.now() + LAG_MS;
    }
    setTimeout(() => this.#run(), 1);
  }

  resume(): void {
    this.#refused = false;
    this.#run();
  }

  pausePartition(partition: number): void {
    this.#paused.add(partition);
  }

  resumePartition(partition: number): void {
    this.#paused.delete(partition);
  }

  endOffset(): number {
    return SLABS * SLAB_RECORDS;
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }
}

const open: OpenSlabSource = (_options, positions, handlers) => new Source(positions, handlers);
const limit = process.argv[2] === undefined ? undefined : Number(process.argv[2]);
const engine = await InlineEngine.start({connectors: {generator: open}, replayBytes: limit});
const session = engine.session();
await session.all(
  `CREATE STREAM s (v int, t text) WITH (connector = 'generator', generator = 'sequence', rate = 0, partitions = ${PARTITIONS})`,
);
await session.all('CREATE MATERIALIZED VIEW n AS SELECT count(*) AS n, max(t) AS t FROM s');
const total = String(PARTITIONS * SLABS * SLAB_RECORDS);
while ((await session.rows('SELECT n FROM n'))[0]![0] !== total) await new Promise(resolve => setTimeout(resolve, 50));
const megabytes = (): number => Math.round(process.memoryUsage.rss() / MIB);
const before = megabytes();
let peak = 0;
const timer = setInterval(() => (peak = Math.max(peak, megabytes())), 20);
lagging = PARTITIONS - 1;
const began = performance.now();
const restarted = await engine.crash({power: false});
clearInterval(timer);
const rows = await restarted.session().rows('SELECT n FROM n');
const backlog = Math.round((PARTITIONS * SLABS * SLAB_RECORDS * VALUE.length) / MIB);
process.stdout.write(
  `backlog ${backlog} MiB, limit ${limit ?? 'default'}: RSS ${before} MiB before, at most ${peak} MiB in ${Math.round(performance.now() - began)} ms; ${rows[0]![0]} rows\n`,
);
await restarted.stop();
