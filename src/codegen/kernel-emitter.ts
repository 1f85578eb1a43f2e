import type {EvaluationContext} from '../functions/evaluation-context.ts';
import {sameExpression} from '../planner/expression/same-expression.ts';
import type {TypedExpression} from '../planner/expression/typed-expression.ts';
import type {ColumnForm} from '../runtime/batch/column.ts';
import type {Datum, Decimal} from '../types/datum.ts';
import {physicalOf, type SqlType} from '../types/sql-type.ts';
import type {KernelValue, ValueForm} from './kernel-value.ts';
import type {RowRange} from './row-range.ts';
import {SourceWriter} from './source-writer.ts';
import {isNumberDatum, isTextKind} from './text-kind.ts';

/** What the code is specialised by for one input column. */
export type ColumnShape = {readonly form: ColumnForm; readonly scale: number; readonly nullable: boolean};

/** How 64-bit integers and numerics are computed: narrow or wide, scaled or exact. */
export type KernelMode = {readonly wide: boolean; readonly exact: boolean};

/** Thrown while emitting when the narrow form cannot even hold a constant or a column of this batch. */
export class NeedsWide extends Error {}

/** Results by which a kernel asks to be run again in another way; row counts are not negative. */
export const RERUN_WIDE = -1;
export const RERUN_EXACT = -2;
export const RERUN_GATHERING = -3;

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

export type EmitterArgs = {
  readonly shapes: readonly (ColumnShape | undefined)[];
  readonly mode: KernelMode;
  readonly parameters: readonly Datum[];
  readonly context: EvaluationContext;
  readonly emitExpression: (emitter: KernelEmitter, expression: TypedExpression) => KernelValue;
};

/** State of the emission of one kernel variant: source, constants, what was used. */
export class KernelEmitter {
  readonly writer = new SourceWriter();
  readonly mode: KernelMode;
  readonly shapes: readonly (ColumnShape | undefined)[];
  readonly parameters: readonly Datum[];
  readonly context: EvaluationContext;
  readonly columns = new Set<number>();
  /** Subexpressions without columns whose value is taken once for each batch, by slot. */
  readonly hoisted: TypedExpression[] = [];
  /** What is computed once for each row, by expression; see `once`. */
  readonly ranges: {readonly expression: TypedExpression; readonly range: RowRange}[] = [];
  readonly #emitExpression: EmitterArgs['emitExpression'];

  constructor({shapes, mode, parameters, context, emitExpression}: EmitterArgs) {
    this.shapes = shapes;
    this.mode = mode;
    this.parameters = parameters;
    this.context = context;
    this.#emitExpression = emitExpression;
  }

  emit(expression: TypedExpression): KernelValue {
    return this.#emitExpression(this, expression);
  }

  line(text: string): void {
    this.writer.line(text);
  }

  constant(value: unknown): string {
    return this.writer.constant(value);
  }

  /** Records an error for the current row; the first one counts. */
  fail(error: string): void {
    this.line(`if (err === null) err = ${error};`);
  }

  bail(code: number, condition: string): void {
    this.line(`if (${condition}) return ${code};`);
  }

  hoist(expression: TypedExpression): number {
    const slot = this.hoisted.indexOf(expression);
    return slot >= 0 ? slot : this.hoisted.push(expression) - 1;
  }

  /** The place of an expression's value within a row: the same one wherever the expression occurs. */
  once(expression: TypedExpression, create: () => RowRange): RowRange {
    const known = this.ranges.find(({expression: e}) => sameExpression(e, expression));
    if (known !== undefined) return known.range;
    const range = create();
    this.ranges.push({expression, range});
    return range;
  }

  /** The form in which computed values of a type are held. */
  naturalForm(type: SqlType): ValueForm {
    switch (physicalOf(type)) {
      case 'u8':
        return 'bool';
      case 'i32':
        return 'i32';
      case 'f64':
        return 'f64';
      case 'i64':
        return this.mode.wide ? 'i64w' : 'i64n';
      case 'decimal':
        return 'datum';
      case 'bytes':
        return isTextKind(type) ? 'string' : 'datum';
    }
  }

  nullOf(type: SqlType): KernelValue {
    const form = this.naturalForm(type);
    return {form, type, code: zeroOf(form), isNull: 'true', fallible: false, constant: {value: null}};
  }

  /** NULL as the result of an operation over `operands`, which may still fail. */
  nullResult(type: SqlType, operands: readonly KernelValue[]): KernelValue {
    const value = this.nullOf(type);
    return operands.some(operand => operand.fallible) ? {...value, fallible: true, constant: undefined} : value;
  }

  /** `varies`: it is another one the next time, so that a number is passed in and does not become part of the source. */
  constantValue(type: SqlType, value: Datum, varies = false): KernelValue {
    if (value === null) return this.nullOf(type);
    const known = {type, isNull: undefined, fallible: false, constant: {value}};
    const number = (n: number): string => (varies ? this.constant(n) : numberLiteral(n));
    switch (physicalOf(type)) {
      case 'u8':
        return {...known, form: 'bool', code: value === true ? 'true' : 'false'};
      case 'i32':
        return {...known, form: 'i32', code: number(value as number)};
      case 'f64':
        return {...known, form: 'f64', code: number(value as number)};
      case 'i64': {
        const integer = BigInt(value as number | bigint);
        if (this.mode.wide) return {...known, form: 'i64w', code: integer < 0n ? `(${integer}n)` : `${integer}n`};
        if (integer > MAX_SAFE || integer < -MAX_SAFE) throw new NeedsWide();
        return {...known, form: 'i64n', code: number(Number(integer))};
      }
      case 'decimal': {
        const {unscaled, scale, special} = value as Decimal;
        const scaled = !this.mode.exact && special === undefined && unscaled <= MAX_SAFE && unscaled >= -MAX_SAFE;
        if (scaled) return {...known, form: 'dec', scale, code: number(Number(unscaled))};
        return {...known, form: 'datum', code: this.constant(value)};
      }
      case 'bytes':
        return {...known, form: isTextKind(type) ? 'string' : 'datum', code: this.constant(value)};
    }
  }

  /** The datum of a value that is not NULL. */
  datumCode(value: KernelValue): string {
    const {type, code} = value;
    if (value.constant !== undefined) return this.constant(value.constant.value);
    switch (value.form) {
      case 'bool':
      case 'i32':
      case 'f64':
      case 'string':
      case 'datum':
        return code;
      case 'i64n':
        return isNumberDatum(type) ? code : `BigInt(${code})`;
      case 'i64w':
        return isNumberDatum(type) ? `Number(${code})` : code;
      case 'dec':
        return `rt.decimal(${code}, ${value.scale})`;
      case 'bytes':
        if (isTextKind(type)) return `rt.text(${code}, ${value.start}, ${value.end})`;
        return `rt.range(${this.constant(type)}, ${code}, ${value.start}, ${value.end})`;
    }
  }

  /** The datum or null. */
  nullableDatumCode(value: KernelValue): string {
    const code = this.datumCode(value);
    return value.isNull === undefined || value.constant !== undefined ? code : `(${value.isNull} ? null : ${code})`;
  }

  /** Takes a datum, held in the variable `name`, as a value of `type`; writes the check that it fits the narrow form. */
  fromDatum(type: SqlType, name: string, fallible: boolean): KernelValue {
    const form = this.naturalForm(type);
    const value = {form, type, isNull: `${name} === null`, fallible};
    switch (form) {
      case 'bool':
        return {...value, code: `(${name} === true)`};
      case 'i64n': {
        if (isNumberDatum(type)) return {...value, code: name};
        const narrow = this.writer.name();
        this.line(`const ${narrow} = ${name} === null ? 0 : Number(${name});`);
        this.bail(RERUN_WIDE, outsideSafe(narrow));
        return {...value, code: narrow};
      }
      case 'i64w':
        return {...value, code: isNumberDatum(type) ? `BigInt(${name})` : name};
      default:
        return {...value, code: name};
    }
  }
}

/** Condition under which a number is no safe integer; also true for NaN. */
export function outsideSafe(name: string): string {
  return `!(${name} <= 9007199254740991 && ${name} >= -9007199254740991)`;
}

export function numberLiteral(value: number): string {
  if (Object.is(value, -0)) return '(-0)';
  return value < 0 ? `(${value})` : String(value);
}

/** A value of the right JavaScript type to initialise a variable of this form. */
export function zeroOf(form: ValueForm): string {
  switch (form) {
    case 'bool':
      return 'false';
    case 'i64w':
      return '0n';
    case 'string':
      return "''";
    case 'datum':
    case 'bytes':
      return 'null';
    default:
      return '0';
  }
}

/** NULL when any is NULL. */
export function anyNull(values: readonly KernelValue[]): string | undefined {
  const conditions = new Set(values.flatMap(value => (value.isNull === undefined ? [] : [value.isNull])));
  if (conditions.size === 0) return undefined;
  if (conditions.has('true')) return 'true';
  return conditions.size === 1 ? [...conditions][0] : `(${[...conditions].join(' || ')})`;
}
