import type {Datum} from './datum.ts';
import {T, arrayOf, type SqlType} from './sql-type.ts';

/**
 * The type that a value has by its JavaScript shape. Only for anonymous records and `anyarray`, whose declaration does not say what is in
 * them; numbers become double precision, bigints bigint.
 */
export function inferType(datum: Datum): SqlType {
  if (datum === null) return T.text;
  switch (typeof datum) {
    case 'boolean':
      return T.bool;
    case 'number':
      return T.float8;
    case 'bigint':
      return T.int8;
    case 'string':
      return T.text;
    default:
      break;
  }
  if (datum instanceof Uint8Array) return T.bytea;
  switch (datum.tag) {
    case 'decimal':
      return T.numeric;
    case 'interval':
      return T.interval;
    case 'jsonb':
      return T.jsonb;
    case 'array':
      return arrayOf(inferType(datum.items.find(item => item !== null) ?? null));
    case 'row':
      return {kind: 'composite', fields: datum.values.map((value, i) => ({name: `f${i + 1}`, type: inferType(value)}))};
  }
}

/** The element type of an array-like type. */
export function elementOf(type: SqlType, datum: Datum): SqlType {
  switch (type.kind) {
    case 'array':
      return type.element;
    case 'int2vector':
      return T.int2;
    case 'oidvector':
      return T.oid;
    default: {
      const inferred = inferType(datum);
      return inferred.kind === 'array' ? inferred.element : T.text;
    }
  }
}

/** The field types of a row: those of a composite type, or what the values look like. */
export function fieldTypesOf(type: SqlType, datum: Datum): readonly SqlType[] {
  const row = type.kind === 'composite' ? type : inferType(datum);
  return row.kind === 'composite' ? row.fields.map(field => field.type) : [];
}
