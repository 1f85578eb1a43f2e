import type {SqlType} from '../types/sql-type.ts';
import {anyNull, zeroOf, type KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue, ValueForm} from './kernel-value.ts';

export type StrictResult = {
  readonly type: SqlType;
  readonly form: ValueForm;
  readonly scale?: number | undefined;
  /** The computation itself may set `err` (operands aside). */
  readonly fallible?: boolean | undefined;
};

/** A pure expression over operands, NULL when any of them is. */
export function emitPure(emitter: KernelEmitter, args: readonly KernelValue[], result: StrictResult, code: string): KernelValue {
  return emitStrict(emitter, args, result, assign => assign(code));
}

/**
 * A computation over operands that are not NULL: `write` writes statements and assigns the result; it runs only where no operand is NULL.
 */
export function emitStrict(
  emitter: KernelEmitter,
  args: readonly KernelValue[],
  {type, form, scale, fallible = false}: StrictResult,
  write: (assign: (code: string) => void) => void,
): KernelValue {
  const isNull = anyNull(args);
  if (isNull === 'true') return emitter.nullResult(type, args);
  const v = emitter.writer.name();
  const assign = (code: string) => emitter.line(`${v} = ${code};`);
  emitter.line(`let ${v} = ${zeroOf(form)};`);
  const value = {type, form, scale, code: v, fallible: fallible || args.some(arg => arg.fallible)};
  if (isNull === undefined) {
    // Statements of its own scope, as in the nullable case.
    emitter.writer.block('', () => write(assign));
    return {...value, isNull: undefined};
  }
  const n = emitter.writer.name('n');
  emitter.line(`const ${n} = ${isNull};`);
  emitter.writer.block(`if (!${n})`, () => write(assign));
  return {...value, isNull: n};
}
