import {Buffer} from 'node:buffer';

const INITIAL_BYTES = 2048;
const SHORT = 48;

/**
 * Builds messages one after the other in a growing buffer. `begin` reserves the header, `end` patches the length:
 * `w.begin(type); w.int16(…); w.end();`
 */
export class MessageWriter {
  length = 0;
  #bytes: Buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #start = 0;

  begin(type: number): void {
    this.#ensure(5);
    this.#start = this.length;
    this.#bytes[this.length] = type;
    this.length += 5;
  }

  end(): void {
    this.#int32At(this.#start + 1, this.length - this.#start - 1);
  }

  /** Undoes everything since `begin`. */
  abandon(): void {
    this.length = this.#start;
  }

  byte(value: number): void {
    this.#ensure(1);
    this.#bytes[this.length++] = value;
  }

  int16(value: number): void {
    this.#ensure(2);
    this.#bytes[this.length] = value >>> 8;
    this.#bytes[this.length + 1] = value;
    this.length += 2;
  }

  int32(value: number): void {
    this.#ensure(4);
    this.#int32At(this.length, value);
    this.length += 4;
  }

  /** `text` as UTF-8 with a terminating zero. A zero inside would end the field early for the client, so the text is cut there. */
  cstring(text: string): void {
    if (text.length > SHORT || !this.#shortAscii(text)) {
      const cut = text.indexOf('\0');
      const kept = cut < 0 ? text : text.slice(0, cut);
      this.#ensure(kept.length * 3 + 1);
      this.length += this.#bytes.write(kept, this.length, 'utf8');
    }
    this.#bytes[this.length++] = 0;
  }

  /** Finished bytes: a constant message, or rows that were encoded elsewhere. */
  raw(bytes: Uint8Array): void {
    this.#ensure(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Hands over what has been written and starts anew. The result is never written to again. */
  take(): Buffer {
    const length = this.length;
    this.length = 0;
    if (length <= INITIAL_BYTES) {
      const copy = Buffer.allocUnsafe(length); // from Node's shared pool
      this.#bytes.copy(copy, 0, 0, length);
      return copy;
    }
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
    return taken;
  }

  /** Writes `text` if it is ASCII without zeros; else writes nothing that counts. */
  #shortAscii(text: string): boolean {
    this.#ensure(text.length + 1);
    const bytes = this.#bytes;
    let at = this.length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 0 || code >= 0x80) return false;
      bytes[at++] = code;
    }
    this.length = at;
    return true;
  }

  #int32At(at: number, value: number): void {
    const b = this.#bytes;
    b[at] = value >>> 24;
    b[at + 1] = value >>> 16;
    b[at + 2] = value >>> 8;
    b[at + 3] = value;
  }

  #ensure(extra: number): void {
    const needed = this.length + extra;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, needed));
    this.#bytes.copy(grown, 0, 0, this.length);
    this.#bytes = grown;
  }
}
