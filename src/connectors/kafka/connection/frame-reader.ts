/** Where the memory of frames comes from; the returned buffer may be longer than asked. */
export type AllocateFrame = (length: number) => Buffer;

/** A frame is the first `length` bytes of `bytes`, its length prefix taken off. */
export type OnFrame = (bytes: Buffer, length: number) => void;

const SCRATCH_LENGTH = 64 * 1024;
/** Larger than any response we ask for: what claims to be longer is no Kafka broker. */
const MAX_FRAME = 256 * 1024 * 1024;

/**
 * Cuts a stream of bytes into length-prefixed frames. The socket reads straight into `target()`: a scratch buffer between frames,
 * the frame's own memory (and not a byte beyond it) once its length is known, so that large frames are not copied.
 */
export class FrameReader {
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_LENGTH);
  readonly #allocate: AllocateFrame;
  readonly #onFrame: OnFrame;
  #scratchFilled = 0;
  #frame: Buffer | undefined;
  #frameLength = 0;
  #frameFilled = 0;

  constructor(allocate: AllocateFrame, onFrame: OnFrame) {
    this.#allocate = allocate;
    this.#onFrame = onFrame;
  }

  /** Where the next bytes belong. */
  target(): Uint8Array {
    if (this.#frame !== undefined) return this.#frame.subarray(this.#frameFilled, this.#frameLength);
    return this.#scratchFilled === 0 ? this.#scratch : this.#scratch.subarray(this.#scratchFilled);
  }

  /** `count` bytes were written to the last `target()`. Throws RangeError on an impossible length. */
  received(count: number): void {
    const frame = this.#frame;
    if (frame === undefined) {
      this.#scratchFilled += count;
      this.#cutScratch();
      return;
    }
    this.#frameFilled += count;
    if (this.#frameFilled < this.#frameLength) return;
    this.#frame = undefined;
    this.#onFrame(frame, this.#frameLength);
  }

  #cutScratch(): void {
    const scratch = this.#scratch;
    const filled = this.#scratchFilled;
    let at = 0;
    while (filled - at >= 4) {
      const length = scratch.readInt32BE(at);
      if (length < 4 || length > MAX_FRAME) throw new RangeError(`a frame of ${length} bytes`);
      const frame = this.#allocate(length);
      const have = Math.min(length, filled - at - 4);
      scratch.copy(frame, 0, at + 4, at + 4 + have);
      at += 4 + have;
      if (have === length) {
        this.#onFrame(frame, length);
        continue;
      }
      this.#frame = frame;
      this.#frameLength = length;
      this.#frameFilled = have;
    }
    scratch.copy(scratch, 0, at, filled);
    this.#scratchFilled = filled - at;
  }
}
