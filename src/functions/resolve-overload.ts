import {sqlError, type SqlErrorFields} from '../common/sql-error.ts';
import {castContext} from '../types/cast-context.ts';
import {builtinType, formatTypeName} from '../types/format-type.ts';
import {T, sameType, type SqlType} from '../types/sql-type.ts';
import {isString, typeCategory} from '../types/type-category.ts';
import {comparisonSignatures, isComparisonSymbol, type ComparisonSymbol} from './comparison-operators.ts';
import type {CallableDefinition, FunctionDefinition} from './definition.ts';
import {type ParameterType} from './parameter-type.ts';
import {concreteSignature, withoutModifiers} from './polymorphism.ts';
import {functionsNamed, operatorsNamed} from './registry.ts';
import {chooseCandidate, type Candidate} from './select-candidate.ts';

/** A resolved call: the definition, the type each argument is to be cast to, and the result's type. */
export type ResolvedCall<D = CallableDefinition> = {
  readonly kind: 'call';
  readonly definition: D;
  readonly argTypes: readonly SqlType[];
  readonly returns: SqlType;
};
/** `text(x)`: a call that is a cast of its argument. */
export type ResolvedCast = {readonly kind: 'cast'; readonly type: SqlType};
export type ResolvedComparison = {readonly kind: 'compare'; readonly common: SqlType};

type Where = Pick<SqlErrorFields, 'position'>;

const FUNCTION_HINT = 'No function matches the given name and argument types. You might need to add explicit type casts.';
const OPERATOR_HINT = 'No operator matches the given name and argument types. You might need to add explicit type casts.';

/**
 * Finds the function, aggregate or set-returning function that a call means (PostgreSQL 10.3). Literals and parameters of undetermined type
 * are `unknown`. `name` is lower case, without schema. `asVariadic`: the last argument was written VARIADIC.
 * Errors: 42883 when there is none, 42725 when several fit equally.
 */
export function resolveFunction(
  name: string,
  args: readonly SqlType[],
  {position, asVariadic = false}: Where & {readonly asVariadic?: boolean} = {},
): ResolvedCall | ResolvedCast {
  const candidates = functionsNamed(name).flatMap(definition => {
    const parameters = parametersFor(definition, args.length, asVariadic);
    return parameters === undefined ? [] : [{definition, parameters}];
  });
  const exact = exactMatch(candidates, args);
  if (exact === undefined) {
    const cast = castByName(name, args);
    if (cast !== undefined) return cast;
  }
  const chosen = exact ?? chooseCandidate(candidates, args);
  const signature = () => `${name}(${args.map(formatTypeName).join(', ')})`;
  if (chosen === 'none') {
    throw sqlError('undefined_function', `function ${signature()} does not exist`, {position, hint: FUNCTION_HINT});
  }
  if (chosen === 'ambiguous') {
    throw sqlError('ambiguous_function', `function ${signature()} is not unique`, {
      position,
      hint: 'Could not choose a best candidate function. You might need to add explicit type casts.',
    });
  }
  const resolved = resolvedCall(chosen, args);
  if (resolved === undefined) throw undetermined(position);
  return resolved;
}

/**
 * Finds the operator that an expression means (PostgreSQL 10.2); `left` is undefined for prefix operators. Comparison symbols give the
 * common type in which to compare. Errors as for functions.
 */
export function resolveOperator(
  symbol: string,
  left: SqlType | undefined,
  right: SqlType,
  {position}: Where = {},
): ResolvedCall<FunctionDefinition> | ResolvedComparison {
  if (left !== undefined && isComparisonSymbol(symbol)) return resolveComparison(symbol, left, right, {position});
  const args = left === undefined ? [right] : [left, right];
  const candidates = operatorsNamed(symbol, left === undefined ? 1 : 2).map(definition => ({definition, parameters: definition.args}));
  const chosen = chooseOperator(candidates, args);
  if (typeof chosen === 'string') throw noOperator(chosen, symbol, left, right, position);
  const resolved = resolvedCall(chosen, args);
  if (resolved === undefined) throw noOperator('none', symbol, left, right, position);
  return resolved;
}

/** The common type of a comparison; used for =, <>, <, <=, >, >=, IN, BETWEEN, NULLIF, IS DISTINCT FROM and join keys. */
export function resolveComparison(symbol: ComparisonSymbol, left: SqlType, right: SqlType, {position}: Where = {}): ResolvedComparison {
  const structural = structuralComparison(left, right);
  if (structural !== undefined) return {kind: 'compare', common: structural};
  const candidates = comparisonSignatures(symbol).map(signature => ({signature, parameters: [signature.left, signature.right]}));
  const chosen = chooseOperator(candidates, [left, right]);
  if (typeof chosen === 'string') throw noOperator(chosen, symbol, left, right, position);
  // bpchar compares without trailing blanks, so a length must not cut the other side.
  return {kind: 'compare', common: chosen.signature.common};
}

/** Arrays, rows and enumerations of catalog types: comparable when both sides agree. */
function structuralComparison(left: SqlType, right: SqlType): SqlType | undefined {
  const known = left.kind === 'unknown' ? right : left;
  if (known.kind === 'array') {
    const other = known === left ? right : left;
    if (other.kind === 'unknown' || sameType(withoutModifiers(other), withoutModifiers(known))) return withoutModifiers(known);
    if (castContext(other, known) === 'implicit') return withoutModifiers(known);
    return undefined;
  }
  if (left.kind === 'composite' && right.kind === 'composite') return left.fields.length === right.fields.length ? left : undefined;
  if (left.kind === 'record' && right.kind === 'record') return left;
  if (left.kind === 'composite' && right.kind === 'unknown') return left;
  if (right.kind === 'composite' && left.kind === 'unknown') return right;
  return undefined;
}

function chooseOperator<C extends Candidate>(candidates: readonly C[], args: readonly SqlType[]): C | 'none' | 'ambiguous' {
  const exact = exactMatch(candidates, args);
  if (exact !== undefined) return exact;
  // An unknown operand is first taken to have the other operand's type.
  const [left, right] = args;
  if (left !== undefined && right !== undefined && (left.kind === 'unknown') !== (right.kind === 'unknown')) {
    const known = left.kind === 'unknown' ? right : left;
    const assumed = exactMatch(candidates, [known, known]);
    if (assumed !== undefined) return assumed;
  }
  return chooseCandidate(candidates, args);
}

/** Varchar and its like have no operators of their own: they count as text. */
function exactMatch<C extends Candidate>(candidates: readonly C[], args: readonly SqlType[]): C | undefined {
  return candidates.find(
    ({parameters}) =>
      parameters.length === args.length &&
      parameters.every((parameter, i) => parameter.kind === args[i]?.kind && sameBase(parameter, args[i])),
  );
}

function sameBase(parameter: ParameterType, arg: SqlType | undefined): boolean {
  if (arg === undefined) return false;
  return parameter.kind !== 'array' || sameType(withoutModifiers(parameter), withoutModifiers(arg));
}

function parametersFor(definition: CallableDefinition, count: number, asVariadic: boolean): readonly ParameterType[] | undefined {
  const {args, variadic, defaults} = definition;
  if (asVariadic) {
    if (variadic === undefined || count !== args.length + 1) return undefined;
    return [...args, variadic.kind === 'any' ? T.anyarray : ({kind: 'array', element: variadic} as SqlType)];
  }
  if (variadic === undefined) return count <= args.length && count >= args.length - defaults ? args.slice(0, count) : undefined;
  if (count <= args.length) return undefined;
  return [...args, ...Array.from({length: count - args.length}, () => variadic)];
}

function resolvedCall<C extends {readonly definition: CallableDefinition; readonly parameters: readonly ParameterType[]}>(
  {definition, parameters}: C,
  args: readonly SqlType[],
): ResolvedCall<C['definition']> | undefined {
  const concrete = concreteSignature(parameters, definition.returns, args);
  if (typeof concrete === 'string') return undefined;
  const returns = definition.returnType?.(concrete.args) ?? concrete.returns;
  return {kind: 'call', definition, argTypes: concrete.args, returns};
}

/** `date('2024-01-01')`, `text(5)`: only where the cast needs no conversion function or goes through text, as in PostgreSQL. */
function castByName(name: string, args: readonly SqlType[]): ResolvedCast | undefined {
  const [arg] = args;
  if (arg === undefined || args.length !== 1) return undefined;
  const type = builtinType([name]);
  if (type === undefined || type.kind === 'unknown') return undefined;
  if (arg.kind === 'unknown' || sameType(arg, type)) return {kind: 'cast', type};
  const context = castContext(arg, type);
  if (context === undefined) return undefined;
  const throughText = isString(arg) || isString(type);
  // pg_cast's functions carry the target's name (int4(int8), date(timestamp)), so those calls are casts as well.
  return throughText && typeCategory(arg) !== 'S' && typeCategory(type) !== 'S' ? undefined : {kind: 'cast', type};
}

function noOperator(why: 'none' | 'ambiguous', symbol: string, left: SqlType | undefined, right: SqlType, position: number | undefined) {
  const text = [left && formatTypeName(left), symbol, formatTypeName(right)].filter(part => part !== undefined).join(' ');
  if (why === 'none') return sqlError('undefined_function', `operator does not exist: ${text}`, {position, hint: OPERATOR_HINT});
  return sqlError('ambiguous_function', `operator is not unique: ${text}`, {
    position,
    hint: 'Could not choose a best candidate operator. You might need to add explicit type casts.',
  });
}

function undetermined(position: number | undefined) {
  return sqlError('datatype_mismatch', 'could not determine polymorphic type because input has type unknown', {position});
}
