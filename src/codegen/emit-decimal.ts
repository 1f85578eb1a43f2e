import type {DecimalOperation} from '../functions/inline-template.ts';
import type {SqlType} from '../types/sql-type.ts';
import {emitStrict} from './emit-strict.ts';
import {KERNEL_ERRORS} from './kernel-errors.ts';
import {RERUN_EXACT, numberLiteral, outsideSafe, type KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue} from './kernel-value.ts';

/** Largest power of ten that is a safe integer. */
const MAX_POWER = 15;

/**
 * Arithmetic on scaled integers, with the result scale that PostgreSQL gives. A result or an aligned operand that is no safe integer
 * repeats the batch with exact decimals.
 */
export function emitDecimal(emitter: KernelEmitter, operation: DecimalOperation, type: SqlType, args: readonly KernelValue[]): KernelValue {
  const [a, b] = args;
  if (a === undefined) throw new Error('internal error: decimal operation without operands');
  const scale = operation === 'multiply' ? (a.scale ?? 0) + (b?.scale ?? 0) : Math.max(...args.map(arg => arg.scale ?? 0));
  const fallible = operation === 'modulo';
  return emitStrict(emitter, args, {type, form: 'dec', scale, fallible}, assign => {
    if (b === undefined) return assign(unary(operation, a.code));
    if (operation === 'multiply') return assign(emitSafe(emitter, `(${a.code} * ${b.code}) + 0`));
    const left = emitAligned(emitter, a, scale);
    const right = emitAligned(emitter, b, scale);
    if (operation !== 'modulo') return assign(emitSafe(emitter, `${left} ${operation === 'add' ? '+' : '-'} ${right}`));
    emitter.writer.block(`if (${right} === 0)`, () => emitter.fail(emitter.constant(KERNEL_ERRORS.zeroDivisor)));
    return emitter.writer.block('else', () => assign(`(${left} % ${right}) + 0`));
  });
}

function unary(operation: DecimalOperation, code: string): string {
  if (operation === 'negate') return `0 - ${code}`;
  return operation === 'abs' ? `Math.abs(${code})` : code;
}

/** The operand as an integer of a larger scale. */
export function emitAligned(emitter: KernelEmitter, value: KernelValue, scale: number): string {
  const shift = scale - (value.scale ?? 0);
  if (shift === 0 || value.code === '0') return value.code;
  if (shift > MAX_POWER) {
    // Only zero survives such a shift.
    emitter.bail(RERUN_EXACT, `${value.code} !== 0`);
    return '0';
  }
  if (value.constant !== undefined) {
    const shifted = BigInt(value.code.replaceAll(/[()]/g, '')) * 10n ** BigInt(shift);
    if (shifted <= BigInt(Number.MAX_SAFE_INTEGER) && shifted >= -BigInt(Number.MAX_SAFE_INTEGER)) return numberLiteral(Number(shifted));
  }
  return emitSafe(emitter, `${value.code} * ${10 ** shift}`);
}

function emitSafe(emitter: KernelEmitter, code: string): string {
  const t = emitter.writer.name('t');
  emitter.line(`const ${t} = ${code};`);
  emitter.bail(RERUN_EXACT, outsideSafe(t));
  return t;
}
