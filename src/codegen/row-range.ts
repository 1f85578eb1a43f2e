import type {ByteRegex} from './byte-regex.ts';

const INITIAL_BYTES = 64;

/**
 * A text that a kernel computes for the current row: a range of the operand's buffer or of one of its own. `row` remembers for which row it
 * was computed, so that an expression written several times is computed once; `begin` forgets it for the next batch.
 */
export class RowRange {
  row = -1;
  data: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  found = false;
  #own: Buffer = Buffer.alloc(INITIAL_BYTES);

  begin(): void {
    this.row = -1;
  }

  #within(data: Uint8Array, start: number, end: number): void {
    this.data = data;
    this.start = start;
    this.end = end;
    this.found = true;
  }

  #copy(text: string): void {
    const length = Buffer.byteLength(text);
    if (this.#own.length < length) this.#own = Buffer.alloc(length * 2);
    this.#own.write(text);
    this.#within(this.#own, 0, length);
  }

  /** Field `index` (from 0) of a text that one byte divides. */
  field(data: Uint8Array, start: number, end: number, delimiter: number, index: number): void {
    let from = start;
    let left = index;
    for (let i = start; i < end; i++) {
      if (data[i] !== delimiter) continue;
      if (left === 0) return this.#within(data, from, i);
      left--;
      from = i + 1;
    }
    this.found = false;
    if (left === 0) this.#within(data, from, end);
  }

  /** A group of the first match. */
  match(data: Uint8Array, start: number, end: number, regex: ByteRegex, group: number): void {
    this.found = false;
    if (!regex.exec(data, start, end)) return;
    const from = regex.groups[group * 2]!;
    if (from >= 0) this.#within(data, from, regex.groups[group * 2 + 1]!);
  }

  /** Another case of a text: byte by byte while it is ASCII. `shifted` = the first letter that changes; it and the 25 after it change by `by`. */
  changeCase(data: Buffer, start: number, end: number, shifted: number, by: number): void {
    const length = end - start;
    if (this.#own.length < length) this.#own = Buffer.alloc(length * 2);
    const own = this.#own;
    for (let i = 0; i < length; i++) {
      const byte = data[start + i]!;
      if (byte >= 128) {
        const text = data.toString('utf8', start, end);
        return this.#copy(by > 0 ? text.toLowerCase() : text.toUpperCase());
      }
      own[i] = byte >= shifted && byte < shifted + 26 ? byte + by : byte;
    }
    this.#within(own, 0, length);
  }
}

/** The text of timestamps by a template: computed again only when the unit changes within which it stays the same. */
export class UnitText {
  readonly unit: number;
  readonly #format: (at: bigint) => string | null;
  #number = NaN;
  data: Uint8Array = new Uint8Array(0);
  end = 0;

  constructor(unit: number, format: (at: bigint) => string | null) {
    this.unit = unit;
    this.#format = format;
  }

  /** `number` = the unit that the timestamp lies in. */
  set(number: number): void {
    if (number === this.#number) return;
    this.#number = number;
    this.data = Buffer.from(this.#format(BigInt(number * this.unit)) ?? '');
    this.end = this.data.length;
  }
}
