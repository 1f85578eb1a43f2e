import type {SqlError} from '../common/sql-error.ts';
import type {Datum} from '../types/datum.ts';
import type {KERNEL_RUNTIME} from './kernel-runtime.ts';

/** Values of one run: what was computed once for the batch, and where errors go. */
export type RunState = {
  readonly values: readonly Datum[];
  readonly failures: readonly (SqlError | null)[];
  readonly fail: (row: number, error: SqlError) => void;
};

export type Loop = (
  n: number,
  inputs: readonly unknown[],
  outputs: readonly unknown[],
  weightsIn: Int32Array | null,
  weightsOut: Int32Array | null,
  state: RunState,
) => number;

/** Makes a kernel's loop of the constants that it reads. */
export type LoopFactory = (constants: readonly unknown[], runtime: typeof KERNEL_RUNTIME) => Loop;

/** Beyond so many all are forgotten; views keep theirs. */
const MAX_KEPT = 2000;
const kept = new Map<string, {readonly source: string; readonly factory: LoopFactory}>();
let nextId = 1;

/**
 * The compiled form of a kernel's text. The text consists of generated names and number literals only, everything from the query comes in
 * through the constants: statements that are run again, and others of the same shape, share the machine code that V8 has made for it.
 */
export function loopFactory(body: string): {readonly source: string; readonly factory: LoopFactory} {
  const known = kept.get(body);
  if (known !== undefined) return known;
  if (kept.size >= MAX_KEPT) kept.clear();
  const source = `${body}\n//# sourceURL=expr-${nextId++}.js`;
  // oxlint-disable-next-line typescript/no-implied-eval
  const made = {source, factory: new Function('K', 'rt', source) as LoopFactory};
  kept.set(body, made);
  return made;
}
