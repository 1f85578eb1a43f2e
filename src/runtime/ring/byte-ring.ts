import {assert} from '../../common/unreachable.ts';

/** Regions begin and end on multiples of this many bytes, and so do positions. */
export const RING_ALIGN = 64;
const HEADER_BYTES = RING_ALIGN;
const KIND_SKIP = 0;

/** Indexes of the control words. Positions count RING_ALIGN units modulo 2^32 and only grow. */
const HEAD = 0;
const TAIL = 1;
const SPACE_WAITERS = 2;
const SPACE_WANTED = 3;
export const RING_CONTROL_WORDS = 16;

/** Where a ring lives: plain data that can be posted to another thread. `base` is a multiple of RING_ALIGN. */
export type RingMemory = {
  readonly control: SharedArrayBuffer;
  readonly memory: SharedArrayBuffer;
  readonly base: number;
  readonly bytes: number;
};

export function allocateRing(bytes: number): RingMemory {
  const size = Math.ceil(bytes / RING_ALIGN) * RING_ALIGN;
  return {control: new SharedArrayBuffer(RING_CONTROL_WORDS * 4), memory: new SharedArrayBuffer(size), base: 0, bytes: size};
}

/**
 * A single-producer, single-consumer queue of variable-length regions in shared memory. The producer writes a region in place, then
 * commits it; the consumer reads it in place and releases in the same order, now or many regions later. A region never wraps around.
 * Region layout: 64-byte header (word 0 = units, word 1 = kind, words 2–15 free for the message), then the payload.
 */
abstract class RingEnd {
  readonly control: Int32Array;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly bytes: Uint8Array;
  protected readonly base: number;
  protected readonly units: number;

  constructor({control, memory, base, bytes}: RingMemory) {
    this.control = new Int32Array(control);
    this.words = new Int32Array(memory);
    this.doubles = new Float64Array(memory);
    this.bytes = new Uint8Array(memory);
    this.base = base;
    this.units = bytes / RING_ALIGN;
  }

  protected address(position: number): number {
    return this.base + ((position >>> 0) % this.units) * RING_ALIGN;
  }
}

export class RingProducer extends RingEnd {
  #reserved = 0;
  #position = 0;

  constructor(memory: RingMemory) {
    super(memory);
    assert((this.units & (this.units - 1)) === 0, 'ring size must be a power of two');
  }

  /** Largest payload that `reserve` can ever grant. */
  get capacity(): number {
    return (this.units >> 1) * RING_ALIGN - HEADER_BYTES;
  }

  /** Bytes committed and not yet released. */
  get used(): number {
    return ((Atomics.load(this.control, HEAD) - Atomics.load(this.control, TAIL)) | 0) * RING_ALIGN;
  }

  /** Address of a free region for `payload` bytes (its header comes first), or −1 while the ring is too full. */
  reserve(payload: number): number {
    const need = Math.ceil((payload + HEADER_BYTES) / RING_ALIGN);
    assert(need <= this.units >> 1, 'region larger than half of the ring');
    let head = Atomics.load(this.control, HEAD);
    const free = this.units - ((head - Atomics.load(this.control, TAIL)) | 0);
    const toEnd = this.units - ((head >>> 0) % this.units);
    const skip = toEnd < need ? toEnd : 0;
    if (free < need + skip) return -1;
    if (skip > 0) {
      const at = this.address(head) >> 2;
      this.words[at] = skip;
      this.words[at + 1] = KIND_SKIP;
      head = (head + skip) | 0;
      Atomics.store(this.control, HEAD, head);
    }
    this.#reserved = need;
    this.#position = head;
    return this.address(head);
  }

  /** As `reserve`; where it finds too little space, the consumer learns that some is wanted: see `takeWanted`. */
  reserveOrAsk(payload: number): number {
    const address = this.reserve(payload);
    if (address >= 0) return address;
    Atomics.store(this.control, SPACE_WANTED, 1);
    // What was released before the consumer could know that somebody waits would go unnoticed.
    return this.reserve(payload);
  }

  /** Publishes the reserved region, cut to `payload` bytes. `kind` ≥ 1. */
  commit(kind: number, payload: number): void {
    const units = Math.ceil((payload + HEADER_BYTES) / RING_ALIGN);
    assert(units <= this.#reserved && kind !== KIND_SKIP, 'commit exceeds the reservation');
    const at = this.address(this.#position) >> 2;
    this.words[at] = units;
    this.words[at + 1] = kind;
    Atomics.store(this.control, HEAD, (this.#position + units) | 0);
    this.#reserved = 0;
  }

  /** Resolves when the consumer has released something since the call, or after `timeout` ms. Never blocks the thread. */
  async waitForSpace(timeout: number): Promise<void> {
    const tail = Atomics.load(this.control, TAIL);
    Atomics.add(this.control, SPACE_WAITERS, 1);
    try {
      const wait = Atomics.waitAsync(this.control, TAIL, tail, timeout);
      if (wait.async) await wait.value;
    } finally {
      Atomics.sub(this.control, SPACE_WAITERS, 1);
    }
  }
}

export class RingConsumer extends RingEnd {
  #next: number;

  constructor(memory: RingMemory) {
    super(memory);
    this.#next = Atomics.load(this.control, TAIL);
  }

  /** Address of the next region not yet taken, or −1. It stays valid until released. */
  take(): number {
    for (;;) {
      if (this.#next === Atomics.load(this.control, HEAD)) return -1;
      const address = this.address(this.#next);
      const units = this.words[address >> 2]!;
      const skipped = this.words[(address >> 2) + 1] === KIND_SKIP;
      this.#next = (this.#next + units) | 0;
      if (!skipped) return address;
    }
  }

  /** Bytes committed and not yet released. */
  get used(): number {
    return ((Atomics.load(this.control, HEAD) - Atomics.load(this.control, TAIL)) | 0) * RING_ALIGN;
  }

  /** Everything that was taken and not released comes again. */
  rewind(): void {
    this.#next = Atomics.load(this.control, TAIL);
  }

  hasNext(): boolean {
    return this.#next !== Atomics.load(this.control, HEAD);
  }

  /** A mark of all that has been taken so far, for `releaseTo`. */
  get position(): number {
    return this.#next;
  }

  /** Gives back everything taken up to `position`. */
  releaseTo(position: number): void {
    if (Atomics.load(this.control, TAIL) === position) return;
    Atomics.store(this.control, TAIL, position);
    if (Atomics.load(this.control, SPACE_WAITERS) > 0) Atomics.notify(this.control, TAIL);
  }

  /** Whether the producer has asked for space since the last call; to be called after `releaseTo`. */
  takeWanted(): boolean {
    return Atomics.load(this.control, SPACE_WANTED) !== 0 && Atomics.exchange(this.control, SPACE_WANTED, 0) !== 0;
  }
}

/** First payload byte of the region at `address`. */
export const payloadOf = (address: number): number => address + HEADER_BYTES;
/** Payload bytes of a committed region (rounded up to RING_ALIGN). */
export const payloadBytes = (words: Int32Array, address: number): number => words[address >> 2]! * RING_ALIGN - HEADER_BYTES;
