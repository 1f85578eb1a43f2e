/** A growing buffer for rows as DataRow messages or as text, with number formatting that makes no strings. All integers are big-endian. */
export class RowWriter {
  bytes: Uint8Array;
  position = 0;
  #float = new DataView(new ArrayBuffer(8));

  constructor(capacity = 1 << 16) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `extra` more bytes. */
  ensure(extra: number): void {
    if (this.position + extra <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.position + extra));
    grown.set(this.bytes.subarray(0, this.position));
    this.bytes = grown;
  }

  int32(value: number): void {
    this.int32At(this.position, value);
    this.position += 4;
  }

  int32At(at: number, value: number): void {
    const b = this.bytes;
    b[at] = value >>> 24;
    b[at + 1] = value >>> 16;
    b[at + 2] = value >>> 8;
    b[at + 3] = value;
  }

  int16(value: number): void {
    this.bytes[this.position] = value >>> 8;
    this.bytes[this.position + 1] = value;
    this.position += 2;
  }

  byte(value: number): void {
    this.bytes[this.position++] = value;
  }

  float64(value: number): void {
    this.#float.setFloat64(0, value);
    for (let i = 0; i < 8; i++) this.bytes[this.position++] = this.#float.getUint8(i);
  }

  float32(value: number): void {
    this.#float.setFloat32(0, value);
    for (let i = 0; i < 4; i++) this.bytes[this.position++] = this.#float.getUint8(i);
  }

  /** A safe integer as int64. */
  int64(value: number): void {
    const high = Math.floor(value / 4294967296);
    this.int32(high | 0);
    this.int32((value - high * 4294967296) | 0);
  }

  /** Decimal digits of a safe integer, with sign. */
  digits(value: number): void {
    let v = value;
    if (v < 0) {
      this.bytes[this.position++] = 45;
      v = -v;
    }
    if (v < 10) {
      this.bytes[this.position++] = 48 + v;
      return;
    }
    let count = 1;
    for (let limit = 10; v >= limit; limit *= 10) count++;
    this.padded(v, count);
  }

  /** The last `width` digits of a non-negative safe integer, zero-padded. */
  padded(value: number, width: number): void {
    let at = this.position + width;
    this.position = at;
    let v = value;
    while (v > 0x7fffffff && at > this.position - width) {
      const q = Math.floor(v / 10);
      this.bytes[--at] = 48 + (v - q * 10);
      v = q;
    }
    let small = v | 0;
    for (const start = this.position - width; at > start;) {
      const q = (small / 10) | 0;
      this.bytes[--at] = 48 + (small - q * 10);
      small = q;
    }
  }

  /** Latin-1 text (ASCII): dates, numbers. */
  ascii(text: string): void {
    this.ensure(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.position++] = text.charCodeAt(i);
  }

  copy(source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.ensure(length);
    const {bytes} = this;
    if (length < 24) for (let i = start, p = this.position; i < end; i++, p++) bytes[p] = source[i]!;
    else bytes.set(source.subarray(start, end), this.position);
    this.position += length;
  }
}
