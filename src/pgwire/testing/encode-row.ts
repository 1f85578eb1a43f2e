import {Buffer} from 'node:buffer';

/** A DataRow message of text (or raw) values; null = NULL. */
export function encodeRow(values: readonly (string | Uint8Array | null)[]): Buffer {
  const parts: Buffer[] = [];
  for (const value of values) {
    const bytes = value === null ? undefined : Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes?.length ?? -1);
    parts.push(length, bytes ?? Buffer.alloc(0));
  }
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(7);
  head[0] = 0x44;
  head.writeInt32BE(body.length + 6, 1);
  head.writeInt16BE(values.length, 5);
  return Buffer.concat([head, body]);
}
