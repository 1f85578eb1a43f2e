/** A response that does not follow the protocol: truncated, or with lengths that point outside it. */
export class MalformedResponse extends Error {
  constructor(what: string) {
    super(`malformed response from the Kafka broker: ${what}`);
    this.name = 'MalformedResponse';
  }
}

/** Bounds-checked big-endian reader over one response. Every read that would leave the response throws MalformedResponse. */
export class WireReader {
  readonly bytes: Buffer;
  readonly end: number;
  #at: number;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.end = end;
    this.#at = start;
  }

  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.end - this.#at;
  }

  int8(): number {
    return this.bytes.readInt8(this.#take(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#take(4));
  }

  /** An int64 as a number: offsets and timestamps are safe integers. */
  int64(): number {
    const at = this.#take(8);
    return this.bytes.readInt32BE(at) * 4294967296 + this.bytes.readUInt32BE(at + 4);
  }

  /** An int64 whose full range matters (producer ids). */
  bigint64(): bigint {
    return this.bytes.readBigInt64BE(this.#take(8));
  }

  boolean(): boolean {
    return this.int8() !== 0;
  }

  /** Unsigned LEB128 of at most 32 bits. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.#take(1)]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    throw new MalformedResponse('varint of more than 5 bytes');
  }

  string(flexible: boolean): string {
    return this.nullableString(flexible) ?? '';
  }

  nullableString(flexible: boolean): string | null {
    const length = flexible ? this.varint() - 1 : this.int16();
    if (length < 0) return null;
    const at = this.#take(length);
    return this.bytes.toString('utf8', at, at + length);
  }

  bytesField(): Buffer {
    const length = this.int32();
    if (length < 0) return Buffer.alloc(0);
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }

  /** Element count of an array; null counts as empty. Checked against the bytes left, so that a broken count cannot spin. */
  arrayLength(flexible: boolean, minimumElementSize = 1): number {
    const length = flexible ? this.varint() - 1 : this.int32();
    if (length <= 0) return 0;
    if (length * minimumElementSize > this.remaining) throw new MalformedResponse(`array of ${length} elements in ${this.remaining} bytes`);
    return length;
  }

  uuid(): string {
    const at = this.#take(16);
    const hex = this.bytes.toString('hex', at, at + 16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  skip(size: number): void {
    this.#take(size);
  }

  skipTags(flexible: boolean): void {
    if (!flexible) return;
    for (let count = this.varint(); count > 0; count--) {
      this.varint();
      this.#take(this.varint());
    }
  }

  #take(size: number): number {
    const at = this.#at;
    if (size > this.end - at) throw new MalformedResponse(`${size} bytes wanted, ${this.end - at} left`);
    this.#at = at + size;
    return at;
  }
}
