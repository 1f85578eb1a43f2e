import {AGGREGATES} from './aggregate/aggregates.ts';
import type {AggregateDefinition, CallableDefinition, FunctionDefinition, SetReturningDefinition, WindowDefinition} from './definition.ts';
import {GREATEST_BYTES} from './aggregate/greatest-bytes.ts';
import {KEY_FUNCTIONS} from './scalar/key-functions.ts';
import {SCALAR_FAMILIES} from './scalar/families.ts';
import {SET_RETURNING_FUNCTIONS} from './set-returning/set-returning-functions.ts';
import {WINDOW_FUNCTIONS} from './window/window-functions.ts';

/** Every definition, once. */
export const FUNCTIONS: readonly FunctionDefinition[] = SCALAR_FAMILIES.flat();
export {AGGREGATES, SET_RETURNING_FUNCTIONS, WINDOW_FUNCTIONS};

const byId = new Map<string, CallableDefinition>();
const byOid = new Map<number, CallableDefinition>();
const byName = new Map<string, CallableDefinition[]>();
const byOperator = new Map<string, FunctionDefinition[]>();

for (const definition of [...FUNCTIONS, ...AGGREGATES, ...SET_RETURNING_FUNCTIONS, ...WINDOW_FUNCTIONS]) {
  if (byId.has(definition.id)) throw new Error(`two functions have the id ${definition.id}`);
  if (byOid.has(definition.oid))
    throw new Error(`two functions have the OID ${definition.oid}: ${definition.id}, ${byOid.get(definition.oid)?.id}`);
  byId.set(definition.id, definition);
  byOid.set(definition.oid, definition);
  append(byName, definition.name, definition);
  if (definition.kind === 'function' && definition.operator !== undefined) {
    append(byOperator, operatorKey(definition.operator, definition.args.length), definition);
  }
}

// What only plans refer to: by id, never by a name.
for (const definition of [...KEY_FUNCTIONS, GREATEST_BYTES]) byId.set(definition.id, definition);

/** Everything that can be called by this (lower-case) name: functions, aggregates, set-returning functions. */
export function functionsNamed(name: string): readonly CallableDefinition[] {
  return byName.get(name) ?? [];
}

/** Operators other than comparisons, which are expressions of their own (see comparison-operators.ts). */
export function operatorsNamed(symbol: string, arity: 1 | 2): readonly FunctionDefinition[] {
  return byOperator.get(operatorKey(symbol, arity)) ?? [];
}

/** The scalar function with this id; an unknown id is a defect. */
export function functionById(id: string): FunctionDefinition {
  const definition = byId.get(id);
  if (definition?.kind !== 'function') throw new Error(`internal error: no function ${id}`);
  return definition;
}

export function aggregateById(id: string): AggregateDefinition {
  const definition = byId.get(id);
  if (definition?.kind !== 'aggregate') throw new Error(`internal error: no aggregate ${id}`);
  return definition;
}

export function setReturningById(id: string): SetReturningDefinition {
  const definition = byId.get(id);
  if (definition?.kind !== 'set-returning') throw new Error(`internal error: no set-returning function ${id}`);
  return definition;
}

export function windowFunctionById(id: string): WindowDefinition {
  const definition = byId.get(id);
  if (definition?.kind !== 'window') throw new Error(`internal error: no window function ${id}`);
  return definition;
}

/** A window function, or an aggregate that is called as one. */
export function callableById(id: string): CallableDefinition {
  const definition = byId.get(id);
  if (definition === undefined) throw new Error(`internal error: no function ${id}`);
  return definition;
}

export function definitionByOid(oid: number): CallableDefinition | undefined {
  return byOid.get(oid);
}

function operatorKey(symbol: string, arity: number): string {
  return `${symbol}/${arity}`;
}

function append<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
