import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import {datumToBytes} from '../types/datum-bytes.ts';
import type {SqlType} from '../types/sql-type.ts';
import {emitComparison} from './emit-compare.ts';
import {emitInterpreted} from './emit-interpreted.ts';
import {zeroOf, type KernelEmitter} from './kernel-emitter.ts';
import type {KernelValue, ValueForm} from './kernel-value.ts';
import {isTextKind} from './text-kind.ts';

type Kind<K extends TypedExpression['kind']> = Extract<TypedExpression, {readonly kind: K}>;
type Captured = {readonly lines: readonly string[]; readonly result: KernelValue};

export function emitCase(emitter: KernelEmitter, e: Kind<'case'>): KernelValue {
  const capture = (arg: TypedExpression) => emitter.writer.capture(() => emitter.emit(arg));
  const branches = e.branches.map(branch => ({when: capture(branch.when), then: capture(branch.then)}));
  const otherwise = capture(e.otherwise);
  const choice = new Choice(emitter, e.type, [...branches.map(branch => branch.then), otherwise]);
  const label = emitter.writer.name('b');
  emitter.writer.block(`${label}:`, () => {
    for (const {when, then} of branches) {
      emitter.writer.append(when.lines);
      const {code, isNull} = when.result;
      emitter.writer.block(`if (${isNull === undefined ? code : `!(${isNull}) && ${code}`})`, () => {
        choice.take(then);
        emitter.line(`break ${label};`);
      });
    }
    choice.take(otherwise);
  });
  return choice.value(branches.some(branch => branch.when.result.fallible));
}

export function emitCoalesce(emitter: KernelEmitter, e: Kind<'coalesce'>): KernelValue {
  const args = e.args.map(arg => emitter.writer.capture(() => emitter.emit(arg)));
  const choice = new Choice(emitter, e.type, args);
  const label = emitter.writer.name('b');
  emitter.writer.block(`${label}:`, () => {
    for (const [i, arg] of args.entries()) {
      emitter.writer.append(arg.lines);
      const {isNull} = arg.result;
      if (isNull === undefined || i === args.length - 1) {
        choice.assign(arg.result);
        return;
      }
      // An argument that failed decides too: its error is the result, later arguments are not looked at.
      const settled = arg.result.fallible ? `err !== null || !(${isNull})` : `!(${isNull})`;
      emitter.writer.block(`if (${settled})`, () => {
        choice.assign(arg.result);
        emitter.line(`break ${label};`);
      });
    }
  });
  return choice.value(false);
}

/** greatest, least over forms that compare with one operator; everything else is interpreted. */
export function emitExtreme(emitter: KernelEmitter, e: Kind<'extreme'>): KernelValue {
  const args = e.args.map(arg => emitter.writer.capture(() => emitter.emit(arg)));
  const [first, ...rest] = args;
  const form = first?.result.form;
  const scale = first?.result.scale;
  const simple = form === 'i32' || form === 'i64n' || form === 'i64w' || form === 'dec';
  if (first === undefined || !simple || !rest.every(arg => arg.result.form === form && arg.result.scale === scale)) {
    return emitInterpreted(emitter, e);
  }
  const choice = new Choice(emitter, e.type, args);
  choice.take(first);
  for (const arg of rest) {
    emitter.writer.append(arg.lines);
    const current = choice.value(true);
    const other = {...arg.result, isNull: undefined};
    const better = emitComparison(emitter, e.which === 'greatest' ? '>' : '<', other, {...current, isNull: undefined});
    const replaces = current.isNull === undefined ? better.code : `(${current.isNull} || ${better.code})`;
    emitter.writer.block(`if (${arg.result.isNull === undefined ? replaces : `!(${arg.result.isNull}) && ${replaces}`})`, () =>
      choice.assign(arg.result),
    );
  }
  return choice.value(false);
}

/** A variable that one of several values is assigned to, in a form that can hold all of them. */
class Choice {
  readonly #emitter: KernelEmitter;
  readonly #type: SqlType;
  readonly #form: ValueForm;
  readonly #scale: number | undefined;
  readonly #nullable: boolean;
  readonly #fallible: boolean;
  readonly #v: string;
  readonly #n: string;
  readonly #start: string;
  readonly #end: string;

  constructor(emitter: KernelEmitter, type: SqlType, options: readonly Captured[]) {
    const values = options.map(option => option.result);
    this.#emitter = emitter;
    this.#type = type;
    const {form, scale} = commonForm(emitter, type, values);
    this.#form = form;
    this.#scale = scale;
    this.#nullable = values.some(value => value.isNull !== undefined);
    this.#fallible = values.some(value => value.fallible);
    this.#v = emitter.writer.name();
    this.#n = emitter.writer.name('n');
    this.#start = emitter.writer.name('s');
    this.#end = emitter.writer.name('s');
    emitter.line(`let ${this.#v} = ${zeroOf(form)};`);
    if (form === 'bytes') emitter.line(`let ${this.#start} = 0, ${this.#end} = 0;`);
    if (this.#nullable) emitter.line(`let ${this.#n} = false;`);
  }

  take({lines, result}: Captured): void {
    this.#emitter.writer.append(lines);
    this.assign(result);
  }

  assign(value: KernelValue): void {
    const {isNull} = value;
    if (isNull === 'true') return this.#emitter.line(`${this.#n} = true;`);
    if (isNull === undefined) {
      if (this.#nullable) this.#emitter.line(`${this.#n} = false;`);
      return this.#assignValue(value);
    }
    this.#emitter.line(`${this.#n} = ${isNull};`);
    return this.#emitter.writer.block(`if (!${this.#n})`, () => this.#assignValue(value));
  }

  #assignValue(value: KernelValue): void {
    const emitter = this.#emitter;
    if (this.#form === 'bytes') {
      const range = asBytes(emitter, value);
      return emitter.line(`${this.#v} = ${range.code}; ${this.#start} = ${range.start}; ${this.#end} = ${range.end};`);
    }
    const code = this.#form === value.form ? value.code : emitter.datumCode(value);
    return emitter.line(`${this.#v} = ${code};`);
  }

  value(conditionFallible: boolean): KernelValue {
    return {
      form: this.#form,
      type: this.#type,
      code: this.#v,
      start: this.#form === 'bytes' ? this.#start : undefined,
      end: this.#form === 'bytes' ? this.#end : undefined,
      scale: this.#scale,
      isNull: this.#nullable ? this.#n : undefined,
      fallible: this.#fallible || conditionFallible,
    };
  }
}

function commonForm(
  emitter: KernelEmitter,
  type: SqlType,
  values: readonly KernelValue[],
): {readonly form: ValueForm; readonly scale?: number | undefined} {
  const present = values.filter(value => value.isNull !== 'true');
  const [first] = present;
  if (first === undefined) return {form: emitter.naturalForm(type)};
  // A numeric keeps its display scale, so only equal scales share a form.
  if (present.every(value => value.form === first.form && value.scale === first.scale)) return {form: first.form, scale: first.scale};
  const asRange = (value: KernelValue) => value.form === 'bytes' || (value.constant !== undefined && isTextKind(type));
  if (present.every(asRange)) return {form: 'bytes'};
  return {form: isTextKind(type) ? 'string' : 'datum'};
}

function asBytes(emitter: KernelEmitter, value: KernelValue): {readonly code: string; readonly start: string; readonly end: string} {
  if (value.form === 'bytes') return {code: value.code, start: value.start ?? '0', end: value.end ?? '0'};
  const datum = value.constant?.value ?? null;
  if (datum === null) throw new Error('internal error: only constants become bytes');
  const bytes = Buffer.from(datumToBytes(value.type, datum));
  return {code: emitter.constant(bytes), start: '0', end: String(bytes.length)};
}
