import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

type Module = object;

/** The part of the WebAssembly API used here; Node has it, its type declarations do not. */
const {WebAssembly} = globalThis as unknown as {
  WebAssembly: {Module: new (bytes: Uint8Array) => Module; Instance: new (module: Module) => {readonly exports: object}};
};

type Exports = {
  readonly memory: {readonly buffer: ArrayBuffer};
  alloc(length: number): number;
  dealloc(pointer: number, length: number): void;
  crc32c(pointer: number, length: number): number;
  lz4_compress(pointer: number, length: number): bigint;
  lz4_decompress(pointer: number, length: number): bigint;
  snappy_compress(pointer: number, length: number): bigint;
  snappy_decompress(pointer: number, length: number): bigint;
};

export type NativeFunction = 'lz4_compress' | 'lz4_decompress' | 'snappy_compress' | 'snappy_decompress';

/** Memory of an instance never shrinks: one that has grown beyond this is replaced. */
const MAX_KEPT_MEMORY = 128 * 1024 * 1024;

/**
 * The WASM module of @platformatic/wasm-utils with calls of our own: results are handed out as a view instead of a copy, and an
 * instance that trapped (corrupt input makes it, and leaves its stack unusable) is replaced by a fresh one.
 */
class NativeCodecs {
  readonly #module: Module;
  #exports: Exports;
  #input = 0;
  #inputLength = 0;

  constructor() {
    const entry = createRequire(import.meta.url).resolve('@platformatic/wasm-utils');
    this.#module = new WebAssembly.Module(readFileSync(path.join(path.dirname(entry), 'native.wasm')));
    this.#exports = this.#instantiate();
  }

  crc32c(bytes: Uint8Array): number {
    return this.#exports.crc32c(this.#load(bytes), bytes.length) >>> 0;
  }

  /** Passes the result to `use` as a view that is valid only during that call. Throws when the input is corrupt. */
  call<T>(name: NativeFunction, bytes: Uint8Array, use: (result: Uint8Array) => T): T {
    let packed: bigint;
    try {
      packed = this.#exports[name](this.#load(bytes), bytes.length);
    } catch (error) {
      this.#exports = this.#instantiate();
      throw error;
    }
    const length = Number(BigInt.asUintN(32, packed));
    const pointer = Number(BigInt.asUintN(32, packed >> 32n));
    const result = use(new Uint8Array(this.#exports.memory.buffer, pointer, length));
    if (this.#exports.memory.buffer.byteLength > MAX_KEPT_MEMORY) this.#exports = this.#instantiate();
    else if (length > 0) this.#exports.dealloc(pointer, length);
    return result;
  }

  #load(bytes: Uint8Array): number {
    if (this.#inputLength < bytes.length) {
      if (this.#inputLength > 0) this.#exports.dealloc(this.#input, this.#inputLength);
      this.#inputLength = Math.max(bytes.length, 65536);
      this.#input = this.#exports.alloc(this.#inputLength);
    }
    new Uint8Array(this.#exports.memory.buffer, this.#input, bytes.length).set(bytes);
    return this.#input;
  }

  #instantiate(): Exports {
    this.#input = 0;
    this.#inputLength = 0;
    return new WebAssembly.Instance(this.#module).exports as Exports;
  }
}

let shared: NativeCodecs | undefined;

/** snappy, lz4 and CRC32C; loaded at the first use. */
export function nativeCodecs(): NativeCodecs {
  shared ??= new NativeCodecs();
  return shared;
}

/** CRC32C (Castagnoli), unsigned. */
export function crc32c(bytes: Uint8Array): number {
  return nativeCodecs().crc32c(bytes);
}
