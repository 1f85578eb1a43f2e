import {castContext} from '../types/cast-context.ts';
import {T, sameType, type SqlType} from '../types/sql-type.ts';
import {isPreferred, typeCategory} from '../types/type-category.ts';
import {isPolymorphic, isPolymorphicKind, type ParameterType} from './parameter-type.ts';
import {concreteSignature, elementType, withoutModifiers} from './polymorphism.ts';

/** Anything with one parameter for each argument of a call. */
export type Candidate = {readonly parameters: readonly ParameterType[]};

/** The best of several overloads for arguments that none matches exactly: PostgreSQL's func_match_argtypes and func_select_candidate. */
export function chooseCandidate<C extends Candidate>(candidates: readonly C[], args: readonly SqlType[]): C | 'none' | 'ambiguous' {
  const applicable = candidates.filter(({parameters}) => accepts(parameters, args));
  const [only] = applicable;
  if (only === undefined) return 'none';
  if (applicable.length === 1) return only;
  return (
    single(best(applicable, c => count(args, (arg, i) => isExact(c.parameters[i], arg)))) ??
    byPreference(
      best(applicable, c => count(args, (arg, i) => isExact(c.parameters[i], arg))),
      args,
    )
  );
}

function byPreference<C extends Candidate>(exact: readonly C[], args: readonly SqlType[]): C | 'ambiguous' {
  const preferred = best(exact, c => count(args, (arg, i) => isExact(c.parameters[i], arg) || isPreferredFor(c.parameters[i], arg)));
  if (preferred.length === 1 && preferred[0] !== undefined) return preferred[0];
  if (!args.some(arg => arg.kind === 'unknown')) return 'ambiguous';
  const byCategory = unknownsByCategory(preferred, args);
  if (byCategory?.length === 1 && byCategory[0] !== undefined) return byCategory[0];
  return unknownsLikeKnown(byCategory ?? preferred, args) ?? 'ambiguous';
}

/** Each unknown argument takes the string category if any candidate does, else the one category that all have. */
function unknownsByCategory<C extends Candidate>(candidates: readonly C[], args: readonly SqlType[]): readonly C[] | undefined {
  const wanted = new Map<number, {readonly category: string; readonly preferred: boolean}>();
  for (const [i, arg] of args.entries()) {
    if (arg.kind !== 'unknown') continue;
    const types = candidates.map(c => c.parameters[i]).filter(type => type !== undefined);
    const categories = new Set(types.map(categoryOf));
    const category = categories.has('S') ? 'S' : categories.size === 1 ? [...categories][0] : undefined;
    if (category === undefined) return undefined;
    wanted.set(i, {category, preferred: types.some(type => categoryOf(type) === category && isPreferredParameter(type))});
  }
  const kept = candidates.filter(c =>
    [...wanted].every(([i, {category, preferred}]) => {
      const type = c.parameters[i];
      return type !== undefined && categoryOf(type) === category && (!preferred || isPreferredParameter(type));
    }),
  );
  return kept.length > 0 ? kept : undefined;
}

/** If all known arguments have one type, the unknown ones are taken to have it too. */
function unknownsLikeKnown<C extends Candidate>(candidates: readonly C[], args: readonly SqlType[]): C | undefined {
  const known = args.filter(arg => arg.kind !== 'unknown');
  const [first] = known;
  if (first === undefined || !known.every(arg => sameType(withoutModifiers(arg), withoutModifiers(first)))) return undefined;
  return single(
    candidates.filter(({parameters}) =>
      accepts(
        parameters,
        args.map(() => first),
      ),
    ),
  );
}

function accepts(parameters: readonly ParameterType[], args: readonly SqlType[]): boolean {
  if (parameters.length !== args.length) return false;
  const fits = parameters.every((parameter, i) => {
    const arg = args[i];
    if (arg === undefined) return false;
    if (arg.kind === 'unknown') return true;
    if (parameter.kind === 'anyarray' || parameter.kind === 'anycompatiblearray') return elementType(arg) !== undefined;
    if (isPolymorphicKind(parameter.kind)) return true;
    return castContext(arg, parameter as SqlType) === 'implicit';
  });
  // Several overloads may differ only in how their polymorphic parameters agree (anyarray || anyelement).
  return fits && (!parameters.some(isPolymorphic) || concreteSignature(parameters, T.void, args) !== 'disagree');
}

function isExact(parameter: ParameterType | undefined, arg: SqlType): boolean {
  if (parameter === undefined || arg.kind === 'unknown' || parameter.kind !== arg.kind) return false;
  return parameter.kind !== 'array' || sameType(withoutModifiers(parameter), withoutModifiers(arg));
}

function isPreferredFor(parameter: ParameterType | undefined, arg: SqlType): boolean {
  if (parameter === undefined || arg.kind === 'unknown') return false;
  return isPreferredParameter(parameter) && categoryOf(parameter) === typeCategory(arg);
}

function isPreferredParameter(parameter: ParameterType): boolean {
  return !isPolymorphicKind(parameter.kind) && isPreferred(parameter as SqlType);
}

function categoryOf(parameter: ParameterType): string {
  return isPolymorphicKind(parameter.kind) ? 'P' : typeCategory(parameter as SqlType);
}

function best<C>(candidates: readonly C[], score: (candidate: C) => number): readonly C[] {
  const highest = Math.max(...candidates.map(score));
  return candidates.filter(candidate => score(candidate) === highest);
}

function count(args: readonly SqlType[], matches: (arg: SqlType, index: number) => boolean): number {
  let n = 0;
  for (const [i, arg] of args.entries()) if (matches(arg, i)) n++;
  return n;
}

function single<C>(list: readonly C[]): C | undefined {
  return list.length === 1 ? list[0] : undefined;
}
