import {sqlError} from '../../common/sql-error.ts';
import {isComparisonSymbol} from '../../functions/comparison-operators.ts';
import {resolveComparison, resolveOperator, type ResolvedCall} from '../../functions/resolve-overload.ts';
import type {FunctionDefinition} from '../../functions/definition.ts';
import type {BinaryExpression, Expression, RowConstructor, UnaryExpression} from '../../parser/ast/expression.ts';
import type {OperatorName} from '../../parser/ast/operator-name.ts';
import {T} from '../../types/sql-type.ts';
import {compare, conjunction, not} from '../expression/build-expression.ts';
import type {CompareOp, TypedExpression} from '../expression/typed-expression.ts';
import {numberConstant} from './bind-literal.ts';
import {coerce} from './coerce.ts';
import type {ExpressionContext} from './expression-context.ts';
import {noteVolatility} from './note-volatility.ts';
import type {StatementContext} from './statement-context.ts';

export function bindUnary(context: ExpressionContext, e: UnaryExpression): TypedExpression {
  const symbol = operatorSymbol(e.operator);
  const {operand} = e;
  if (symbol === '-' && (operand.kind === 'integer-literal' || operand.kind === 'decimal-literal')) {
    return context.statement.at(numberConstant(`-${operand.text}`), e.span.start);
  }
  return prefixOperator(context.statement, symbol, context.bind(operand), e.operator.span.start);
}

function prefixOperator(statement: StatementContext, symbol: string, operand: TypedExpression, position: number): TypedExpression {
  const resolved = resolveOperator(symbol, undefined, operand.type, {position});
  if (resolved.kind === 'compare') throw new Error(`internal error: ${symbol} as a prefix`);
  return statement.at(operatorCall(statement, resolved, [operand], position), position);
}

export function bindBinary(context: ExpressionContext, e: BinaryExpression): TypedExpression {
  const symbol = operatorSymbol(e.operator);
  const position = e.operator.span.start;
  if (e.left.kind === 'row' && e.right.kind === 'row' && isComparisonSymbol(symbol)) {
    return compareRows(context, symbol, e.left, e.right, position);
  }
  return applyOperator(context.statement, symbol, context.bind(e.left), context.bind(e.right), position);
}

/** `left symbol right`, both sides bound. Errors: 42883, 42725 at the operator. */
export function applyOperator(
  statement: StatementContext,
  symbol: string,
  left: TypedExpression,
  right: TypedExpression,
  position: number,
): TypedExpression {
  const resolved = resolveOperator(symbol, left.type, right.type, {position});
  if (resolved.kind === 'call') return statement.at(operatorCall(statement, resolved, [left, right], position), position);
  const {common} = resolved;
  const sides = [coerce(statement, left, common, 'implicit'), coerce(statement, right, common, 'implicit')] as const;
  return statement.at(compare(symbol as CompareOp, ...sides), position);
}

function operatorCall(
  statement: StatementContext,
  {definition, argTypes, returns}: ResolvedCall<FunctionDefinition>,
  args: readonly TypedExpression[],
  position: number,
): TypedExpression {
  noteVolatility(statement, definition, position);
  return {
    kind: 'call',
    type: returns,
    function: definition.id,
    args: args.map((arg, i) => coerce(statement, arg, argTypes[i] ?? arg.type, 'implicit')),
  };
}

/** The operator's symbol. Only pg_catalog has operators. */
export function operatorSymbol({name, schema, span}: OperatorName): string {
  const [first] = schema;
  if (first !== undefined && (schema.length > 1 || first.name !== 'pg_catalog')) {
    const written = `${schema.map(s => s.name).join('.')}.${name}`;
    throw sqlError('undefined_function', `operator does not exist: ${written}`, {position: span.start});
  }
  return name;
}

/** `IS [NOT] DISTINCT FROM` of bound sides. */
export function distinctFrom(
  statement: StatementContext,
  left: TypedExpression,
  right: TypedExpression,
  negated: boolean,
  position: number,
): TypedExpression {
  const {common} = resolveComparison('=', left.type, right.type, {position});
  return {
    kind: 'distinct',
    type: T.bool,
    negated,
    left: coerce(statement, left, common, 'implicit'),
    right: coerce(statement, right, common, 'implicit'),
  };
}

/** `(a, b) < (c, d)`: field by field, the first difference decides. */
function compareRows(
  context: ExpressionContext,
  op: CompareOp,
  leftRow: RowConstructor,
  rightRow: RowConstructor,
  position: number,
): TypedExpression {
  const bindAll = (row: RowConstructor) => row.elements.map((element: Expression) => context.bind(element));
  return compareFields(context.statement, op, bindAll(leftRow), bindAll(rightRow), position);
}

export function compareFields(
  statement: StatementContext,
  op: CompareOp,
  left: readonly TypedExpression[],
  right: readonly TypedExpression[],
  position: number,
): TypedExpression {
  if (left.length !== right.length) throw sqlError('syntax_error', 'unequal number of entries in row expressions', {position});
  if (left.length === 0) throw sqlError('feature_not_supported', 'cannot compare rows of zero length', {position});
  const pairs = (symbol: CompareOp) => left.map((l, i) => applyOperator(statement, symbol, l, right[i] ?? l, position));
  if (op === '=') return conjunction(pairs('='));
  if (op === '<>') return not(conjunction(pairs('=')));
  // a < c OR (a = c AND (b < d OR …)); the strict form in front, the given one for the last field.
  const strict = op.startsWith('<') ? '<' : '>';
  const equals = pairs('=');
  const stricts = pairs(strict);
  return pairs(op).reduceRight((rest, last, i) => {
    const [strictly, equal] = [stricts[i], equals[i]];
    if (i === left.length - 1 || strictly === undefined || equal === undefined) return last;
    return {kind: 'or', type: T.bool, args: [strictly, conjunction([equal, rest])]};
  });
}
