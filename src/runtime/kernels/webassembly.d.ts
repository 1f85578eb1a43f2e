/** The part of the WebAssembly JavaScript interface that is used here; neither lib.es2023 nor the types of Node 20 declare it. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: {initial: number; maximum: number; shared: true});
    readonly buffer: SharedArrayBuffer;
    /** Adds 64 KiB pages; returns how many there were. */
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
