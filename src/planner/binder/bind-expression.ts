import {sqlError} from '../../common/sql-error.ts';
import {unreachable} from '../../common/unreachable.ts';
import {resolveFunction} from '../../functions/resolve-overload.ts';
import type {AtTimeZone, Cast, Collate, Expression, Star} from '../../parser/ast/expression.ts';
import type {Literal} from '../../parser/ast/literal.ts';
import {T} from '../../types/sql-type.ts';
import {not} from '../expression/build-expression.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import {bindColumnRef, findItem, fromOuterScope, missingTable, wholeRow} from './bind-column-ref.ts';
import {bindArray, bindFieldAccess, bindRow, bindSlice, bindSubscript} from './bind-composite.ts';
import {bindCase} from './bind-conditional.ts';
import {bindFunctionCall, bindScalarCall} from './bind-function-call.ts';
import {afterOperand} from './after-operand.ts';
import {bindLiteral} from './bind-literal.ts';
import {bindBinary, bindUnary, distinctFrom, operatorSymbol} from './bind-operator.ts';
import {bindBetween, bindInList, bindIsTest, bindLike, bindQuantifiedArray} from './bind-predicate.ts';
import {bindArraySubquery, bindExists, bindQuantifiedSubquery, bindScalarSubquery} from './bind-subquery.ts';
import {bindTypeName} from './bind-type-name.ts';
import {coerce, coerceToBoolean} from './coerce.ts';
import type {ExpressionContext} from './expression-context.ts';

export type ExpressionRules = Omit<ExpressionContext, 'bind' | 'with'>;

/** A place in which expressions can be bound. */
export function expressionContext(rules: ExpressionRules): ExpressionContext {
  const context: ExpressionContext = {
    ...rules,
    bind: e => bindExpression(context, e),
    with: changes => expressionContext({...rules, ...changes}),
  };
  return context;
}

/**
 * Resolves names, types, overloads and implicit casts of a scalar expression by PostgreSQL's rules. Literals, NULL and parameters may come
 * back with type unknown; see coerce.ts.
 */
function bindExpression(context: ExpressionContext, e: Expression): TypedExpression {
  const {statement} = context;
  const position = e.span.start;
  switch (e.kind) {
    case 'integer-literal':
    case 'decimal-literal':
    case 'string-literal':
    case 'bit-string-literal':
    case 'null-literal':
    case 'boolean-literal':
    case 'typed-literal':
      return bindLiteral(statement, e satisfies Literal);
    case 'column-ref':
      return bindColumnRef(context, e);
    case 'parameter':
      statement.note('parameter', position);
      return statement.at({kind: 'parameter', type: statement.parameters.use(e.index - 1, position), index: e.index - 1}, position);
    case 'unary':
      return bindUnary(context, e);
    case 'binary':
      return bindBinary(context, e);
    case 'and':
    case 'or': {
      const construct = e.kind.toUpperCase();
      const args = e.operands.map(o => coerceToBoolean(statement, context.bind(o), construct, o.span.start));
      return {kind: e.kind, type: T.bool, args};
    }
    case 'not':
      return not(coerceToBoolean(statement, context.bind(e.operand), 'NOT', e.operand.span.start));
    case 'is-test':
      return bindIsTest(context, e);
    case 'is-distinct-from':
      return distinctFrom(statement, context.bind(e.left), context.bind(e.right), e.negated, afterOperand(e.left));
    case 'between':
      return bindBetween(context, e);
    case 'in-list':
      return bindInList(context, e);
    case 'in-subquery': {
      const any = bindQuantifiedSubquery(context, e.operand, '=', 'any', e.query, afterOperand(e.operand));
      return e.negated ? not(any) : any;
    }
    case 'like':
      return bindLike(context, e);
    case 'quantified-array':
      return bindQuantifiedArray(context, e);
    case 'quantified-subquery':
      return bindQuantifiedSubquery(context, e.left, operatorSymbol(e.operator), e.quantifier, e.query, e.operator.span.start);
    case 'exists':
      return bindExists(context, e.query);
    case 'scalar-subquery':
      return bindScalarSubquery(context, e.query, position);
    case 'array-subquery':
      return bindArraySubquery(context, e.query, position);
    case 'array':
      return bindArray(context, e);
    case 'row':
      return bindRow(context, e);
    case 'case':
      return bindCase(context, e);
    case 'cast':
      return bindCast(context, e);
    case 'collate':
      return bindCollate(context, e);
    case 'at-time-zone':
      return bindAtTimeZone(context, e);
    case 'function-call':
      return bindFunctionCall(context, e);
    case 'subscript':
      return bindSubscript(context, e);
    case 'slice':
      return bindSlice(context, e);
    case 'field-access':
      return bindFieldAccess(context, e);
    case 'star':
      return bindRowStar(context, e);
    case 'field-star':
      throw sqlError('feature_not_supported', 'row expansion via "*" is not supported here', {position});
    case 'default':
      throw sqlError('syntax_error', 'DEFAULT is not allowed in this context', {position});
    case 'table-argument':
      throw sqlError('feature_not_supported', 'TABLE arguments are only supported for window table functions', {position});
    default:
      return unreachable(e);
  }
}

function bindCast(context: ExpressionContext, e: Cast): TypedExpression {
  const {statement} = context;
  const type = bindTypeName(statement, e.typeName);
  const array = e.operand.kind === 'array' && type.kind === 'array' ? bindArray(context, e.operand, type.element) : undefined;
  const operand = array ?? context.bind(e.operand);
  const position = operand.type.kind === 'unknown' ? e.operand.span.start : castPosition(e);
  return coerce(statement, operand, type, 'explicit', position);
}

/** Of the `::`, or of CAST. */
const castPosition = ({span, operand, typeName}: Cast) => (span.start < operand.span.start ? span.start : typeName.span.start - 2);

const KNOWN_COLLATIONS: ReadonlySet<string> = new Set(['default', 'C', 'POSIX', 'ucs_basic', 'C.UTF-8']);

/** Text is compared bytewise: collations that mean this, or the default, change nothing. */
function bindCollate(context: ExpressionContext, e: Collate): TypedExpression {
  const parts = e.collation.parts.map(p => p.name);
  const name = parts.at(-1) ?? '';
  if (!KNOWN_COLLATIONS.has(name)) {
    throw sqlError('undefined_object', `collation "${parts.join('.')}" for encoding "UTF8" does not exist`, {
      position: afterOperand(e.operand),
    });
  }
  const operand = context.bind(e.operand);
  return operand.type.kind === 'unknown' ? coerce(context.statement, operand, T.text, 'implicit') : operand;
}

function bindAtTimeZone(context: ExpressionContext, e: AtTimeZone): TypedExpression {
  const args = [context.bind(e.zone), context.bind(e.operand)];
  const position = afterOperand(e.operand);
  const resolved = resolveFunction(
    'timezone',
    args.map(a => a.type),
    {position},
  );
  if (resolved.kind !== 'call' || resolved.definition.kind !== 'function') throw new Error('internal error: timezone');
  return bindScalarCall(context, {...resolved, definition: resolved.definition}, args, position);
}

/** `t.*` as one value: the row. */
function bindRowStar(context: ExpressionContext, {qualifier, span}: Star): TypedExpression {
  const position = span.start;
  const table = qualifier.at(-1)?.name;
  if (table === undefined) throw sqlError('syntax_error', 'invalid use of "*"', {position});
  const found = findItem(context.scope, qualifier.at(-2)?.name, table, position);
  if (found === undefined) throw missingTable(context.scope, table, position);
  return fromOuterScope(wholeRow(found.item), found.depth);
}
