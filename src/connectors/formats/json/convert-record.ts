import type {Datum} from '../../../types/datum.ts';
import type {SqlType} from '../../../types/sql-type.ts';
import {type ConversionContext, convertScalar, describe} from './convert-value.ts';
import type {JsonNode, JsonObjectNode} from './json-node.ts';
import {RejectedValue} from './rejected-value.ts';

/** What conversion needs to know of a column or field; a FieldNode is one. */
export type NamedType = {readonly name: string; readonly type: SqlType};

const lowerCase = (key: string): string => key.replaceAll(/[A-Z]/g, c => c.toLowerCase());

/**
 * The value of each field in an object, undefined = no such key. A key belongs to the field of exactly its name, else to the only field
 * of its name but for the case of ASCII letters; a field whose exact name occurs takes that; of a key that is repeated the last counts.
 * `path` is put before the field's name in a rejection.
 */
export function matchKeys(object: JsonObjectNode, fields: readonly NamedType[], path: string): (JsonNode | undefined)[] {
  const exact = new Map(fields.map((f, i) => [f.name, i]));
  const values: (JsonNode | undefined)[] = fields.map(() => undefined);
  const spelling: (string | undefined)[] = fields.map(() => undefined);
  object.keys.forEach((key, i) => {
    const field = exact.get(key);
    if (field === undefined) return;
    values[field] = object.values[i];
    spelling[field] = key;
  });
  object.keys.forEach((key, i) => {
    if (exact.has(key)) return;
    const folded = lowerCase(key);
    const alike = fields.flatMap((f, j) => (f.name.length === key.length && lowerCase(f.name) === folded ? [j] : []));
    if (alike.length === 0) return;
    if (alike.length > 1) {
      const names = alike.map(j => `"${fields[j]!.name}"`).join(' and ');
      throw new RejectedValue(`the key ${JSON.stringify(key)} matches ${names}`, path);
    }
    const field = alike[0]!;
    const before = spelling[field];
    if (before === fields[field]!.name) return;
    if (before !== undefined && before !== key) {
      const name = path === '' ? fields[field]!.name : `${path}.${fields[field]!.name}`;
      throw new RejectedValue(`the keys ${JSON.stringify(before)} and ${JSON.stringify(key)} both match`, name);
    }
    values[field] = object.values[i];
    spelling[field] = key;
  });
  return values;
}

/** The value of any type: as convertScalar, and arrays and composites from JSON arrays and objects. */
export function convertValue(node: JsonNode, type: SqlType, context: ConversionContext): Datum {
  if (node.kind === 'null') return null;
  if (type.kind === 'array') {
    if (node.kind !== 'array') throw new RejectedValue(describe(node, type, context), context.path);
    const items = node.items.map((item, i) => convertValue(item, type.element, {...context, path: `${context.path}[${i + 1}]`}));
    return {tag: 'array', items};
  }
  if (type.kind === 'composite') {
    if (node.kind !== 'object') throw new RejectedValue(describe(node, type, context), context.path);
    const found = matchKeys(node, type.fields, context.path);
    const values = type.fields.map((f, i) => {
      const value = found[i];
      return value === undefined ? null : convertValue(value, f.type, {...context, path: `${context.path}.${f.name}`});
    });
    return {tag: 'row', values};
  }
  return convertScalar(node, type, context);
}
