import {sameType, T, arrayOf, type SqlType} from '../types/sql-type.ts';
import {castContext} from '../types/cast-context.ts';
import {isPreferred, typeCategory} from '../types/type-category.ts';
import {isPolymorphicKind, type ParameterType} from './parameter-type.ts';

/** The argument types of a call after polymorphic parameters were made concrete, and its result type. */
export type ConcreteSignature = {readonly args: readonly SqlType[]; readonly returns: SqlType};

/**
 * Makes the polymorphic parameters of a signature concrete for the given arguments (PostgreSQL 38.2.5): all anyelement and anyarray
 * parameters agree exactly, all anycompatible ones on their common type; unknown literals follow the others, for anycompatible they are text
 * when nothing else is known. `parameters` has one entry for each argument.
 */
export function concreteSignature(
  parameters: readonly ParameterType[],
  returns: ParameterType,
  args: readonly SqlType[],
): ConcreteSignature | 'disagree' | 'undetermined' {
  const element = simpleElement(parameters, args);
  if (element === null) return 'disagree';
  const compatible = compatibleElement(parameters, args);
  if (compatible === null) return 'disagree';
  if (element === undefined && parameters.some(isSimplyPolymorphic)) return 'undetermined';
  const concrete: SqlType[] = [];
  for (const [i, parameter] of parameters.entries()) {
    const arg = args[i] ?? T.unknown;
    const type = concreteParameter(parameter, arg, element, compatible);
    if (type === undefined) return 'disagree';
    concrete.push(type);
  }
  const result = concreteResult(returns, element, compatible);
  return result === undefined ? 'undetermined' : {args: concrete, returns: result};
}

function isSimplyPolymorphic({kind}: ParameterType): boolean {
  return kind === 'anyelement' || kind === 'anynonarray' || kind === 'anyarray';
}

function concreteParameter(
  parameter: ParameterType,
  arg: SqlType,
  element: SqlType | undefined,
  compatible: SqlType | undefined,
): SqlType | undefined {
  switch (parameter.kind) {
    case 'any':
      return arg.kind === 'unknown' ? T.text : arg;
    case 'anyelement':
      return element ?? T.text;
    case 'anynonarray':
      return element?.kind === 'array' ? undefined : (element ?? T.text);
    case 'anyarray':
      if (element === undefined) return undefined;
      return isVector(arg) ? arg : arrayOf(element);
    case 'anycompatible':
      return compatible ?? T.text;
    case 'anycompatiblenonarray':
      return compatible?.kind === 'array' ? undefined : (compatible ?? T.text);
    case 'anycompatiblearray':
      return arrayOf(compatible ?? T.text);
    case 'record':
      // A row keeps the names of its fields.
      return arg.kind === 'composite' ? arg : parameter;
    default:
      return isPolymorphicKind(parameter.kind) ? undefined : (parameter as SqlType);
  }
}

function concreteResult(returns: ParameterType, element: SqlType | undefined, compatible: SqlType | undefined): SqlType | undefined {
  switch (returns.kind) {
    case 'anyelement':
    case 'anynonarray':
      return element ?? T.text;
    case 'anyarray':
      return arrayOf(element ?? T.text);
    case 'anycompatible':
    case 'anycompatiblenonarray':
      return compatible ?? T.text;
    case 'anycompatiblearray':
      return arrayOf(compatible ?? T.text);
    default:
      return isPolymorphicKind(returns.kind) ? undefined : (returns as SqlType);
  }
}

/** The type that anyelement stands for; undefined when no argument says it, null when arguments disagree. */
function simpleElement(parameters: readonly ParameterType[], args: readonly SqlType[]): SqlType | undefined | null {
  let element: SqlType | undefined;
  for (const [i, parameter] of parameters.entries()) {
    const arg = args[i];
    if (arg === undefined || arg.kind === 'unknown') continue;
    let candidate: SqlType | undefined;
    if (parameter.kind === 'anyelement' || parameter.kind === 'anynonarray') candidate = arg;
    else if (parameter.kind === 'anyarray') {
      candidate = elementType(arg);
      if (candidate === undefined) return null;
    } else continue;
    candidate = withoutModifiers(candidate);
    if (element !== undefined && !sameType(element, candidate)) return null;
    element = candidate;
  }
  return element;
}

function compatibleElement(parameters: readonly ParameterType[], args: readonly SqlType[]): SqlType | undefined | null {
  const types: SqlType[] = [];
  for (const [i, parameter] of parameters.entries()) {
    const arg = args[i];
    if (arg === undefined || arg.kind === 'unknown') continue;
    if (parameter.kind === 'anycompatible' || parameter.kind === 'anycompatiblenonarray') types.push(arg);
    else if (parameter.kind === 'anycompatiblearray') {
      const element = elementType(arg);
      if (element === undefined) return null;
      types.push(element);
    }
  }
  if (types.length === 0) return undefined;
  return commonType(types) ?? null;
}

/** Element type of an array, or of the array-like catalog vectors. */
export function elementType(type: SqlType): SqlType | undefined {
  if (type.kind === 'array') return type.element;
  if (type.kind === 'int2vector') return T.int2;
  if (type.kind === 'oidvector') return T.oid;
  if (type.kind === 'anyarray') return T.text;
  return undefined;
}

export function withoutModifiers(type: SqlType): SqlType {
  switch (type.kind) {
    case 'numeric':
      return T.numeric;
    case 'varchar':
      return T.varchar;
    case 'bpchar':
      return T.bpchar;
    case 'array':
      return arrayOf(withoutModifiers(type.element));
    default:
      return type;
  }
}

/**
 * The common type of UNION, CASE, COALESCE, VALUES, ARRAY and anycompatible (PostgreSQL 10.5); undefined when there is none. All unknown
 * gives text; a type keeps its modifiers when all agree.
 */
export function commonType(types: readonly SqlType[]): SqlType | undefined {
  const known = types.filter(type => type.kind !== 'unknown');
  const [first, ...rest] = known;
  if (first === undefined) return T.text;
  if (known.length === types.length && rest.every(type => sameType(type, first))) return first;
  let chosen = withoutModifiers(first);
  for (const next of rest) {
    const type = withoutModifiers(next);
    if (sameType(type, chosen)) continue;
    if (typeCategory(type) !== typeCategory(chosen)) {
      // PostgreSQL compares categories first and gives up; record and composites are the exception that castContext knows.
      return undefined;
    }
    if (!isPreferred(chosen) && castContext(chosen, type) === 'implicit' && castContext(type, chosen) !== 'implicit') chosen = type;
  }
  return known.every(type => castContext(type, chosen) === 'implicit') ? chosen : undefined;
}

function isVector(type: SqlType): boolean {
  return type.kind === 'int2vector' || type.kind === 'oidvector';
}
