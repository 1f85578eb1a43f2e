import {unreachable} from '../common/unreachable.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import {emitCall} from './emit-call.ts';
import {emitCase, emitCoalesce, emitExtreme} from './emit-case.ts';
import {emitCast} from './emit-cast.ts';
import {emitCompare, emitDistinct} from './emit-compare.ts';
import {emitInterpreted} from './emit-interpreted.ts';
import {emitConnective, emitIsBool, emitIsNull, emitNot} from './emit-logic.ts';
import {emitQuantified} from './emit-quantified.ts';
import {traitsOf} from './expression-traits.ts';
import {interpret} from './interpret.ts';
import {NeedsWide, type KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue} from './kernel-value.ts';
import {isTextKind} from './text-kind.ts';

/** Writes the code that computes an expression for the current row, and says where its value is. */
export function emitExpression(emitter: KernelEmitter, e: TypedExpression): KernelValue {
  if (e.kind === 'constant') return emitter.constantValue(e.type, e.value);
  if (e.kind === 'parameter') return emitter.constantValue(e.type, emitter.parameters[e.index] ?? null, true);
  if (e.kind === 'input') return emitInput(emitter, e);
  const {columns, volatility} = traitsOf(e);
  if (columns.length === 0 && volatility !== 'volatile') return emitWithoutColumns(emitter, e, volatility === 'immutable');
  switch (e.kind) {
    case 'call':
      return emitCall(emitter, e);
    case 'and':
    case 'or':
      return emitConnective(emitter, e);
    case 'not':
      return emitNot(emitter, e);
    case 'compare':
      return emitCompare(emitter, e);
    case 'distinct':
      return emitDistinct(emitter, e);
    case 'is-null':
      return emitIsNull(emitter, e);
    case 'is-bool':
      return emitIsBool(emitter, e);
    case 'case':
      return emitCase(emitter, e);
    case 'coalesce':
      return emitCoalesce(emitter, e);
    case 'extreme':
      return emitExtreme(emitter, e);
    case 'cast':
      return emitCast(emitter, e);
    case 'quantified':
      return emitQuantified(emitter, e);
    case 'array':
    case 'row':
    case 'field':
    case 'subscript':
    case 'outer':
      return emitInterpreted(emitter, e);
    default:
      return unreachable(e);
  }
}

function emitInput(emitter: KernelEmitter, {index, type}: Extract<TypedExpression, {kind: 'input'}>): KernelValue {
  const shape = emitter.shapes[index];
  if (shape === undefined) throw new Error(`internal error: no input column ${index}`);
  emitter.columns.add(index);
  const column = `c${index}`;
  const value = {type, isNull: shape.nullable ? `${column}n[i] === 0` : undefined, fallible: false};
  const element = `${column}v[i]`;
  switch (shape.form) {
    case 'u8':
      return {...value, form: 'bool', code: `(${element} === 1)`};
    case 'i32':
    case 'f64':
      return {...value, form: shape.form, code: element};
    case 'i64n':
      return emitter.mode.wide ? {...value, form: 'i64w', code: `BigInt(${element})`} : {...value, form: 'i64n', code: element};
    case 'i64w':
      if (!emitter.mode.wide) throw new NeedsWide();
      return {...value, form: 'i64w', code: element};
    case 'dec':
      if (emitter.mode.exact) return {...value, form: 'datum', code: `rt.decimal(${element}, ${shape.scale})`};
      return {...value, form: 'dec', scale: shape.scale, code: element};
    case 'bytes': {
      const range = `${column}d, ${column}s[i], ${column}e[i]`;
      if (type.kind === 'numeric') return {...value, form: 'datum', code: `rt.decimalOfText(${range})`};
      return {...value, form: 'bytes', code: `${column}d`, start: `${column}s[i]`, end: `${column}e[i]`, source: index};
    }
    default:
      return unreachable(shape.form);
  }
}

/** A constant when it can be computed now, else a value taken once for each batch; its error is raised where it is used. */
function emitWithoutColumns(emitter: KernelEmitter, e: TypedExpression, immutable: boolean): KernelValue {
  if (immutable) {
    const folded = foldConstant(emitter, e);
    if (folded !== undefined) return folded;
  }
  const slot = emitter.hoist(e);
  emitter.line(`if (h${slot}e !== null && err === null) err = h${slot}e;`);
  const value = emitter.fromDatum(e.type, `h${slot}`, true);
  return value.form === 'string' && !isTextKind(e.type) ? {...value, form: 'datum'} : value;
}

function foldConstant(emitter: KernelEmitter, e: TypedExpression): KernelValue | undefined {
  let value;
  try {
    value = interpret(e, [], emitter.parameters, emitter.context);
  } catch {
    return undefined;
  }
  return emitter.constantValue(e.type, value, traitsOf(e).hasParameters);
}
