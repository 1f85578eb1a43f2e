import {FLIPPED} from '../planner/expression/compare-op.ts';
import type {CompareOp, TypedExpression} from '../planner/expression/typed-expression.ts';
import {datumToBytes} from '../types/datum-bytes.ts';
import {T, type SqlType} from '../types/sql-type.ts';
import {emitAligned} from './emit-decimal.ts';
import {emitPure, emitStrict} from './emit-strict.ts';
import {anyNull, type KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue} from './kernel-value.ts';
import {comparesAsBytes, isTextKind} from './text-kind.ts';

type Compare = Extract<TypedExpression, {kind: 'compare'}>;
type Distinct = Extract<TypedExpression, {kind: 'distinct'}>;

const JS_OPERATOR: Readonly<Record<CompareOp, string>> = {'=': '===', '<>': '!==', '<': '<', '<=': '<=', '>': '>', '>=': '>='};

export function emitCompare(emitter: KernelEmitter, e: Compare): KernelValue {
  return emitComparison(emitter, e.op, emitter.emit(e.left), emitter.emit(e.right));
}

/** `left op right` on two values of one type. */
export function emitComparison(emitter: KernelEmitter, op: CompareOp, left: KernelValue, right: KernelValue): KernelValue {
  const args = [left, right];
  const isNull = anyNull(args);
  const fallible = left.fallible || right.fallible;
  if (isNull === 'true') return emitter.nullResult(T.bool, args);
  const cheap = cheapComparison(op, left, right);
  // Conversions such as BigInt(x) may only run where x is not NULL.
  if (cheap !== undefined && (isNull === undefined || left.form !== 'i64w')) {
    return {form: 'bool', type: T.bool, code: `(${cheap})`, isNull, fallible};
  }
  if (cheap !== undefined) return emitPure(emitter, args, {type: T.bool, form: 'bool'}, cheap);
  return emitStrict(emitter, args, {type: T.bool, form: 'bool'}, assign => assign(comparisonCode(emitter, op, left, right)));
}

/** Comparisons that are one JavaScript operator. */
function cheapComparison(op: CompareOp, left: KernelValue, right: KernelValue): string | undefined {
  if (left.form !== right.form) return undefined;
  switch (left.form) {
    case 'bool':
    case 'i32':
    case 'i64n':
    case 'i64w':
      return `${left.code} ${JS_OPERATOR[op]} ${right.code}`;
    case 'dec':
      return left.scale === right.scale ? `${left.code} ${JS_OPERATOR[op]} ${right.code}` : undefined;
    case 'f64':
      if (isOrdinary(right)) return floatCode(op, left.code, right.code);
      return isOrdinary(left) ? floatCode(FLIPPED[op], right.code, left.code) : undefined;
    default:
      return undefined;
  }
}

function isOrdinary(value: KernelValue): boolean {
  return value.constant !== undefined && !Number.isNaN(value.constant.value);
}

/** NaN is greater than every number: the negated forms are true for it. `b` is not NaN. */
function floatCode(op: CompareOp, a: string, b: string): string {
  switch (op) {
    case '>':
      return `!(${a} <= ${b})`;
    case '>=':
      return `!(${a} < ${b})`;
    default:
      return `${a} ${JS_OPERATOR[op]} ${b}`;
  }
}

function comparisonCode(emitter: KernelEmitter, op: CompareOp, left: KernelValue, right: KernelValue): string {
  const js = JS_OPERATOR[op];
  if (left.form === 'f64' && right.form === 'f64') return `rt.compareFloats(${left.code}, ${right.code}) ${js} 0`;
  if (left.form === 'dec' && right.form === 'dec') {
    const scale = Math.max(left.scale ?? 0, right.scale ?? 0);
    const a = emitAligned(emitter, left, scale);
    const b = emitAligned(emitter, right, scale);
    return `${a} ${js} ${b}`;
  }
  if (comparesAsBytes(left.type)) {
    const code = byteComparison(emitter, op, left, right);
    if (code !== undefined) return code;
  }
  if (isTextKind(left.type) && left.type.kind !== 'bpchar') {
    const a = emitter.datumCode(left);
    const b = emitter.datumCode(right);
    return op === '=' || op === '<>' ? `${a} ${js} ${b}` : `rt.compareText(${a}, ${b}) ${js} 0`;
  }
  return `rt.compare(${emitter.constant(left.type)}, ${emitter.datumCode(left)}, ${emitter.datumCode(right)}) ${js} 0`;
}

function byteComparison(emitter: KernelEmitter, op: CompareOp, left: KernelValue, right: KernelValue): string | undefined {
  if (left.form !== 'bytes') return right.form === 'bytes' ? byteComparison(emitter, FLIPPED[op], right, left) : undefined;
  const range = rangeCode(left);
  const equality = op === '=' || op === '<>';
  const not = op === '<>' ? '!' : '';
  if (right.form === 'bytes') {
    if (equality) return `${not}rt.equalRanges(${range}, ${rangeCode(right)})`;
    return `rt.compareRanges(${range}, ${rangeCode(right)}) ${JS_OPERATOR[op]} 0`;
  }
  if (right.constant === undefined || right.constant.value === null) return undefined;
  const bytes = datumToBytes(left.type, right.constant.value);
  const constant = emitter.constant(bytes);
  if (equality) return `${not}rt.equals(${range}, ${constant})`;
  return `rt.compareRanges(${range}, ${constant}, 0, ${bytes.length}) ${JS_OPERATOR[op]} 0`;
}

export function rangeCode(value: KernelValue): string {
  return `${value.code}, ${value.start}, ${value.end}`;
}

/** IS [NOT] DISTINCT FROM: comparison where NULL equals NULL. */
export function emitDistinct(emitter: KernelEmitter, e: Distinct): KernelValue {
  const left = emitter.emit(e.left);
  const right = emitter.emit(e.right);
  const fallible = left.fallible || right.fallible;
  const result = {form: 'bool', type: T.bool as SqlType, isNull: undefined, fallible} as const;
  const a = left.isNull ?? 'false';
  const b = right.isNull ?? 'false';
  if (a === 'true' || b === 'true') return {...result, code: `((${a}) ${e.negated ? '===' : '!=='} (${b}))`};
  const unequal = emitComparison(emitter, '<>', left, right);
  if (unequal.isNull === undefined) return {...result, code: e.negated ? `(!${unequal.code})` : unequal.code};
  const v = emitter.writer.name();
  emitter.line(`const ${v} = (${unequal.isNull}) ? (${a}) !== (${b}) : ${unequal.code};`);
  return {...result, code: e.negated ? `(!${v})` : v};
}
