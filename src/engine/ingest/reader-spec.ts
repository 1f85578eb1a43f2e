import type {PartitionPosition, ReadMode, SourceEvent} from '../../connectors/slab-source.ts';
import type {RingMemory} from '../../runtime/ring/byte-ring.ts';
import type {Staging} from '../../connectors/formats/json/region-layout.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {StreamLeaf} from '../dataflow/stream-leaf.ts';

/**
 * A reader of one stream: records from given positions on, decoded into the leaves that its users need, in a ring of its own (so that a
 * reader that waits holds up no other). `wasm` is the memory that the ring lies in.
 */
export type ReaderSpec = {
  readonly reader: number;
  readonly relation: number;
  readonly name: string;
  readonly connector: 'kafka' | 'generator';
  readonly options: Readonly<Record<string, string>>;
  readonly columns: readonly {readonly name: string; readonly type: SqlType; readonly notNull: boolean}[];
  /** null = not decoded: its column is absent. */
  readonly leaves: readonly (StreamLeaf | null)[];
  readonly positions: readonly PartitionPosition[];
  readonly mode: ReadMode;
  /** Feeds the shared graph: its state is the stream's. Others belong to one query or hydrating view. */
  readonly shared: boolean;
  readonly wasm: WebAssembly.Memory;
  readonly ring: RingMemory;
  readonly staging: Staging;
};

/** What is asked of the ingest side. */
export type IngestCommand =
  | {readonly kind: 'open'; readonly spec: ReaderSpec}
  /** From the next slab on, decode these leaves; a marker with `version` goes through the ring before the first such slab. */
  | {readonly kind: 'leaves'; readonly reader: number; readonly leaves: readonly (StreamLeaf | null)[]; readonly version: number}
  /** Deliver nothing more of a partition for a while, or go on with it. */
  | {readonly kind: 'pause'; readonly reader: number; readonly partition: number; readonly isPaused: boolean}
  /** Look at once for partitions that came since. */
  | {readonly kind: 'refresh'; readonly reader: number}
  | {readonly kind: 'close'; readonly reader: number}
  | {readonly kind: 'shutdown'};

/** What the ingest side reports to main. */
export type IngestEvent = {
  readonly kind: 'source';
  readonly reader: number;
  readonly relation: number;
  readonly shared: boolean;
  readonly event: SourceEvent;
};

/** First byte of a reader's memory that its ring may use: the kernel's static data lies below. */
export const RING_BASE = 1 << 16;
/** Bytes of a reader's ring. Memory that was never written costs nothing. */
export const RING_BYTES = 1 << 25;

/** What a slab's records take mostly (a fetch brings a MiB of a partition), and less than a core's second-level cache. */
const STAGING_BYTES = 5 << 18;

/** Allocates the shared memory of a reader. */
export function allocateReaderMemory(bytes: number = RING_BYTES): Pick<ReaderSpec, 'wasm' | 'ring' | 'staging'> {
  const pages = (RING_BASE + bytes + STAGING_BYTES) / 65536;
  const wasm = new WebAssembly.Memory({initial: pages, maximum: pages, shared: true});
  const memory = wasm.buffer as SharedArrayBuffer;
  return {
    wasm,
    ring: {control: new SharedArrayBuffer(64), memory, base: RING_BASE, bytes},
    staging: {start: RING_BASE + bytes, bytes: STAGING_BYTES},
  };
}
