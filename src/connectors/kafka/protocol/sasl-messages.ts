import type {WireReader} from './wire-reader.ts';
import type {WireWriter} from './wire-writer.ts';

/** SaslHandshake v1. */
export function writeSaslHandshake(writer: WireWriter, mechanism: string): void {
  writer.string(mechanism, false);
}

export function readSaslHandshake(reader: WireReader): {error: number; mechanisms: string[]} {
  const error = reader.int16();
  const mechanisms: string[] = [];
  for (let count = reader.arrayLength(false, 2); count > 0; count--) mechanisms.push(reader.string(false));
  return {error, mechanisms};
}

/** SaslAuthenticate v0–v1. */
export function writeSaslAuthenticate(writer: WireWriter, bytes: Uint8Array): void {
  writer.bytesField(bytes);
}

export function readSaslAuthenticate(reader: WireReader): {error: number; message: string | null; bytes: Buffer} {
  return {error: reader.int16(), message: reader.nullableString(false), bytes: reader.bytesField()};
}
