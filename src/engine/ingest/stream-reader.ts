import type {OpenSlabSource, RecordSlab, SlabSource, SourceEvent} from '../../connectors/slab-source.ts';
import {JsonDecoder} from '../../connectors/formats/json/json-decoder.ts';
import type {DecodedSlab} from '../../connectors/formats/json/decoded-slab.ts';
import type {Projection} from '../../connectors/formats/json/projection.ts';
import {spanOf, type RecordSpan} from '../../connectors/formats/json/region-layout.ts';
import {descriptorBytes, MESSAGE_BATCH, MESSAGE_MARKER, writeBatchMessage, type ColumnLocation} from '../../runtime/ring/batch-message.ts';
import {payloadOf, RingProducer} from '../../runtime/ring/byte-ring.ts';
import type {StreamLeaf} from '../dataflow/stream-leaf.ts';
import {badRecordsBound, writeBadRecords, type BadRecord} from './bad-records.ts';
import {jsonOptions} from './json-options.ts';
import {MissingColumns} from './missing-columns.ts';
import type {ReaderSpec} from './reader-spec.ts';
import {recordsFrom, slabPiece} from './slab-pieces.ts';
import {systemLeafBytes, writeSystemLeaf} from './system-leaves.ts';

/** How long to wait for room in the ring before looking again, in ms. */
const SPACE_POLL_MS = 50;

/** Records that become one message, and an upper bound of the bytes that it takes in the ring. */
type Piece = {readonly slab: RecordSlab; readonly span: RecordSpan; readonly bytes: number};

/** Tells the dataflow side that something is in a ring. */
export type Bell = {ring(): void};

/**
 * Fetches, decodes and hands over one stream: every slab becomes one batch message in the reader's ring, columns in place, or more of
 * them where one would be too large. A full ring refuses the slab, which stops fetching until there is room: backpressure.
 */
export class StreamReader {
  readonly #spec: ReaderSpec;
  readonly #ring: RingProducer;
  readonly #bell: Bell;
  readonly #decoder: JsonDecoder;
  readonly #source: SlabSource;
  readonly #missing: MissingColumns;
  #leaves: readonly (StreamLeaf | null)[];
  #projection: Projection;
  #pendingMarker: number | undefined;
  /** By partition: how far a refused slab has been written. It is offered again whole, after a pause behind slabs of other partitions. */
  readonly #written = new Map<number, number>();
  #closed = false;
  #waiting = false;

  constructor(spec: ReaderSpec, bell: Bell, open: OpenSlabSource, onEvent: (event: SourceEvent) => void) {
    this.#spec = spec;
    this.#bell = bell;
    this.#ring = new RingProducer(spec.ring);
    this.#decoder = new JsonDecoder({memory: spec.wasm, columns: spec.columns, options: jsonOptions(spec.options), staging: spec.staging});
    this.#leaves = spec.leaves;
    this.#projection = this.#project(spec.leaves);
    this.#missing = new MissingColumns(spec.columns, onEvent);
    // Later ends come with the records.
    const ended = new Set<number>();
    const tell = (event: SourceEvent): void => {
      if (event.kind === 'end' && ended.size === ended.add(event.partition).size) return;
      onEvent(event);
    };
    this.#source = open(spec.options, spec.positions, {onSlab: slab => this.#onSlab(slab), onEvent: tell}, spec.mode);
  }

  setLeaves(leaves: readonly (StreamLeaf | null)[], version: number): void {
    this.#leaves = leaves;
    this.#projection = this.#project(leaves);
    this.#pendingMarker = version;
    this.#flushMarker();
  }

  pause(partition: number, isPaused: boolean): void {
    if (isPaused) this.#source.pausePartition?.(partition);
    else this.#source.resumePartition?.(partition);
  }

  refresh(): void {
    this.#source.refresh?.();
  }

  presence(): {readonly records: number; readonly columns: readonly number[]} {
    return this.#decoder.presence();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#source.close();
  }

  #project(leaves: readonly (StreamLeaf | null)[]): Projection {
    return this.#decoder.project(leaves.filter((leaf): leaf is StreamLeaf => leaf !== null && leaf.column >= 0));
  }

  #flushMarker(): boolean {
    if (this.#pendingMarker === undefined) return true;
    const address = this.#ring.reserve(64);
    if (address < 0) return false;
    this.#ring.words[(address >> 2) + 2] = this.#pendingMarker;
    this.#ring.commit(MESSAGE_MARKER, 0);
    this.#pendingMarker = undefined;
    this.#bell.ring();
    return true;
  }

  #onSlab(slab: RecordSlab): boolean {
    if (this.#closed) return true;
    if (!this.#flushMarker() || !this.#writeAll(slab)) {
      void this.#retryWhenThereIsRoom();
      return false;
    }
    this.#bell.ring();
    return true;
  }

  async #retryWhenThereIsRoom(): Promise<void> {
    if (this.#waiting) return;
    this.#waiting = true;
    await this.#ring.waitForSpace(SPACE_POLL_MS);
    this.#waiting = false;
    if (!this.#closed) this.#source.resume();
  }

  /** false = no room for all of it. */
  #writeAll(slab: RecordSlab): boolean {
    const written = this.#written.get(slab.partition);
    // Given up by a pause after all of it was written.
    if (written !== undefined && slab.nextOffset <= written) return true;
    let from = written === undefined ? 0 : recordsFrom(slab, written);
    do {
      const piece = this.#fitting(slab, from);
      if (!this.#write(piece)) return false;
      from += piece.slab.count;
      this.#written.set(slab.partition, piece.slab.nextOffset);
    } while (from < slab.count);
    this.#written.delete(slab.partition);
    return true;
  }

  /** The records of a slab from `from` on, as many as one message can hold. */
  #fitting(slab: RecordSlab, from: number): Piece {
    let piece = this.#piece(slab, from, slab.count);
    while (piece.slab.count > 1 && piece.bytes > this.#ring.capacity)
      piece = this.#piece(slab, from, from + Math.ceil(piece.slab.count / 2));
    return piece;
  }

  #piece(whole: RecordSlab, from: number, to: number): Piece {
    const slab = slabPiece(whole, from, to);
    const span = spanOf(slab);
    return {slab, span, bytes: this.#messageBytes(slab, span)};
  }

  #systemBytes(slab: RecordSlab): number {
    let bytes = 0;
    for (const leaf of this.#leaves) if (leaf !== null && leaf.column < 0) bytes += systemLeafBytes(-1 - leaf.column, slab);
    return bytes;
  }

  /** Upper bound of the bytes that a slab takes in the ring. */
  #messageBytes(slab: RecordSlab, span: RecordSpan): number {
    const system = this.#systemBytes(slab);
    const decoded = this.#decoder.regionBytes(slab, this.#projection, span);
    return descriptorBytes(this.#leaves.length) + system + decoded + badRecordsBound(slab.count, span.valueBytes) + 64;
  }

  /** Decodes a slab into the ring; false = no room, nothing was written. */
  #write({slab, span, bytes}: Piece): boolean {
    const ring = this.#ring;
    const head = descriptorBytes(this.#leaves.length);
    const system = this.#systemBytes(slab);
    const address = ring.reserve(bytes);
    if (address < 0) return false;
    const base = payloadOf(address) + head;
    const decoded = this.#decoder.decode(slab, this.#projection, base + system, span);
    if (!this.#missing.done) this.#missing.look(slab, this.#decoder.presence());
    const columns = this.#place(slab, decoded, base);
    const badRecordsAt = (base + system + decoded.usedBytes + 7) & ~7;
    const bad = decoded.errors.map(error => badRecord(slab, error.record, error.column, error.reason));
    const end = writeBadRecords(bad, ring.bytes.buffer, badRecordsAt);
    const endOffset = this.#source.endOffset(slab.partition);
    const {partition, nextOffset} = slab;
    writeBatchMessage(
      ring,
      address,
      {
        reader: this.#spec.reader,
        partition,
        rows: decoded.rows,
        nextOffset,
        endOffset,
        sourceBytes: span.valueBytes,
        badRecords: bad.length,
        badRecordsAt,
      },
      columns,
    );
    ring.commit(MESSAGE_BATCH, end - payloadOf(address));
    return true;
  }

  /** Where each leaf lies: decoded columns as the decoder put them, system columns written from `at` on. */
  #place(slab: RecordSlab, decoded: DecodedSlab, base: number): (ColumnLocation | null)[] {
    const ring = this.#ring;
    const source = decoded.sourceRows === 0 ? null : new Int32Array(ring.bytes.buffer, decoded.sourceRows, decoded.rows);
    let at = base;
    let next = 0;
    return this.#leaves.map(leaf => {
      if (leaf === null) return null;
      if (leaf.column >= 0) return decoded.columns[next++]!;
      const written = writeSystemLeaf(-1 - leaf.column, slab, decoded.rows, source, ring, at);
      at = written.end;
      return written.location;
    });
  }
}

function badRecord(slab: RecordSlab, record: number, column: string, reason: string): BadRecord {
  const start = slab.valueStart[record]!;
  return {
    partition: slab.partition,
    offset: slab.offsets[record]!,
    timestamp: slab.timestamps[record]!,
    column,
    reason,
    payload: start < 0 ? null : slab.bytes.slice(start, slab.valueEnd[record]),
  };
}
