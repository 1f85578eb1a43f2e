import {Buffer, isUtf8} from 'node:buffer';
import {sqlError} from '../../common/sql-error.ts';

const SHORT = 64;
const REPLACEMENT = '\ufffd';

/** Reads the fields of one message body. All errors are ordinary SqlErrors: the frame is intact, so the connection can go on. */
export class MessageCursor {
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  reset(buffer: Buffer, start: number, end: number): void {
    this.#buffer = buffer;
    this.#at = start;
    this.#end = end;
  }

  byte(): number {
    this.#need(1);
    return this.#buffer[this.#at++]!;
  }

  /** Unsigned: counts of parameters and formats go up to 65535. */
  uint16(): number {
    this.#need(2);
    const b = this.#buffer;
    const value = (b[this.#at]! << 8) | b[this.#at + 1]!;
    this.#at += 2;
    return value;
  }

  int16(): number {
    return (this.uint16() << 16) >> 16;
  }

  int32(): number {
    this.#need(4);
    const value = this.#buffer.readInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  /** A view of the next `length` bytes, not a copy. */
  bytes(length: number): Uint8Array {
    if (length < 0) throw sqlError('protocol_violation', 'insufficient data left in message');
    this.#need(length);
    const start = this.#at;
    this.#at += length;
    return this.#buffer.subarray(start, this.#at);
  }

  /** A zero-terminated UTF-8 string. */
  cstring(): string {
    const b = this.#buffer;
    const start = this.#at;
    let at = start;
    let all = 0;
    const stop = Math.min(this.#end, start + SHORT);
    while (at < stop && b[at] !== 0) all |= b[at++]!;
    if (at === stop && at < this.#end && b[at] !== 0) {
      at = b.indexOf(0, at);
      all = 0x80;
    }
    if (at < 0 || at >= this.#end) throw sqlError('protocol_violation', 'invalid string in message');
    this.#at = at + 1;
    if (at === start) return '';
    return all < 0x80 ? b.toString('latin1', start, at) : decodeUtf8(b, start, at);
  }

  get atEnd(): boolean {
    return this.#at === this.#end;
  }

  /** Every message must be used up. */
  finish(): void {
    if (this.#at !== this.#end) throw sqlError('protocol_violation', 'invalid message format');
  }

  #need(count: number): void {
    if (this.#end - this.#at < count) throw sqlError('protocol_violation', 'insufficient data left in message');
  }
}

function decodeUtf8(buffer: Buffer, start: number, end: number): string {
  const text = buffer.toString('utf8', start, end);
  if (text.includes(REPLACEMENT)) {
    const bytes = buffer.subarray(start, end);
    if (!isUtf8(bytes)) throw sqlError('character_not_in_repertoire', `invalid byte sequence for encoding "UTF8": ${firstInvalid(bytes)}`);
  }
  return text;
}

/** The offending bytes as PostgreSQL's report_invalid_encoding prints them: as many as the lead byte announces. */
function firstInvalid(bytes: Uint8Array): string {
  let at = 0;
  for (;;) {
    const length = sequenceLength(bytes[at]!);
    const sequence = bytes.subarray(at, at + length);
    if (sequence.length < length || !isUtf8(sequence)) {
      return Array.from(sequence, byte => `0x${byte.toString(16).padStart(2, '0')}`).join(' ');
    }
    at += length;
  }
}

function sequenceLength(lead: number): number {
  if ((lead & 0xe0) === 0xc0) return 2;
  if ((lead & 0xf0) === 0xe0) return 3;
  return (lead & 0xf8) === 0xf0 ? 4 : 1;
}
