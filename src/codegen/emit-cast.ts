import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import {T, type SqlType} from '../types/sql-type.ts';
import {emitPure, emitStrict} from './emit-strict.ts';
import {emitTry} from './emit-interpreted.ts';
import {KERNEL_ERRORS, numericFieldOverflow} from './kernel-errors.ts';
import {RERUN_EXACT, outsideSafe, type KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue} from './kernel-value.ts';

const MAX_POWER = 15;

export function emitCast(emitter: KernelEmitter, e: Extract<TypedExpression, {kind: 'cast'}>): KernelValue {
  const arg = emitter.emit(e.arg);
  if (arg.isNull === 'true') return emitter.nullResult(e.type, [arg]);
  return emitInlineCast(emitter, arg, e.type) ?? emitGenericCast(emitter, arg, e.type, e.explicit);
}

function emitInlineCast(emitter: KernelEmitter, arg: KernelValue, to: SqlType): KernelValue | undefined {
  const from = arg.type;
  if (isUnchangedText(from, to)) return {...arg, type: to, constant: undefined};
  if (to.kind === 'numeric') return toNumeric(emitter, arg, to);
  switch (`${from.kind}-${to.kind}`) {
    case 'int2-int4':
    case 'int2-float8':
    case 'int4-float8':
    case 'float4-float8':
      return {...arg, type: to, form: emitter.naturalForm(to), constant: undefined};
    case 'int2-float4':
    case 'int4-float4':
      return emitPure(emitter, [arg], {type: to, form: 'f64'}, `Math.fround(${arg.code})`);
    case 'int2-int8':
    case 'int4-int8':
    case 'int4-oid':
      if (!emitter.mode.wide && to.kind === 'int8') return {...arg, type: to, form: 'i64n', constant: undefined};
      return to.kind === 'int8' ? emitPure(emitter, [arg], {type: to, form: 'i64w'}, `BigInt(${arg.code})`) : undefined;
    case 'int8-float8':
      return emitPure(emitter, [arg], {type: to, form: 'f64'}, arg.form === 'i64w' ? `Number(${arg.code})` : arg.code);
    case 'int8-int4':
    case 'int8-int2':
    case 'int4-int2':
      return narrower(emitter, arg, to, to.kind === 'int2' ? 'int2' : 'int4');
    case 'bool-int4':
      return emitPure(emitter, [arg], {type: to, form: 'i32'}, `(${arg.code} ? 1 : 0)`);
    case 'int4-bool':
      return emitPure(emitter, [arg], {type: to, form: 'bool'}, `(${arg.code} !== 0)`);
    case 'numeric-float8':
      if (arg.form !== 'dec' || (arg.scale ?? 0) > 22) return undefined;
      // Both operands are exact, so the division rounds once, as reading the text does.
      return emitPure(emitter, [arg], {type: to, form: 'f64'}, `${arg.code} / ${10 ** (arg.scale ?? 0)}`);
    default:
      return undefined;
  }
}

/** Between text, varchar and name nothing happens to the bytes unless a length applies. */
function isUnchangedText(from: SqlType, to: SqlType): boolean {
  if (to.kind === 'varchar') return to.length === undefined && (from.kind === 'text' || from.kind === 'varchar' || from.kind === 'name');
  if (to.kind === 'text') return from.kind === 'text' || from.kind === 'varchar' || from.kind === 'name' || from.kind === 'json';
  return false;
}

function narrower(emitter: KernelEmitter, arg: KernelValue, to: SqlType, kind: 'int2' | 'int4'): KernelValue {
  const bound = kind === 'int2' ? '32767' : '2147483647';
  const least = kind === 'int2' ? '-32768' : '-2147483648';
  const suffix = arg.form === 'i64w' ? 'n' : '';
  return emitStrict(emitter, [arg], {type: to, form: 'i32', fallible: true}, assign => {
    emitter.writer.block(`if (${arg.code} > ${bound}${suffix} || ${arg.code} < ${least}${suffix})`, () =>
      emitter.fail(emitter.constant(KERNEL_ERRORS[kind])),
    );
    emitter.writer.block('else', () => assign(arg.form === 'i64w' ? `Number(${arg.code})` : arg.code));
  });
}

function toNumeric(emitter: KernelEmitter, arg: KernelValue, to: Extract<SqlType, {kind: 'numeric'}>): KernelValue | undefined {
  if (emitter.mode.exact) return undefined;
  const integer = arg.form === 'i32' || arg.form === 'i64n';
  const isInteger = integer && (arg.type.kind === 'int2' || arg.type.kind === 'int4' || arg.type.kind === 'int8');
  if (!isInteger && arg.form !== 'dec') return undefined;
  const scaled: KernelValue = isInteger ? {...arg, type: T.numeric, form: 'dec', scale: 0, constant: undefined} : arg;
  if (to.precision === undefined) return {...scaled, type: to};
  const {precision} = to;
  const scale = to.scale ?? 0;
  const shift = scale - (scaled.scale ?? 0);
  if (scale < 0 || precision > MAX_POWER || Math.abs(shift) > MAX_POWER) return undefined;
  return emitStrict(emitter, [scaled], {type: to, form: 'dec', scale, fallible: true}, assign => {
    const t = emitter.writer.name('t');
    const shifted = shift >= 0 ? `${scaled.code} * ${10 ** shift}` : `rt.roundQuotient(${scaled.code}, ${10 ** -shift})`;
    emitter.line(`const ${t} = ${shifted};`);
    const limit = 10 ** precision;
    emitter.writer.block(`if (${t} >= ${limit} || ${t} <= -${limit})`, () =>
      emitter.fail(emitter.constant(numericFieldOverflow(precision, scale))),
    );
    emitter.writer.block('else', () => {
      emitter.bail(RERUN_EXACT, outsideSafe(t));
      assign(t);
    });
  });
}

function emitGenericCast(emitter: KernelEmitter, arg: KernelValue, to: SqlType, explicit: boolean): KernelValue {
  const result = emitter.writer.name('r');
  const parts = [
    emitter.nullableDatumCode(arg),
    emitter.constant(arg.type),
    emitter.constant(to),
    String(explicit),
    emitter.constant(emitter.context),
  ];
  const code = `rt.cast(${parts.join(', ')})`;
  emitTry(emitter, result, arg.fallible ? `err !== null ? null : ${code}` : code);
  return emitter.fromDatum(to, result, true);
}
