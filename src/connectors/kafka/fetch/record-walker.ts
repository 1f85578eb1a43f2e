import {ByteArena} from '../compression/byte-arena.ts';
import {DecompressError} from '../compression/codec.ts';
import {codecOf, decompress} from '../compression/decompress.ts';
import {crc32c} from '../compression/native-codecs.ts';
import type {AbortedTransaction} from '../protocol/fetch-response.ts';
import {AbortedFilter} from './aborted-filter.ts';
import {ATTRIBUTE, BATCH, CorruptBatch, int64At, LENGTH_OVERHEAD, MIN_BATCH_LENGTH} from './batch-header.ts';
import {MAX_SLAB_RECORDS, SlabArrays} from './slab-arrays.ts';
import {walkRecords, type BatchCursor} from './walk-records.ts';

/** The record batches that one fetch brought for one partition: bytes [start, end) of the response. */
export type FetchedPiece = {
  readonly partition: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** First offset that is wanted: a batch may begin before it. */
  readonly fromOffset: number;
  /** Undefined under read_uncommitted: nothing is filtered but control batches. */
  readonly aborted: readonly AbortedTransaction[] | undefined;
};

/** No further batch is decompressed into a slab that has this many bytes already. */
const ARENA_TARGET = 1024 * 1024;

/**
 * Turns fetched pieces into slabs, in place: slabs of uncompressed batches point into the response, those of compressed ones into an
 * arena that holds several of them. Control batches and aborted transactions are dropped on their headers.
 */
export class RecordWalker {
  readonly slab = new SlabArrays();
  readonly #checkCrcs: boolean;
  readonly #arena = new ByteArena(ARENA_TARGET);
  readonly #cursor: BatchCursor = {
    bytes: this.#arena.bytes,
    at: 0,
    end: 0,
    recordsLeft: 0,
    baseOffset: 0,
    lastOffset: 0,
    timestamp: 0,
    logAppendTime: false,
  };
  #piece: FetchedPiece | undefined;
  #filter: AbortedFilter | undefined;
  #at = 0;
  #nextOffset = 0;
  #error: CorruptBatch | undefined;

  constructor({checkCrcs}: {readonly checkCrcs: boolean}) {
    this.#checkCrcs = checkCrcs;
  }

  open(piece: FetchedPiece): void {
    this.#piece = piece;
    this.#filter = piece.aborted === undefined ? undefined : new AbortedFilter(piece.aborted);
    this.#at = piece.start;
    this.#nextOffset = piece.fromOffset;
    this.#cursor.recordsLeft = 0;
    this.#error = undefined;
    this.slab.partition = piece.partition;
  }

  /**
   * Fills `slab` with the piece's next records. It may be without records and only move `nextOffset`. False at the end of the piece.
   * Throws CorruptBatch, but only once everything before the broken batch has been handed out.
   */
  next(): boolean {
    if (this.#error !== undefined) throw this.#error;
    const {slab} = this;
    const before = this.#nextOffset;
    slab.count = 0;
    if (this.#cursor.recordsLeft === 0) this.#arena.clear();
    try {
      while (slab.count < MAX_SLAB_RECORDS && (this.#cursor.recordsLeft > 0 || this.#openBatch())) this.#walk();
    } catch (error) {
      if (!(error instanceof CorruptBatch)) throw error;
      this.#cursor.recordsLeft = 0;
      this.#error = error;
      if (slab.count === 0 && this.#nextOffset === before) throw error;
    }
    slab.bytes = this.#cursor.bytes;
    slab.nextOffset = this.#nextOffset;
    return slab.count > 0 || this.#nextOffset > before;
  }

  #walk(): void {
    const cursor = this.#cursor;
    const {slab} = this;
    const countBefore = slab.count;
    const first = this.#nextOffset;
    try {
      walkRecords(cursor, slab, first);
    } catch (error) {
      slab.count = countBefore;
      throw error;
    }
    if (cursor.recordsLeft === 0) this.#nextOffset = cursor.lastOffset + 1;
    else if (slab.count > countBefore) this.#nextOffset = slab.offsets[slab.count - 1]! + 1;
  }

  /** Moves to the next batch with records for us. False when the piece ends, or when the slab must be handed out before it goes on. */
  #openBatch(): boolean {
    const piece = this.#piece!;
    const {bytes, end} = piece;
    const cursor = this.#cursor;
    for (;;) {
      const at = this.#at;
      if (end - at < LENGTH_OVERHEAD) return this.#endOfPiece(at);
      const length = bytes.readInt32BE(at + BATCH.length);
      const baseOffset = int64At(bytes, at);
      if (length < MIN_BATCH_LENGTH) throw new CorruptBatch(baseOffset, `a batch of ${length} bytes`);
      const batchEnd = at + LENGTH_OVERHEAD + length;
      if (batchEnd > end) return this.#endOfPiece(at);
      const magic = bytes[at + BATCH.magic]!;
      if (magic !== 2) throw new CorruptBatch(baseOffset, `message format ${magic} is not supported (written before Kafka 0.11)`);
      const lastOffset = baseOffset + bytes.readInt32BE(at + BATCH.lastOffsetDelta);
      if (lastOffset < baseOffset || baseOffset < 0) throw new CorruptBatch(baseOffset, `a batch that ends at offset ${lastOffset}`);
      if (this.#checkCrcs) checkCrc(bytes, at, batchEnd, baseOffset);

      if (lastOffset < this.#nextOffset || this.#dropped(at, batchEnd, lastOffset)) {
        this.#nextOffset = Math.max(this.#nextOffset, lastOffset + 1);
        this.#at = batchEnd;
        continue;
      }
      const attributes = bytes.readInt16BE(at + BATCH.attributes);
      const compressed = (attributes & ATTRIBUTE.codec) !== 0;
      if (this.slab.count > 0) {
        // A slab lies in one buffer only, and an arena that grows on and on would leave the caches.
        if (compressed !== (cursor.bytes !== bytes) || (compressed && this.#arena.length >= ARENA_TARGET)) return false;
      }
      const recordCount = bytes.readInt32BE(at + BATCH.recordCount);
      if (recordCount < 0) throw new CorruptBatch(baseOffset, `a batch of ${recordCount} records`);
      if (compressed) {
        cursor.at = this.#decompress(attributes, bytes.subarray(at + BATCH.records, batchEnd), baseOffset);
        cursor.bytes = this.#arena.bytes;
        cursor.end = this.#arena.length;
      } else {
        cursor.bytes = bytes;
        cursor.at = at + BATCH.records;
        cursor.end = batchEnd;
      }
      cursor.recordsLeft = recordCount;
      cursor.baseOffset = baseOffset;
      cursor.lastOffset = lastOffset;
      cursor.logAppendTime = (attributes & ATTRIBUTE.logAppendTime) !== 0;
      cursor.timestamp = int64At(bytes, at + (cursor.logAppendTime ? BATCH.maxTimestamp : BATCH.baseTimestamp));
      this.#at = batchEnd;
      return true;
    }
  }

  #endOfPiece(at: number): boolean {
    const piece = this.#piece!;
    // The broker sends the first batch whole whatever the limits, so a piece without any is no answer.
    if (at === piece.start && piece.end > piece.start) throw new CorruptBatch(this.#nextOffset, 'a response without one complete batch');
    return false;
  }

  /** Control batches, and what belongs to an aborted transaction. */
  #dropped(at: number, batchEnd: number, lastOffset: number): boolean {
    const {bytes} = this.#piece!;
    const attributes = bytes.readInt16BE(at + BATCH.attributes);
    if ((attributes & (ATTRIBUTE.transactional | ATTRIBUTE.control)) === 0) return false;
    const filter = this.#filter;
    const control = (attributes & ATTRIBUTE.control) !== 0;
    if (filter === undefined) return control;
    const producerId = bytes.readBigInt64BE(at + BATCH.producerId);
    if (control) {
      if (isAbortMarker(bytes, at + BATCH.records, batchEnd)) filter.endTransaction(producerId, lastOffset);
      return true;
    }
    return filter.drops(producerId, lastOffset);
  }

  #decompress(attributes: number, input: Uint8Array, baseOffset: number): number {
    const codec = codecOf(attributes);
    if (codec === undefined) throw new CorruptBatch(baseOffset, `unknown compression ${attributes & ATTRIBUTE.codec}`);
    try {
      return decompress(codec, input, this.#arena);
    } catch (error) {
      if (error instanceof DecompressError) throw new CorruptBatch(baseOffset, error.message);
      throw error;
    }
  }
}

function checkCrc(bytes: Buffer, at: number, batchEnd: number, baseOffset: number): void {
  const stored = bytes.readUInt32BE(at + BATCH.crc);
  const found = crc32c(bytes.subarray(at + BATCH.attributes, batchEnd));
  if (stored !== found) throw new CorruptBatch(baseOffset, `checksum ${found.toString(16)} instead of ${stored.toString(16)}`);
}

/** A control record's key is its version and its type; 0 = abort. Its fields are short, so their varints are one byte each. */
function isAbortMarker(bytes: Buffer, at: number, end: number): boolean {
  const key = at + 5; // length, attributes, timestamp delta, offset delta, key length
  return key + 4 <= end && bytes[at + 4] === 8 && bytes.readInt16BE(key + 2) === 0;
}
