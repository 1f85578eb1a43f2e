import type {CallableDefinition, SetReturningDefinition} from '../../functions/definition.ts';
import {concreteType, isPolymorphic, parameterOid, type ParameterType} from '../../functions/parameter-type.ts';
import {AGGREGATES, FUNCTIONS, SET_RETURNING_FUNCTIONS, WINDOW_FUNCTIONS} from '../../functions/registry.ts';
import {formatTypeOid} from '../../types/format-type.ts';
import {arrayOidOf} from '../../types/oids.ts';
import {PG_SUPPORT_FUNCTIONS} from './pg-support-functions.ts';

/** A row of pg_proc: a definition of the registry, or a function that only other catalogs refer to. */
export type FunctionEntry = {
  readonly oid: number;
  readonly name: string;
  readonly argumentTypes: readonly number[];
  readonly returns: number;
  /** Type of the further arguments, 0 for none; `argumentTypes` ends with its array. */
  readonly variadic: number;
  readonly defaults: number;
  readonly strict: boolean;
  readonly volatility: 'i' | 's' | 'v';
  readonly kind: 'f' | 'a' | 'w';
  readonly returnsSet: boolean;
  /** Named result columns of a set-returning function that has several. */
  readonly outputs: readonly {readonly name: string; readonly type: number}[];
  readonly source: string;
  readonly doc: string | undefined;
};

const ANY = 2276;
const VOLATILITY = {immutable: 'i', stable: 's', volatile: 'v'} as const;

/** All functions, by OID. */
export const FUNCTION_ENTRIES: readonly FunctionEntry[] = collect();

const byOid = new Map(FUNCTION_ENTRIES.map(entry => [entry.oid, entry]));
const byName = new Map<string, FunctionEntry[]>();
for (const entry of FUNCTION_ENTRIES) {
  const list = byName.get(entry.name);
  if (list === undefined) byName.set(entry.name, [entry]);
  else list.push(entry);
}

export function functionEntry(oid: number): FunctionEntry | undefined {
  return byOid.get(oid);
}

export function functionEntriesNamed(name: string): readonly FunctionEntry[] {
  return byName.get(name) ?? [];
}

/** The OID of the only function of this name; 0 for '-'. */
export function supportFunctionOid(name: string): number {
  return byName.get(name)?.[0]?.oid ?? 0;
}

function collect(): readonly FunctionEntry[] {
  const entries = new Map<number, FunctionEntry>();
  for (const line of PG_SUPPORT_FUNCTIONS.trim().split('\n')) {
    const entry = readLine(line);
    entries.set(entry.oid, entry);
  }
  for (const definition of [...FUNCTIONS, ...AGGREGATES, ...SET_RETURNING_FUNCTIONS, ...WINDOW_FUNCTIONS])
    entries.set(definition.oid, entryOf(definition));
  return [...entries.values()].sort((a, b) => a.oid - b.oid);
}

function readLine(line: string): FunctionEntry {
  const [oid = '', name = '', returns = '', args = '', flags = ''] = line.split(' ');
  return {
    oid: Number(oid),
    name,
    argumentTypes: args === '-' ? [] : args.split(',').map(Number),
    returns: Number(returns),
    variadic: 0,
    defaults: 0,
    strict: flags.endsWith('s') && flags.length === 2,
    volatility: flags.slice(0, 1) as 'i' | 's' | 'v',
    kind: 'f',
    returnsSet: false,
    outputs: [],
    source: name,
    doc: undefined,
  };
}

function entryOf(definition: CallableDefinition): FunctionEntry {
  const ofRows = definition.kind === 'aggregate' || definition.kind === 'window';
  const {variadic} = definition;
  return {
    oid: definition.oid,
    name: definition.name,
    argumentTypes: [...definition.args.map(parameterOid), ...(variadic === undefined ? [] : [arrayOidFor(variadic)])],
    returns: parameterOid(definition.returns),
    variadic: variadic === undefined ? 0 : parameterOid(variadic),
    defaults: definition.defaults,
    strict: isStrict(definition),
    volatility: ofRows ? 'i' : VOLATILITY[definition.volatility],
    kind: definition.kind === 'aggregate' ? 'a' : definition.kind === 'window' ? 'w' : 'f',
    returnsSet: definition.kind === 'set-returning',
    outputs: definition.kind === 'set-returning' ? outputsOf(definition) : [],
    source: definition.id,
    doc: definition.doc,
  };
}

/** As PostgreSQL has it: aggregates never, window functions when they have arguments, but for the default of lag and lead. */
function isStrict(definition: CallableDefinition): boolean {
  if (definition.kind === 'aggregate') return false;
  return definition.kind === 'window' ? definition.args.length === 1 || definition.args.length === 2 : definition.strict;
}

function outputsOf({args, returns, columns}: SetReturningDefinition): FunctionEntry['outputs'] {
  if (returns.kind !== 'record' || args.some(isPolymorphic)) return [];
  return columns(args.map(concreteType)).map(c => ({name: c.name, type: parameterOid(c.type)}));
}

function arrayOidFor(type: ParameterType): number {
  switch (type.kind) {
    case 'any':
      return ANY;
    case 'anyelement':
    case 'anynonarray':
      return 2277;
    case 'anycompatible':
    case 'anycompatiblenonarray':
      return 5078;
    case 'anycompatiblearray':
      return parameterOid(type);
    default:
      return arrayOidOf(type);
  }
}

/** Types as `\df` prints them. */
export function argumentList(entry: FunctionEntry): string {
  return entry.argumentTypes
    .map((oid, i) => (entry.variadic !== 0 && i === entry.argumentTypes.length - 1 ? `VARIADIC ${typeText(oid)}` : typeText(oid)))
    .join(', ');
}

export function resultText(entry: FunctionEntry): string {
  if (entry.outputs.length > 1) return `TABLE(${entry.outputs.map(o => `${o.name} ${typeText(o.type)}`).join(', ')})`;
  return entry.returnsSet ? `SETOF ${typeText(entry.returns)}` : typeText(entry.returns);
}

function typeText(oid: number): string {
  if (oid === ANY) return '"any"';
  return formatTypeOid(oid) ?? '???';
}
