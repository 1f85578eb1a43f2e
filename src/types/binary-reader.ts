import {sqlError} from '../common/sql-error.ts';

const utf8 = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

/** Reads big-endian values; 08P01 beyond the end. */
export class BinaryReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#end = end;
  }

  get remaining(): number {
    return this.#end - this.#at;
  }

  #take(size: number): number {
    const at = this.#at;
    if (size < 0 || size > this.#end - at) throw sqlError('protocol_violation', 'insufficient data left in message');
    this.#at = at + size;
    return at;
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  int16(): number {
    return this.#view.getInt16(this.#take(2));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.#take(8));
  }

  float32(): number {
    return this.#view.getFloat32(this.#take(4));
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  /** A view of the next `size` bytes, all that remain by default. */
  bytes(size = this.remaining): Uint8Array {
    const at = this.#take(size);
    return this.#bytes.subarray(at, at + size);
  }

  /** The next `size` bytes as text. 22021 for what is no UTF-8 or holds a NUL. */
  utf8(size = this.remaining): string {
    return decodeUtf8(this.bytes(size));
  }

  /** A reader of the next `size` bytes. */
  part(size: number): BinaryReader {
    const at = this.#take(size);
    return new BinaryReader(this.#bytes, at, at + size);
  }

  /** 22P03 when bytes are left over. */
  finish(): void {
    if (this.#at !== this.#end) throw sqlError('invalid_binary_representation', 'incorrect binary data format');
  }
}

export function decodeUtf8(bytes: Uint8Array): string {
  try {
    const text = utf8.decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Reported below, with the byte that is wrong.
  }
  throw sqlError('character_not_in_repertoire', `invalid byte sequence for encoding "UTF8": ${wrongSequence(bytes)}`);
}

/** The offending bytes as PostgreSQL shows them: as many as the lead byte asks for. */
function wrongSequence(bytes: Uint8Array): string {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at]!;
    const size = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    const sequence = bytes.subarray(at, at + size);
    let valid = lead !== 0;
    try {
      utf8.decode(sequence);
    } catch {
      valid = false;
    }
    if (!valid) return [...sequence].map(b => `0x${b.toString(16).padStart(2, '0')}`).join(' ');
    at += size;
  }
  return '0x00';
}
