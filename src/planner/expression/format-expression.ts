import {unreachable} from '../../common/unreachable.ts';
import {functionById} from '../../functions/registry.ts';
import type {Datum} from '../../types/datum.ts';
import {formatType} from '../../types/format-type.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {encodeText} from '../../types/text-codec.ts';
import type {TypedExpression} from './typed-expression.ts';

/** How columns are called: `names(i)` of the input, `outer(depth, i)` of enclosing queries. */
export type ColumnNames = {
  readonly input: (index: number) => string;
  readonly outer?: ((depth: number, index: number) => string) | undefined;
};

/** An expression as SQL text for EXPLAIN; implicit casts are shown. */
export function formatExpression(e: TypedExpression, names: ColumnNames): string {
  const show = (x: TypedExpression) => formatExpression(x, names);
  const operand = (x: TypedExpression) => (isAtomic(x) ? show(x) : `(${show(x)})`);
  const list = (items: readonly TypedExpression[]) => items.map(show).join(', ');
  switch (e.kind) {
    case 'input':
      return names.input(e.index);
    case 'outer':
      return names.outer?.(e.depth, e.index) ?? `outer${e.depth}.${e.index}`;
    case 'constant':
      return formatConstant(e.value, e.type);
    case 'parameter':
      return `$${e.index + 1}`;
    case 'call':
      return formatCall(e.function, e.args, operand, list);
    case 'and':
    case 'or':
      return e.args.map(operand).join(` ${e.kind.toUpperCase()} `);
    case 'not':
      return `NOT ${operand(e.arg)}`;
    case 'compare':
      return `${operand(e.left)} ${e.op} ${operand(e.right)}`;
    case 'distinct':
      return `${operand(e.left)} IS ${e.negated ? 'NOT ' : ''}DISTINCT FROM ${operand(e.right)}`;
    case 'is-null':
      return `${operand(e.arg)} IS ${e.negated ? 'NOT ' : ''}NULL`;
    case 'is-bool':
      return `${operand(e.arg)} IS ${e.negated ? 'NOT ' : ''}${e.value ? 'TRUE' : 'FALSE'}`;
    case 'case':
      return `CASE ${e.branches.map(b => `WHEN ${show(b.when)} THEN ${show(b.then)}`).join(' ')} ELSE ${show(e.otherwise)} END`;
    case 'coalesce':
      return `COALESCE(${list(e.args)})`;
    case 'extreme':
      return `${e.which.toUpperCase()}(${list(e.args)})`;
    case 'cast':
      return `${operand(e.arg)}::${formatType(e.type)}`;
    case 'quantified': {
      const op = typeof e.op === 'string' ? e.op : (functionById(e.op.function).operator ?? e.op.function);
      return `${operand(e.arg)} ${op} ${e.quantifier.toUpperCase()} (${show(e.array)})`;
    }
    case 'array':
      return `ARRAY[${list(e.items)}]`;
    case 'row':
      return `ROW(${list(e.items)})`;
    case 'field': {
      const {type} = e.arg;
      const name = type.kind === 'composite' ? type.fields[e.index]?.name : undefined;
      return `(${show(e.arg)}).${name ?? `f${e.index + 1}`}`;
    }
    case 'subscript':
      return `${operand(e.arg)}[${show(e.index)}${e.upper === undefined ? '' : `:${show(e.upper)}`}]`;
    default:
      return unreachable(e);
  }
}

function isAtomic(e: TypedExpression): boolean {
  switch (e.kind) {
    case 'input':
    case 'outer':
    case 'constant':
    case 'parameter':
    case 'coalesce':
    case 'extreme':
    case 'array':
    case 'row':
    case 'field':
    case 'subscript':
    case 'cast':
      return true;
    case 'call':
      return functionById(e.function).operator === undefined;
    default:
      return false;
  }
}

function formatCall(
  id: string,
  args: readonly TypedExpression[],
  operand: (e: TypedExpression) => string,
  list: (items: readonly TypedExpression[]) => string,
): string {
  const {name, operator} = functionById(id);
  const [a, b] = args;
  if (operator === undefined || a === undefined) return `${name}(${list(args)})`;
  return b === undefined ? `${operator}${operand(a)}` : `${operand(a)} ${operator} ${operand(b)}`;
}

/** A literal that reads back as the same value of the same type. */
export function formatConstant(value: Datum, type: SqlType): string {
  if (value === null) return type.kind === 'unknown' ? 'NULL' : `NULL::${formatType(type)}`;
  if (typeof value === 'boolean') return String(value);
  const text = encodeText(type, value);
  if (type.kind === 'int4') return text;
  if (type.kind === 'numeric' && type.precision === undefined && text.includes('.')) return text;
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return type.kind === 'text' || type.kind === 'unknown' ? quoted : `${quoted}::${formatType(type)}`;
}
