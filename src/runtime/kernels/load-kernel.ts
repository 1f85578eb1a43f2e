import {readFileSync} from 'node:fs';

/** The JSON kernel on one memory. See assembly/json-decode.ts for what each call does; addresses are bytes in that memory. */
export type JsonKernel = {
  prepare(block: number, dataStart: number, deferredList: number, counting: number): void;
  decode(
    starts: number,
    ends: number,
    from: number,
    count: number,
    row: number,
    arenaStart: number,
    recordBase: number,
    sources: number,
  ): number;
  stopReason(): number;
  rowCount(): number;
  arenaEnd(): number;
  deferred(): number;
  recordSerial(): number;
  countPresent(validity: number, count: number): number;
};

let jsonModule: WebAssembly.Module | undefined;

/** A kernel instance for one thread. `memory` must be shared; the kernel writes only where it is told to. */
export function loadJsonKernel(memory: WebAssembly.Memory): JsonKernel {
  jsonModule ??= new WebAssembly.Module(readFileSync(new URL('./generated/json-decode.wasm', import.meta.url)));
  const abort = () => {
    throw new Error('internal error: JSON kernel aborted');
  };
  return new WebAssembly.Instance(jsonModule, {env: {memory, abort}}).exports as unknown as JsonKernel;
}
