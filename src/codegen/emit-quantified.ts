import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import type {ArrayDatum, Datum} from '../types/datum.ts';
import {datumToBytes} from '../types/datum-bytes.ts';
import {T} from '../types/sql-type.ts';
import {ByteSet} from './byte-set.ts';
import {emitInterpreted} from './emit-interpreted.ts';
import {rangeCode} from './emit-compare.ts';
import {emitStrict} from './emit-strict.ts';
import type {KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue} from './kernel-value.ts';
import {comparesAsBytes} from './text-kind.ts';

/** Lists up to this length become a chain of comparisons. */
const CHAIN = 6;

/** `x = ANY (constants)` (IN) and `x <> ALL (constants)` (NOT IN); everything else is interpreted. */
export function emitQuantified(emitter: KernelEmitter, e: Extract<TypedExpression, {kind: 'quantified'}>): KernelValue {
  const isIn = e.op === '=' && e.quantifier === 'any';
  const isNotIn = e.op === '<>' && e.quantifier === 'all';
  if (!isIn && !isNotIn) return emitInterpreted(emitter, e);
  const captured = emitter.writer.capture(() => ({arg: emitter.emit(e.arg), array: emitter.emit(e.array)}));
  const {arg, array} = captured.result;
  const list = array.constant?.value as ArrayDatum | null | undefined;
  if (list === undefined || list === null || array.fallible) return emitInterpreted(emitter, e);
  if (list.items.length === 0) {
    emitter.writer.append(captured.lines);
    return {form: 'bool', type: T.bool, code: String(isNotIn), isNull: undefined, fallible: arg.fallible};
  }
  const found = membership(
    emitter,
    arg,
    list.items.filter(item => item !== null),
  );
  if (found === undefined) return emitInterpreted(emitter, e);
  emitter.writer.append(captured.lines);
  const value = emitStrict(emitter, [arg], {type: T.bool, form: 'bool'}, assign => assign(isIn ? found : `!(${found})`));
  if (!list.items.includes(null)) return value;
  // Not found beside a NULL: unknown.
  const decided = isIn ? value.code : `!${value.code}`;
  return {...value, isNull: value.isNull === undefined ? `!${decided}` : `(${value.isNull} || !${decided})`};
}

function membership(emitter: KernelEmitter, arg: KernelValue, items: readonly Exclude<Datum, null>[]): string | undefined {
  if (items.length === 0) return 'false';
  switch (arg.form) {
    case 'i32':
    case 'i64n':
    case 'i64w': {
      const wanted = items.filter(item => arg.form !== 'i64n' || isSafe(item)).map(item => emitter.constantValue(arg.type, item));
      if (wanted.length === 0) return 'false';
      if (wanted.length <= CHAIN) return wanted.map(item => `${arg.code} === ${item.code}`).join(' || ');
      const set = new Set(items.map(item => (arg.form === 'i64w' ? BigInt(item as number | bigint) : Number(item))));
      return `${emitter.constant(set)}.has(${arg.code})`;
    }
    case 'bytes': {
      if (!comparesAsBytes(arg.type)) return undefined;
      const bytes = items.map(item => datumToBytes(arg.type, item));
      if (bytes.length <= CHAIN) return bytes.map(item => `rt.equals(${rangeCode(arg)}, ${emitter.constant(item)})`).join(' || ');
      return `${emitter.constant(new ByteSet(bytes))}.has(${rangeCode(arg)})`;
    }
    default:
      return undefined;
  }
}

function isSafe(item: Datum): boolean {
  return Number.isSafeInteger(Number(item));
}
