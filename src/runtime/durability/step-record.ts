/**
 * What the journal says of one step (DESIGN section 6): enough to run it again. Layout, little endian, 8-byte aligned parts:
 *   step f64 · time (µs since 1970) f64 · inputs u32 · deltas u32 · ddl bytes u32 · 0 u32
 *   per input: relation u32 · partition u32 · next offset f64
 *   per delta: relation u32 · bytes u32 · an encoded batch (batch-bytes.ts), padded
 *   ddl: UTF-8 JSON
 */
export type StepRecord = {
  readonly step: number;
  readonly time: number;
  /** Partitions that moved: rows below `nextOffset` are in. */
  readonly inputs: readonly {readonly relation: number; readonly partition: number; readonly nextOffset: number}[];
  /** Changes to tables and embedded streams. */
  readonly deltas: readonly {readonly relation: number; readonly batch: Uint8Array}[];
  readonly ddl: string | null;
};

const align8 = (n: number): number => (n + 7) & ~7;

export function encodeStepRecord(record: StepRecord): Uint8Array {
  const ddl = record.ddl === null ? new Uint8Array(0) : new TextEncoder().encode(record.ddl);
  let size = 32 + record.inputs.length * 16 + align8(ddl.length);
  for (const delta of record.deltas) size += 8 + align8(delta.batch.length);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, record.step, true);
  view.setFloat64(8, record.time, true);
  view.setUint32(16, record.inputs.length, true);
  view.setUint32(20, record.deltas.length, true);
  view.setUint32(24, ddl.length, true);
  let at = 32;
  for (const input of record.inputs) {
    view.setUint32(at, input.relation, true);
    view.setUint32(at + 4, input.partition, true);
    view.setFloat64(at + 8, input.nextOffset, true);
    at += 16;
  }
  for (const delta of record.deltas) {
    view.setUint32(at, delta.relation, true);
    view.setUint32(at + 4, delta.batch.length, true);
    bytes.set(delta.batch, at + 8);
    at += 8 + align8(delta.batch.length);
  }
  bytes.set(ddl, at);
  return bytes;
}

export function decodeStepRecord(bytes: Uint8Array): StepRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const inputs: {relation: number; partition: number; nextOffset: number}[] = [];
  const deltas: {relation: number; batch: Uint8Array}[] = [];
  let at = 32;
  for (let i = view.getUint32(16, true); i > 0; i--, at += 16)
    inputs.push({relation: view.getUint32(at, true), partition: view.getUint32(at + 4, true), nextOffset: view.getFloat64(at + 8, true)});
  for (let i = view.getUint32(20, true); i > 0; i--) {
    const length = view.getUint32(at + 4, true);
    deltas.push({relation: view.getUint32(at, true), batch: bytes.slice(at + 8, at + 8 + length)});
    at += 8 + align8(length);
  }
  const ddlLength = view.getUint32(24, true);
  const ddl = ddlLength === 0 ? null : new TextDecoder().decode(bytes.subarray(at, at + ddlLength));
  return {step: view.getFloat64(0, true), time: view.getFloat64(8, true), inputs, deltas, ddl};
}
