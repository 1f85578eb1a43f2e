import {sqlError} from '../../common/sql-error.ts';
import type {ArrayDatum, Datum, JsonbDatum, RowDatum} from '../../types/datum.ts';
import {formatDate, formatTimestamp, formatTimestamptz} from '../../types/date-time-text.ts';
import {elementOf, fieldTypesOf, inferType} from '../../types/infer-type.ts';
import {parseJsonb} from '../../types/json-parser.ts';
import {JSON_NULL, jsonbObject, type JsonValue} from '../../types/json-value.ts';
import {jsonbToValue} from '../../types/jsonb.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {encodeText} from '../../types/text-codec.ts';
import type {TextSettings} from '../../types/text-settings.ts';

/** A JSON string literal as PostgreSQL's escape_json writes it. */
export function jsonString(text: string): string {
  return JSON.stringify(text);
}

/** to_json: the compact text, composites with their field names, json and jsonb as they are. `lineFeeds`: between the outermost items. */
export function jsonText(value: Datum, declared: SqlType | undefined, settings: TextSettings, lineFeeds = false): string {
  const comma = lineFeeds ? ',\n ' : ',';
  if (value === null) return 'null';
  const type = declared === undefined || declared.kind === 'unknown' ? inferType(value) : declared;
  switch (type.kind) {
    case 'bool':
      return value === true ? 'true' : 'false';
    case 'int2':
    case 'int4':
    case 'int8':
    case 'numeric':
    case 'float4':
    case 'float8': {
      const text = encodeText(type, value, settings);
      return /^-?[0-9]/.test(text) ? text : jsonString(text);
    }
    case 'json':
      return value as string;
    case 'jsonb':
      return (value as JsonbDatum).text;
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return jsonString(isoText(type, value, settings));
    case 'array': {
      const items = (value as ArrayDatum).items;
      return `[${items.map(item => jsonText(item, elementOf(type, item), settings)).join(comma)}]`;
    }
    case 'int2vector':
    case 'oidvector':
    case 'anyarray': {
      const items = (value as ArrayDatum).items;
      return `[${items.map(item => jsonText(item, elementOf(type, item), settings)).join(comma)}]`;
    }
    case 'composite':
    case 'record': {
      const types = fieldTypesOf(type, value);
      const fields = (value as RowDatum).values.map(
        (field, i) => `${jsonString(fieldName(type, i))}:${jsonText(field, types[i], settings)}`,
      );
      return `{${fields.join(comma)}}`;
    }
    default:
      return jsonString(encodeText(type, value, settings));
  }
}

/** to_jsonb: the document as a tree. */
export function toJsonValue(value: Exclude<Datum, null>, declared: SqlType | undefined, settings: TextSettings): JsonValue {
  const type = declared === undefined || declared.kind === 'unknown' ? inferType(value) : declared;
  switch (type.kind) {
    case 'bool':
      return {kind: 'bool', value: value === true};
    case 'jsonb':
      return jsonbToValue(value as JsonbDatum);
    case 'json':
      return parseJsonb(value as string);
    case 'array':
    case 'int2vector':
    case 'oidvector':
    case 'anyarray': {
      const items = (value as ArrayDatum).items;
      return {kind: 'array', items: items.map(item => (item === null ? JSON_NULL : toJsonValue(item, elementOf(type, item), settings)))};
    }
    case 'composite':
    case 'record': {
      const types = fieldTypesOf(type, value);
      return jsonbObject(
        (value as RowDatum).values.map((field, i) => [
          fieldName(type, i),
          field === null ? JSON_NULL : toJsonValue(field, types[i], settings),
        ]),
      );
    }
    default:
      return parseJsonb(jsonText(value, type, settings));
  }
}

/** The text of a value used as an object's key. 22023 for values that cannot be one. */
export function jsonKeyText(value: Exclude<Datum, null>, declared: SqlType | undefined, settings: TextSettings): string {
  const type = declared === undefined || declared.kind === 'unknown' ? inferType(value) : declared;
  switch (type.kind) {
    case 'array':
    case 'composite':
    case 'record':
    case 'json':
    case 'jsonb':
      throw sqlError('invalid_parameter_value', 'key value must be scalar, not array, composite, or json');
    case 'bool':
      return value === true ? 'true' : 'false';
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return isoText(type, value, settings);
    default:
      return encodeText(type, value, settings);
  }
}

/** ISO 8601 with a `T`, and the offset with minutes. */
function isoText(type: SqlType, value: Datum, settings: TextSettings): string {
  if (type.kind === 'date') return formatDate(value as number);
  if (type.kind === 'timestamp') return formatTimestamp(value as bigint).replace(' ', 'T');
  const text = formatTimestamptz(value as bigint, settings).replace(' ', 'T');
  return text.replace(/([+-]\d\d)( BC)?$/, '$1:00$2');
}

function fieldName(type: SqlType, index: number): string {
  return (type.kind === 'composite' ? type.fields[index]?.name : undefined) ?? `f${index + 1}`;
}
