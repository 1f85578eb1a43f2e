import {CODECS, type Codec} from '../compression/codec.ts';
import {compress} from '../compression/compress.ts';
import {crc32c} from '../compression/native-codecs.ts';

const HEADER = 61;
/** Varints of one record besides its bytes. */
const MAX_OVERHEAD = 40;

/** Encodes record batches v2 into one reused buffer; outside of any producer session. */
export class RecordBatchWriter {
  readonly #bytes: Buffer;
  readonly #codec: Codec;
  #at = HEADER;
  #count = 0;
  #baseTimestamp = 0;
  #maxTimestamp = 0;

  constructor({capacity, codec = 'none'}: {readonly capacity: number; readonly codec?: Codec | undefined}) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
    this.#codec = codec;
  }

  get count(): number {
    return this.#count;
  }

  /** False when the record does not fit any more (finish the batch, then try again). `headers` is a raw header section, count included. */
  append(timestamp: number, key: Uint8Array | null, value: Uint8Array | null, headers: Uint8Array | null = null): boolean {
    const size = (key?.length ?? 0) + (value?.length ?? 0) + (headers?.length ?? 1);
    if (this.#at + size + MAX_OVERHEAD > this.#bytes.length) {
      if (this.#count === 0) throw new RangeError(`a record of ${size} bytes in a batch of at most ${this.#bytes.length}`);
      return false;
    }
    if (this.#count === 0) {
      this.#baseTimestamp = timestamp;
      this.#maxTimestamp = timestamp;
    } else if (timestamp > this.#maxTimestamp) {
      this.#maxTimestamp = timestamp;
    }
    const delta = timestamp - this.#baseTimestamp;
    const keyLength = key === null ? -1 : key.length;
    const valueLength = value === null ? -1 : value.length;
    const length = 1 + zigzagSize(delta) + zigzagSize(this.#count) + zigzagSize(keyLength) + zigzagSize(valueLength) + size;
    this.#zigzag(length);
    this.#bytes[this.#at++] = 0; // attributes
    this.#zigzag(delta);
    this.#zigzag(this.#count);
    this.#zigzag(keyLength);
    if (key !== null) this.#raw(key);
    this.#zigzag(valueLength);
    if (value !== null) this.#raw(value);
    if (headers === null) this.#bytes[this.#at++] = 0;
    else this.#raw(headers);
    this.#count++;
    return true;
  }

  /** The whole batch, and the writer is empty again. Uncompressed, the bytes are those of the writer: use them before the next append. */
  finish(): Buffer {
    const records = this.#bytes.subarray(HEADER, this.#at);
    const compressed = compress(this.#codec, records);
    let batch: Buffer;
    if (compressed === records) {
      batch = this.#bytes.subarray(0, this.#at);
    } else {
      batch = Buffer.allocUnsafe(HEADER + compressed.length);
      batch.set(compressed, HEADER);
    }
    batch.fill(0, 0, 12);
    batch.writeInt32BE(batch.length - 12, 8);
    batch.writeInt32BE(-1, 12); // leader epoch
    batch[16] = 2; // magic
    batch.writeInt16BE(CODECS.indexOf(this.#codec), 21);
    batch.writeInt32BE(this.#count - 1, 23);
    batch.writeBigInt64BE(BigInt(this.#baseTimestamp), 27);
    batch.writeBigInt64BE(BigInt(this.#maxTimestamp), 35);
    batch.fill(0xff, 43, 57); // no producer id, epoch, sequence
    batch.writeInt32BE(this.#count, 57);
    batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
    this.#at = HEADER;
    this.#count = 0;
    return batch;
  }

  #raw(part: Uint8Array): void {
    this.#bytes.set(part, this.#at);
    this.#at += part.length;
  }

  #zigzag(value: number): void {
    let rest = value >= 0 ? value * 2 : -value * 2 - 1;
    while (rest > 127) {
      this.#bytes[this.#at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#at++] = rest;
  }
}

function zigzagSize(value: number): number {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  let size = 1;
  while (rest > 127) {
    rest = Math.floor(rest / 128);
    size++;
  }
  return size;
}
