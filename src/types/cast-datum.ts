import {sqlError} from '../common/sql-error.ts';
import {castContext} from './cast-context.ts';
import {castDateTime, isDateTimeKind} from './cast-date-time.ts';
import {castJsonbToScalar} from './cast-json.ts';
import {castNumber, isNumberKind} from './cast-number.ts';
import {castFromOid, castToOid, isOidKind} from './cast-oid.ts';
import {castToString, charToInt, intToChar} from './cast-string.ts';
import {asArray, asBool, asJsonb, asRow, asString} from './datum-kind.ts';
import type {Datum} from './datum.ts';
import {formatType, formatTypeName} from './format-type.ts';
import {elementOf, fieldTypesOf} from './infer-type.ts';
import {jsonbFromText} from './jsonb.ts';
import {sameType, type SqlType} from './sql-type.ts';
import {decodeText} from './text-codec.ts';
import {UTC_SETTINGS, type TextSettings} from './text-settings.ts';
import {isString} from './type-category.ts';

export type CastOptions = {
  /** Whether the cast was written: only then is a text cut silently to the length of varchar(n) or character(n). */
  readonly explicit: boolean;
  readonly settings?: TextSettings | undefined;
};

/**
 * Converts a value as PostgreSQL's cast does, modifiers of the target included. NULL stays NULL. Whether the cast is allowed where it stands is
 * for the caller to ask (`castContext`); 42846 when there is none at all.
 */
export function castDatum(datum: Datum, from: SqlType, to: SqlType, {explicit, settings = UTC_SETTINGS}: CastOptions): Datum {
  if (datum === null || sameType(from, to)) return datum;
  if (isString(to)) return castToString(datum, from, to, explicit, settings);
  if (isString(from) || from.kind === 'unknown') return fromString(asString(from, datum), from, to, settings);
  if (isNumberKind(from) && isNumberKind(to)) return castNumber(datum, from, to);
  if (isDateTimeKind(from) && isDateTimeKind(to) && castContext(from, to) !== undefined) return castDateTime(datum, from, to, settings);
  if (isOidKind(to) && (isOidKind(from) || isIntKind(from))) return castToOid(datum, from);
  if (isOidKind(from) && (to.kind === 'int4' || to.kind === 'int8')) return castFromOid(datum, from, to);
  if (to.kind === 'array' && isArrayLike(from)) return castArray(datum, from, to.element, {explicit, settings});
  if (to.kind === 'anyarray' && from.kind === 'array') return datum;
  if (to.kind === 'record' && from.kind === 'composite') return datum;
  if (to.kind === 'composite' && (from.kind === 'composite' || from.kind === 'record'))
    return castRow(datum, from, to, {explicit, settings});
  return castOdd(datum, from, to);
}

const isIntKind = (type: SqlType) => type.kind === 'int2' || type.kind === 'int4' || type.kind === 'int8';
const isArrayLike = (type: SqlType) =>
  type.kind === 'array' || type.kind === 'anyarray' || type.kind === 'int2vector' || type.kind === 'oidvector';

/** Casts of single pairs. */
function castOdd(datum: Exclude<Datum, null>, from: SqlType, to: SqlType): Datum {
  if (from.kind === 'bool' && to.kind === 'int4') return asBool(from, datum) ? 1 : 0;
  if (from.kind === 'int4' && to.kind === 'bool') return datum !== 0;
  if (from.kind === 'char' && to.kind === 'int4') return charToInt(asString(from, datum));
  if (from.kind === 'int4' && to.kind === 'char') return intToChar(from, datum);
  if (from.kind === 'json' && to.kind === 'jsonb') return jsonbFromText(asString(from, datum));
  if (from.kind === 'jsonb' && to.kind === 'json') return asJsonb(from, datum).text;
  if (from.kind === 'jsonb' && (to.kind === 'bool' || isNumberKind(to))) return castJsonbToScalar(asJsonb(from, datum), to);
  if (from.kind === to.kind) return datum;
  throw cannotCast(from, to);
}

/** 42846, worded as PostgreSQL does. */
export function cannotCast(from: SqlType, to: SqlType) {
  return sqlError('cannot_coerce', `cannot cast type ${formatTypeName(from)} to ${formatTypeName(to)}`);
}

/** A string literal or value read by the target's input function. */
function fromString(text: string, from: SqlType, to: SqlType, settings: TextSettings): Datum {
  if (castContext(from, to) === undefined) throw cannotCast(from, to);
  return decodeText(to, text, settings);
}

function castArray(datum: Exclude<Datum, null>, from: SqlType, element: SqlType, options: CastOptions): Datum {
  const source = elementOf(from, datum);
  const {items, lower} = asArray(from, datum);
  return {tag: 'array', items: items.map(item => castDatum(item, source, element, options)), lower};
}

function castRow(datum: Exclude<Datum, null>, from: SqlType, to: Extract<SqlType, {kind: 'composite'}>, options: CastOptions): Datum {
  const sources = fieldTypesOf(from, datum);
  const {values} = asRow(from, datum);
  if (values.length !== to.fields.length) {
    const detail = values.length < to.fields.length ? 'Input has too few columns.' : 'Input has too many columns.';
    throw sqlError('cannot_coerce', `cannot cast type record to ${formatType(to)}`, {detail});
  }
  return {
    tag: 'row',
    values: to.fields.map((field, i) => castDatum(values[i] ?? null, sources[i] ?? field.type, field.type, options)),
  };
}
