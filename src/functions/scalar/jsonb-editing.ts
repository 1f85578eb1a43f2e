import {sqlError} from '../../common/sql-error.ts';
import type {JsonbDatum} from '../../types/datum.ts';
import {jsonElements, jsonEntries, jsonTypeof, pathIndex} from '../../types/json-access.ts';
import {jsonbObject, writeJsonb, type JsonEntry, type JsonValue} from '../../types/json-value.ts';
import {jsonbFromValue, jsonbToValue} from '../../types/jsonb.ts';

export type SetOptions = {
  /** Add what is missing at the last step. */
  readonly create: boolean;
  /** jsonb_insert: never replace; into arrays before or `after` the index. */
  readonly insert: boolean;
  readonly after: boolean;
};

/** jsonb_set, jsonb_insert. A path that leads nowhere changes nothing. 22023 for scalars; 22P02 for steps into arrays that are no integers. */
export function jsonbSet(datum: JsonbDatum, path: readonly (string | null)[], value: JsonbDatum, options: SetOptions): JsonbDatum {
  const target = jsonbToValue(datum);
  if (target.kind !== 'object' && target.kind !== 'array') throw sqlError('invalid_parameter_value', 'cannot set path in scalar');
  const size = target.kind === 'object' ? target.entries.length : target.items.length;
  if (path.length === 0 || (size === 0 && !options.create)) return datum;
  return jsonbFromValue(setIn(target, path, 0, jsonbToValue(value), options));
}

function setIn(target: JsonValue, path: readonly (string | null)[], depth: number, value: JsonValue, options: SetOptions): JsonValue {
  const step = path[depth] ?? null;
  if (step === null) throw sqlError('null_value_not_allowed', `path element at position ${depth + 1} is null`);
  const last = depth === path.length - 1;
  if (target.kind === 'object') return setMember(target.entries, step, path, depth, value, options);
  if (target.kind !== 'array') return target;
  const index = pathIndex(step);
  if (index === undefined) {
    throw sqlError('invalid_text_representation', `path element at position ${depth + 1} is not an integer: "${step}"`);
  }
  const {items} = target;
  const at = index < 0 ? items.length + index : index;
  const existing = items[at];
  if (!last)
    return existing === undefined ? target : {kind: 'array', items: items.with(at, setIn(existing, path, depth + 1, value, options))};
  if (existing === undefined) {
    if (!options.create) return target;
    return {kind: 'array', items: at < 0 ? [value, ...items] : [...items, value]};
  }
  if (!options.insert) return {kind: 'array', items: items.with(at, value)};
  return {kind: 'array', items: items.toSpliced(options.after ? at + 1 : at, 0, value)};
}

function setMember(
  entries: readonly JsonEntry[],
  key: string,
  path: readonly (string | null)[],
  depth: number,
  value: JsonValue,
  options: SetOptions,
): JsonValue {
  const at = entries.findIndex(([name]) => name === key);
  const existing = entries[at]?.[1];
  const last = depth === path.length - 1;
  if (existing === undefined) return jsonbObject(last && options.create ? [...entries, [key, value]] : entries);
  if (!last) return {kind: 'object', entries: entries.with(at, [key, setIn(existing, path, depth + 1, value, options)])};
  if (options.insert) {
    throw sqlError('invalid_parameter_value', 'cannot replace existing key', {
      hint: 'Try using the function jsonb_set to replace key value.',
    });
  }
  return {kind: 'object', entries: entries.with(at, [key, value])};
}

export function jsonbStripNulls(datum: JsonbDatum): JsonbDatum {
  return jsonbFromValue(stripNulls(jsonbToValue(datum)));
}

function stripNulls(value: JsonValue): JsonValue {
  if (value.kind === 'array') return {kind: 'array', items: value.items.map(stripNulls)};
  if (value.kind !== 'object') return value;
  return {
    kind: 'object',
    entries: value.entries.filter(([, member]) => member.kind !== 'null').map(([key, member]): JsonEntry => [key, stripNulls(member)]),
  };
}

/** json_strip_nulls: compact text, numbers and strings as they were written. */
export function jsonStripNulls(text: string): string {
  switch (jsonTypeof(text)) {
    case 'array':
      return `[${jsonElements(text).map(jsonStripNulls).join(',')}]`;
    case 'object': {
      const kept = jsonEntries(text).filter(([, value]) => jsonTypeof(value) !== 'null');
      return `{${kept.map(([key, value]) => `${JSON.stringify(key)}:${jsonStripNulls(value)}`).join(',')}}`;
    }
    default:
      return text.trim();
  }
}

/** jsonb_pretty: four blanks a level. */
export function jsonbPretty(datum: JsonbDatum): string {
  return pretty(jsonbToValue(datum), '');
}

function pretty(value: JsonValue, indent: string): string {
  const inner = `${indent}    `;
  if (value.kind === 'array') {
    return value.items.length === 0
      ? `[\n${indent}]`
      : `[\n${value.items.map(item => inner + pretty(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (value.kind !== 'object') return writeJsonb(value);
  const members = value.entries.map(([key, member]) => `${inner}${JSON.stringify(key)}: ${pretty(member, inner)}`);
  return members.length === 0 ? `{\n${indent}}` : `{\n${members.join(',\n')}\n${indent}}`;
}
