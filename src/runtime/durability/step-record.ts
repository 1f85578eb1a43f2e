/**
 * What the journal says of one step (DESIGN section 6): enough to run it again. Layout, little endian, 8-byte aligned parts:
 *   step f64 · time (µs since 1970) f64 · streams u32 · deltas u32 · ddl bytes u32 · 0 u32
 *   per stream: relation u32 · bytes of its section u32 · pieces u32 · 0 u32 · watermark f64 (NaN = it stays), then per piece: partition u32 ·
 *     0 u32 · next offset f64. Whatever else a step decides about a stream follows the pieces, inside the section.
 *   per delta: relation u32 · bytes u32 · an encoded batch (batch-bytes.ts), padded
 *   ddl: UTF-8 JSON
 */
export type StepRecord = {readonly step: number; readonly time: number} & StepContent;

/** A step but for its place in history. */
export type StepContent = {
  readonly streams: readonly StreamSection[];
  /** Changes to tables and embedded streams. */
  readonly deltas: readonly {readonly relation: number; readonly batch: Uint8Array}[];
  readonly ddl: string | null;
};

/** One stream's part in a step. */
export type StreamSection = {
  readonly relation: number;
  /** What the step took, in this order; a partition may come several times. */
  readonly pieces: readonly StreamPiece[];
  /** Where the stream's watermark stands after the step; absent = it did not move. */
  readonly watermark?: number | undefined;
};

/** The partition's records from where it stood up to, but not including, `nextOffset`. */
export type StreamPiece = {readonly partition: number; readonly nextOffset: number};

const HEAD = 32;
const SECTION_HEAD = 24;
const PIECE = 16;
const align8 = (n: number): number => (n + 7) & ~7;

export function encodeStepRecord(record: StepRecord): Uint8Array {
  const ddl = record.ddl === null ? new Uint8Array(0) : new TextEncoder().encode(record.ddl);
  let size = HEAD + align8(ddl.length);
  for (const section of record.streams) size += sectionBytes(section);
  for (const delta of record.deltas) size += 8 + align8(delta.batch.length);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, record.step, true);
  view.setFloat64(8, record.time, true);
  view.setUint32(16, record.streams.length, true);
  view.setUint32(20, record.deltas.length, true);
  view.setUint32(24, ddl.length, true);
  let at = HEAD;
  for (const section of record.streams) at = writeSection(view, at, section);
  for (const delta of record.deltas) {
    view.setUint32(at, delta.relation, true);
    view.setUint32(at + 4, delta.batch.length, true);
    bytes.set(delta.batch, at + 8);
    at += 8 + align8(delta.batch.length);
  }
  bytes.set(ddl, at);
  return bytes;
}

const sectionBytes = ({pieces}: StreamSection): number => SECTION_HEAD + pieces.length * PIECE;

function writeSection(view: DataView, start: number, section: StreamSection): number {
  view.setUint32(start, section.relation, true);
  view.setUint32(start + 4, sectionBytes(section), true);
  view.setUint32(start + 8, section.pieces.length, true);
  view.setFloat64(start + 16, section.watermark ?? NaN, true);
  let at = start + SECTION_HEAD;
  for (const {partition, nextOffset} of section.pieces) {
    view.setUint32(at, partition, true);
    view.setFloat64(at + 8, nextOffset, true);
    at += PIECE;
  }
  return at;
}

function readSection(view: DataView, start: number): StreamSection {
  const pieces: StreamPiece[] = [];
  let at = start + SECTION_HEAD;
  for (let i = view.getUint32(start + 8, true); i > 0; i--, at += PIECE)
    pieces.push({partition: view.getUint32(at, true), nextOffset: view.getFloat64(at + 8, true)});
  const watermark = view.getFloat64(start + 16, true);
  return {relation: view.getUint32(start, true), pieces, ...(Number.isNaN(watermark) ? {} : {watermark})};
}

export function decodeStepRecord(bytes: Uint8Array): StepRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const streams: StreamSection[] = [];
  const deltas: {relation: number; batch: Uint8Array}[] = [];
  let at = HEAD;
  for (let i = view.getUint32(16, true); i > 0; i--) {
    streams.push(readSection(view, at));
    at += view.getUint32(at + 4, true);
  }
  for (let i = view.getUint32(20, true); i > 0; i--) {
    const length = view.getUint32(at + 4, true);
    deltas.push({relation: view.getUint32(at, true), batch: bytes.slice(at + 8, at + 8 + length)});
    at += 8 + align8(length);
  }
  const ddlLength = view.getUint32(24, true);
  const ddl = ddlLength === 0 ? null : new TextDecoder().decode(bytes.subarray(at, at + ddlLength));
  return {step: view.getFloat64(0, true), time: view.getFloat64(8, true), streams, deltas, ddl};
}
