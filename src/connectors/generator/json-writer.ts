const ZERO = 48;

/** Writes ASCII bytes of JSON into a buffer: the pieces that generated records are made of. The buffer must have room. */
export class JsonWriter {
  readonly bytes: Uint8Array;
  at = 0;
  /** `YYYY-MM-DD HH:MM:SS` of the second written last. */
  readonly #second = new Uint8Array(19);
  #secondNumber = Number.NaN;

  constructor(bytes: Uint8Array) {
    // A Buffer would make the loops below see two kinds of arrays, and slower.
    this.bytes = bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Bytes as they are: prepared pieces of JSON. */
  raw(piece: Uint8Array): void {
    this.range(piece, 0, piece.length);
  }

  range(piece: Uint8Array, from: number, to: number): void {
    const {bytes} = this;
    let {at} = this;
    for (let i = from; i < to; i++) bytes[at++] = piece[i]!;
    this.at = at;
  }

  /** ASCII text that needs no escapes. */
  text(value: string): void {
    const {bytes, at} = this;
    for (let i = 0; i < value.length; i++) bytes[at + i] = value.charCodeAt(i);
    this.at = at + value.length;
  }

  /** A non-negative safe integer. */
  integer(value: number): void {
    const {bytes} = this;
    let length = 1;
    for (let bound = 10; value >= bound; bound *= 10) length++;
    let at = this.at + length;
    this.at = at;
    let rest = value;
    while (rest > 0x7fffffff) {
      const next = Math.floor(rest / 10);
      bytes[--at] = ZERO + (rest - next * 10);
      rest = next;
      length--;
    }
    let small = rest | 0;
    for (; length > 0; length--) {
      const next = (small / 10) | 0;
      bytes[--at] = ZERO + (small - next * 10);
      small = next;
    }
  }

  /** `value / 100` with two fraction digits. */
  hundredths(value: number): void {
    this.integer(Math.floor(value / 100));
    this.bytes[this.at++] = 46;
    this.#two(value % 100);
  }

  /** Exactly four digits. */
  four(value: number): void {
    this.#two((value / 100) | 0);
    this.#two(value % 100);
  }

  #two(value: number): void {
    this.bytes[this.at++] = ZERO + ((value / 10) | 0);
    this.bytes[this.at++] = ZERO + (value % 10);
  }

  /** Milliseconds since 1970 as `2023-11-14 22:13:20.27`, without the fraction's trailing zeros. */
  timestamp(ms: number): void {
    const second = Math.floor(ms / 1000);
    if (second !== this.#secondNumber) this.#setSecond(second);
    this.raw(this.#second);
    let fraction = ms - second * 1000;
    if (fraction === 0) return;
    const {bytes} = this;
    bytes[this.at++] = 46;
    for (let unit = 100; fraction > 0; unit /= 10) {
      const digit = (fraction / unit) | 0;
      bytes[this.at++] = ZERO + digit;
      fraction -= digit * unit;
    }
  }

  #setSecond(second: number): void {
    this.#secondNumber = second;
    const text = new Date(second * 1000).toISOString();
    for (let i = 0; i < 19; i++) this.#second[i] = i === 10 ? 32 : text.charCodeAt(i);
  }
}

/** The bytes of a piece of ASCII text. */
export const ascii = (text: string): Uint8Array => Uint8Array.from(text, c => c.charCodeAt(0));
