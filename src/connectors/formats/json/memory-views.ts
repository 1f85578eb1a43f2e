/** Typed views on a memory that may grow. */
export class MemoryViews {
  readonly #memory: WebAssembly.Memory;
  u8: Uint8Array = new Uint8Array(0);
  words: Int32Array = new Int32Array(0);
  f64: Float64Array = new Float64Array(0);
  i64: BigInt64Array = new BigInt64Array(0);
  /** The same bytes, for the string methods of Buffer. */
  buffer: Buffer = Buffer.alloc(0);

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.refresh();
  }

  /** Takes the memory's present size; cheap when it has not grown. */
  refresh(): void {
    const {buffer} = this.#memory;
    if (buffer.byteLength === this.u8.byteLength) return;
    this.u8 = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    this.buffer = Buffer.from(buffer);
  }
}
