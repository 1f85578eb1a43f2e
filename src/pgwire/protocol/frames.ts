import {Buffer} from 'node:buffer';
import {sqlError} from '../../common/sql-error.ts';
import {FatalError} from './fatal-error.ts';
import {lengthLimit} from './frontend-type.ts';

/** Largest frame that PostgreSQL itself would take; a longer length is taken for garbage, not for a message. */
const ABSURD_BYTES = 0x3fffffff;
const START_UP_BYTES = 10_000;
const EMPTY = Buffer.alloc(0);

export type FrameLimits = {
  /** Longest Query, Parse, Bind or CopyData, in bytes. Longer ones are an error, and their bytes are dropped as they arrive. */
  readonly maxMessageBytes: number;
};

/**
 * Cuts a byte stream into messages. `push` takes what the socket delivered, `next` steps to the next complete message, whose body is then
 * `buffer[start, end)`. A message that lies in one chunk is never copied; one that spans chunks is copied once, into a buffer that grows
 * with what has arrived, not with what its header claims. Bodies stay valid after later calls: no buffer is ever written to twice.
 */
export class FrameReader {
  type = 0;
  buffer: Buffer = EMPTY;
  start = 0;
  end = 0;
  readonly #maxMessageBytes: number;
  #bytes: Buffer = EMPTY;
  #at = 0;
  #limit = 0;
  /** Whether `#bytes` was allocated here, so that more may be appended after `#limit`. */
  #own = false;
  /** Bytes of an oversized message that are still to be dropped. */
  #dropping = 0;

  constructor({maxMessageBytes}: FrameLimits) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Bytes that have arrived and are not part of a message handed out. */
  get pendingBytes(): number {
    return this.#limit - this.#at;
  }

  /** Whether the bytes that have arrived end with exactly `tail`. */
  endsWith(tail: Uint8Array): boolean {
    const from = this.#limit - tail.length;
    return from >= this.#at && this.#bytes.subarray(from, this.#limit).equals(tail);
  }

  push(chunk: Buffer): void {
    if (this.#dropping > 0) {
      const dropped = Math.min(this.#dropping, chunk.length);
      this.#dropping -= dropped;
      if (dropped === chunk.length) return;
      chunk = chunk.subarray(dropped);
    }
    if (this.#at === this.#limit) {
      this.#bytes = chunk;
      this.#at = 0;
      this.#limit = chunk.length;
      this.#own = false;
    } else {
      this.#append(chunk);
    }
  }

  /**
   * Steps to the next message; false when it is not complete yet.
   * @throws FatalError 08P01 for an unknown type or an impossible length; SqlError 54000 for a message over the limit, which is then skipped.
   */
  next(): boolean {
    const available = this.#limit - this.#at;
    if (available === 0) return false;
    this.type = this.#bytes[this.#at]!;
    const limit = lengthLimit(this.type);
    if (limit === 0) throw new FatalError('protocol_violation', `invalid frontend message type ${this.type}`);
    if (available < 5) return false;
    const length = this.#int32(this.#at + 1);
    if (length < 4 || length > ABSURD_BYTES || (limit > 0 && length > limit)) {
      throw new FatalError('protocol_violation', 'invalid message length');
    }
    if (length > this.#maxMessageBytes) this.#drop(length);
    if (available <= length) return false;
    this.#take(this.#at + 5, this.#at + 1 + length);
    return true;
  }

  /** Like `next`, for the messages without a type byte that open a connection. */
  nextStartUp(): boolean {
    const available = this.#limit - this.#at;
    if (available > 0 && this.#bytes[this.#at] !== 0) {
      throw new FatalError('protocol_violation', 'invalid length of startup packet', {
        hint: this.#bytes[this.#at] === 0x16 ? 'This looks like a TLS handshake; connect with sslmode=disable.' : undefined,
      });
    }
    if (available < 4) return false;
    const length = this.#int32(this.#at);
    if (length < 8 || length > START_UP_BYTES) throw new FatalError('protocol_violation', 'invalid length of startup packet');
    if (available < length) return false;
    this.#take(this.#at + 4, this.#at + length);
    return true;
  }

  #take(start: number, end: number): void {
    this.buffer = this.#bytes;
    this.start = start;
    this.end = end;
    this.#at = end;
  }

  #drop(length: number): never {
    const total = length + 1;
    const here = Math.min(total, this.#limit - this.#at);
    this.#at += here;
    this.#dropping = total - here;
    throw sqlError('program_limit_exceeded', `message of ${length} bytes exceeds the limit of ${this.#maxMessageBytes} bytes`, {
      hint: 'Send the data in several statements.',
    });
  }

  #append(chunk: Buffer): void {
    const needed = this.#limit + chunk.length;
    if (!this.#own || needed > this.#bytes.length) {
      const kept = this.#limit - this.#at;
      const grown = Buffer.allocUnsafeSlow(this.#capacityFor(kept + chunk.length));
      this.#bytes.copy(grown, 0, this.#at, this.#limit);
      this.#bytes = grown;
      this.#own = true;
      this.#at = 0;
      this.#limit = kept;
    }
    chunk.copy(this.#bytes, this.#limit);
    this.#limit += chunk.length;
  }

  /** Doubling keeps the copying linear; a long message ends exactly where its header says. */
  #capacityFor(needed: number): number {
    const total = this.#limit - this.#at >= 5 ? this.#int32(this.#at + 1) + 1 : 0;
    return total > needed ? Math.min(total, needed * 2) : needed * 2;
  }

  #int32(at: number): number {
    const b = this.#bytes;
    return (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!;
  }
}
