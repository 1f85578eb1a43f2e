/** Growable big-endian writer for requests. Kafka's "flexible" versions use the compact forms and tagged fields. */
export class WireWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(initialSize = 256) {
    this.#bytes = Buffer.allocUnsafe(initialSize);
  }

  get length(): number {
    return this.#at;
  }

  /** The written bytes; shares memory with the writer. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  int8(value: number): this {
    const at = this.#grow(1);
    this.#bytes.writeInt8(value, at);
    return this;
  }

  int16(value: number): this {
    const at = this.#grow(2);
    this.#bytes.writeInt16BE(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.#grow(4);
    this.#bytes.writeInt32BE(value, at);
    return this;
  }

  /** A safe integer as int64. */
  int64(value: number): this {
    const at = this.#grow(8);
    this.#bytes.writeInt32BE(Math.floor(value / 4294967296), at);
    this.#bytes.writeUInt32BE(value - Math.floor(value / 4294967296) * 4294967296, at + 4);
    return this;
  }

  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }

  /** Unsigned LEB128. */
  varint(value: number): this {
    let rest = value >>> 0;
    while (rest > 127) {
      this.#byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.#byte(rest);
    return this;
  }

  raw(value: Uint8Array): this {
    const at = this.#grow(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  string(value: string, flexible: boolean): this {
    const bytes = Buffer.from(value, 'utf8');
    if (flexible) this.varint(bytes.length + 1);
    else this.int16(bytes.length);
    return this.raw(bytes);
  }

  nullableString(value: string | null, flexible: boolean): this {
    if (value !== null) return this.string(value, flexible);
    return flexible ? this.varint(0) : this.int16(-1);
  }

  bytesField(value: Uint8Array): this {
    return this.int32(value.length).raw(value);
  }

  arrayLength(length: number, flexible: boolean): this {
    return flexible ? this.varint(length + 1) : this.int32(length);
  }

  /** A topic id in its text form. */
  uuid(value: string): this {
    return this.raw(Buffer.from(value.replaceAll('-', ''), 'hex'));
  }

  /** The empty tagged-field section that closes every structure of a flexible version. */
  noTags(flexible: boolean): this {
    return flexible ? this.varint(0) : this;
  }

  /** Overwrites an int32 that was reserved at `at`. */
  patchInt32(at: number, value: number): void {
    this.#bytes.writeInt32BE(value, at);
  }

  #byte(value: number): void {
    const at = this.#grow(1);
    this.#bytes[at] = value;
  }

  /** Returns where the next `size` bytes go; the buffer may be another one afterwards. */
  #grow(size: number): number {
    const at = this.#at;
    if (at + size > this.#bytes.length) {
      const bigger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, at + size));
      this.#bytes.copy(bigger, 0, 0, at);
      this.#bytes = bigger;
    }
    this.#at = at + size;
    return at;
  }
}
