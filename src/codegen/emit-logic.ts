import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import {T} from '../types/sql-type.ts';
import type {KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue} from './kernel-value.ts';
import {emitInterpreted} from './emit-interpreted.ts';

type Kind<K extends TypedExpression['kind']> = Extract<TypedExpression, {readonly kind: K}>;

const bool = {form: 'bool', type: T.bool} as const;

export function emitNot(emitter: KernelEmitter, e: Kind<'not'>): KernelValue {
  const arg = emitter.emit(e.arg);
  return {...bool, code: `(!${arg.code})`, isNull: arg.isNull, fallible: arg.fallible};
}

export function emitIsNull(emitter: KernelEmitter, e: Kind<'is-null'>): KernelValue {
  if (e.arg.type.kind === 'composite' || e.arg.type.kind === 'record') return emitInterpreted(emitter, e);
  const arg = emitter.emit(e.arg);
  const isNull = arg.isNull ?? 'false';
  return {...bool, code: e.negated ? `(!(${isNull}))` : `(${isNull})`, isNull: undefined, fallible: arg.fallible};
}

export function emitIsBool(emitter: KernelEmitter, e: Kind<'is-bool'>): KernelValue {
  const arg = emitter.emit(e.arg);
  const same = `${e.value ? '' : '!'}${arg.code}`;
  const code = arg.isNull === undefined ? same : `!(${arg.isNull}) && ${same}`;
  return {...bool, code: e.negated ? `(!(${code}))` : `(${code})`, isNull: undefined, fallible: arg.fallible};
}

/**
 * AND, OR. The deciding value (FALSE for AND) wins over errors and NULLs of the other operands; so an operand's error is set aside until no
 * operand has decided.
 */
export function emitConnective(emitter: KernelEmitter, e: Kind<'and' | 'or'>): KernelValue {
  const args = e.args.map(arg => emitter.writer.capture(() => emitter.emit(arg)));
  const fallible = args.some(arg => arg.result.fallible);
  const nullable = args.some(arg => arg.result.isNull !== undefined);
  if (!fallible && !nullable && args.every(arg => arg.lines.length === 0)) {
    return {...bool, code: `(${args.map(arg => arg.result.code).join(e.kind === 'and' ? ' && ' : ' || ')})`, isNull: undefined, fallible};
  }
  const v = emitter.writer.name();
  const n = emitter.writer.name('n');
  const failure = emitter.writer.name('e');
  const before = emitter.writer.name('e');
  const label = emitter.writer.name('b');
  const decides = e.kind === 'or';
  const decided = (code: string) => (decides ? code : `!${code}`);
  emitter.line(`let ${v} = ${decides};`);
  if (nullable) emitter.line(`let ${n} = false;`);
  if (fallible) emitter.line(`const ${before} = err; let ${failure} = null;`);
  emitter.writer.block(`${label}:`, () => {
    for (const {lines, result} of args) {
      if (result.fallible) emitter.line('err = null;');
      emitter.writer.append(lines);
      const caught = result.fallible ? `if (err !== null) { if (${failure} === null) ${failure} = err; } else ` : '';
      const unknown = result.isNull === undefined ? '' : `if (${result.isNull}) ${n} = true; else `;
      const forget = `${fallible ? `${failure} = null; ` : ''}${nullable ? `${n} = false; ` : ''}`;
      emitter.line(`${caught}${unknown}if (${decided(result.code)}) { ${forget}break ${label}; }`);
    }
    emitter.line(`${v} = ${!decides};`);
  });
  if (fallible) {
    emitter.line(`err = ${before} !== null ? ${before} : ${failure};`);
  }
  return {...bool, code: v, isNull: nullable ? n : undefined, fallible};
}
