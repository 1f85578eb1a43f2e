import {sqlError} from '../../common/sql-error.ts';
import {afterOperand} from './after-operand.ts';
import {isComparisonSymbol, type ComparisonSymbol} from '../../functions/comparison-operators.ts';
import {elementType} from '../../functions/polymorphism.ts';
import {resolveComparison, resolveFunction, resolveOperator} from '../../functions/resolve-overload.ts';
import type {Between, InList, IsTest, Like, QuantifiedArray} from '../../parser/ast/expression.ts';
import {formatTypeName} from '../../types/format-type.ts';
import {arrayOf, T, type SqlType} from '../../types/sql-type.ts';
import {conjunction, isNull, not} from '../expression/build-expression.ts';
import type {CompareOp, TypedExpression} from '../expression/typed-expression.ts';
import {applyOperator, compareFields, operatorSymbol} from './bind-operator.ts';
import {canCoerce, coerce, coerceToBoolean} from './coerce.ts';
import {selectCommonType} from './common-type.ts';
import type {ExpressionContext} from './expression-context.ts';
import {readsInput} from '../expression/references.ts';

export function bindIsTest(context: ExpressionContext, e: IsTest): TypedExpression {
  const arg = context.bind(e.operand);
  const position = e.span.start;
  switch (e.test) {
    case 'null':
      return context.statement.at(isNull(arg, e.negated), position);
    case 'unknown':
      return isNull(coerceToBoolean(context.statement, arg, e.negated ? 'IS NOT UNKNOWN' : 'IS UNKNOWN', position), e.negated);
    case 'true':
    case 'false': {
      const construct = `IS ${e.negated ? 'NOT ' : ''}${e.test.toUpperCase()}`;
      const condition = coerceToBoolean(context.statement, arg, construct, position);
      return {kind: 'is-bool', type: T.bool, negated: e.negated, value: e.test === 'true', arg: condition};
    }
    default:
      throw sqlError('feature_not_supported', `IS ${e.test.toUpperCase()} is not supported`, {position});
  }
}

export function bindBetween(context: ExpressionContext, e: Between): TypedExpression {
  const operand = context.bind(e.operand);
  const low = context.bind(e.low);
  const high = context.bind(e.high);
  const position = afterOperand(e.operand);
  const within = (from: TypedExpression, to: TypedExpression) =>
    conjunction([
      applyOperator(context.statement, '>=', operand, from, position),
      applyOperator(context.statement, '<=', operand, to, position),
    ]);
  const inside: TypedExpression = e.symmetric
    ? {kind: 'or', type: T.bool, args: [within(low, high), within(high, low)]}
    : within(low, high);
  return e.negated ? not(inside) : inside;
}

export function bindLike(context: ExpressionContext, e: Like): TypedExpression {
  const {statement} = context;
  const position = afterOperand(e.operand);
  const operand = context.bind(e.operand);
  const written = context.bind(e.pattern);
  const call = (name: string, args: readonly TypedExpression[]): TypedExpression => {
    const resolved = resolveFunction(
      name,
      args.map(a => a.type),
      {position},
    );
    if (resolved.kind !== 'call') throw new Error(`internal error: ${name}`);
    return {
      kind: 'call',
      type: resolved.returns,
      function: resolved.definition.id,
      args: args.map((a, i) => coerce(statement, a, resolved.argTypes[i] ?? a.type, 'implicit')),
    };
  };
  const escape = e.escape && context.bind(e.escape);
  if (e.operator === 'similar-to') {
    const pattern = call('similar_to_escape', escape === undefined ? [written] : [written, escape]);
    return applyOperator(statement, e.negated ? '!~' : '~', operand, pattern, position);
  }
  const pattern = escape === undefined ? written : call('like_escape', [written, escape]);
  const symbol = e.operator === 'like' ? '~~' : '~~*';
  return applyOperator(statement, e.negated ? `!${symbol}` : symbol, operand, pattern, position);
}

/** `x IN (a, b)` is `x = ANY (ARRAY[a, b])` where the types agree, an OR of comparisons where they do not. */
export function bindInList(context: ExpressionContext, e: InList): TypedExpression {
  const {statement} = context;
  const position = afterOperand(e.operand);
  if (e.operand.kind === 'row') {
    const left = e.operand.elements.map(context.bind);
    const tests = e.items.map(item => {
      if (item.kind !== 'row')
        throw sqlError('datatype_mismatch', 'row expressions can only be compared with rows', {position: item.span.start});
      return compareFields(statement, '=', left, item.elements.map(context.bind), item.span.start);
    });
    return negatable(disjunction(tests), e.negated);
  }
  const operand = context.bind(e.operand);
  const items = e.items.map(context.bind);
  const op: CompareOp = e.negated ? '<>' : '=';
  // Constants go into one array; columns are compared one by one, so that they can still become join keys.
  const listed = items.filter(item => !readsInput(item));
  const array = listed.length > 1 ? quantifiedOverList(context, operand, listed, op) : undefined;
  const single = array === undefined ? items : items.filter(item => readsInput(item));
  const tests = [...(array === undefined ? [] : [array]), ...single.map(item => applyOperator(statement, op, operand, item, position))];
  return e.negated ? conjunction(tests) : disjunction(tests);
}

function quantifiedOverList(
  {statement}: ExpressionContext,
  operand: TypedExpression,
  items: readonly TypedExpression[],
  op: CompareOp,
): TypedExpression | undefined {
  const selected = selectCommonType([operand.type, ...items.map(i => i.type)]);
  if ('misfit' in selected) return undefined;
  const scalar = selected.type;
  if (scalar.kind === 'array' || scalar.kind === 'composite' || scalar.kind === 'record') return undefined;
  if (!items.every(i => i.type.kind === 'unknown' || canCoerce(i.type, scalar, 'implicit'))) return undefined;
  const {common} = resolveComparison(op, operand.type.kind === 'unknown' ? scalar : operand.type, scalar);
  const type = common;
  return {
    kind: 'quantified',
    type: T.bool,
    quantifier: op === '=' ? 'any' : 'all',
    op,
    arg: coerce(statement, operand, type, 'implicit'),
    array: {
      kind: 'array',
      type: arrayOf(type),
      items: items.map(i => coerce(statement, coerce(statement, i, scalar, 'implicit'), type, 'implicit')),
    },
  };
}

function disjunction(tests: readonly TypedExpression[]): TypedExpression {
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : {kind: 'or', type: T.bool, args: tests};
}

const negatable = (e: TypedExpression, negated: boolean) => (negated ? not(e) : e);

export function bindQuantifiedArray(context: ExpressionContext, e: QuantifiedArray): TypedExpression {
  const {statement} = context;
  const symbol = operatorSymbol(e.operator);
  const position = e.operator.span.start;
  const left = context.bind(e.left);
  const right = context.bind(e.array);
  const fail = (message: string) => sqlError('wrong_object_type', message, {position});
  const element = right.type.kind === 'unknown' ? left.type : elementType(right.type);
  if (element === undefined) throw fail('op ANY/ALL (array) requires array on right side');
  const quantified = (arg: SqlType, items: SqlType, op: CompareOp | {readonly function: string}): TypedExpression => ({
    kind: 'quantified',
    type: T.bool,
    quantifier: e.quantifier,
    op,
    arg: coerce(statement, left, arg, 'implicit'),
    array: coerce(statement, right, right.type.kind === 'anyarray' ? right.type : arrayOf(items), 'implicit'),
  });
  if (isComparisonSymbol(symbol)) {
    const settled = left.type.kind === 'unknown' && element.kind === 'unknown' ? T.text : element;
    const {common} = resolveComparison(symbol as ComparisonSymbol, left.type, settled, {position});
    return quantified(common, common, symbol);
  }
  const resolved = resolveOperator(symbol, left.type, element.kind === 'unknown' ? T.text : element, {position});
  if (resolved.kind !== 'call') throw new Error(`internal error: ${symbol}`);
  if (resolved.returns.kind !== 'bool') {
    throw fail(`op ANY/ALL (array) requires operator to yield boolean, not ${formatTypeName(resolved.returns)}`);
  }
  const [argType = left.type, itemType = element] = resolved.argTypes;
  return quantified(argType, itemType, {function: resolved.definition.id});
}
