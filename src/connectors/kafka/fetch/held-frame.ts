/** A response whose memory goes back once every piece of it has been delivered or dropped. */
export class HeldFrame {
  readonly bytes: Buffer;
  readonly #onRelease: (bytes: Buffer) => void;
  #pieces = 1;

  constructor(bytes: Buffer, onRelease: (bytes: Buffer) => void) {
    this.bytes = bytes;
    this.#onRelease = onRelease;
  }

  addPiece(): void {
    this.#pieces++;
  }

  /** Once per piece, and once by the one who made it. */
  release(): void {
    if (--this.#pieces === 0) this.#onRelease(this.bytes);
  }
}
