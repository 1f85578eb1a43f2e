import {sqlError} from '../common/sql-error.ts';
import {unreachable} from '../common/unreachable.ts';
import {formatArray, parseArray} from './array-text.ts';
import {formatBool, parseBool} from './bool-text.ts';
import {formatBytea, parseBytea} from './bytea.ts';
import {parseChar} from './char-text.ts';
import {
  formatDate,
  formatTime,
  formatTimestamp,
  formatTimestamptz,
  parseDate,
  parseTime,
  parseTimestamp,
  parseTimestamptz,
} from './date-time-text.ts';
import {decimalFromText, decimalToText} from './decimal.ts';
import {decimalFit} from './decimal-round.ts';
import {asArray, asBigint, asBool, asBytes, asDecimal, asInterval, asJsonb, asNumber, asRow, asString} from './datum-kind.ts';
import type {Datum} from './datum.ts';
import {formatFloat4, formatFloat8, parseFloat4, parseFloat8} from './float-text.ts';
import {formatType} from './format-type.ts';
import {elementOf, fieldTypesOf} from './infer-type.ts';
import {parseInt2, parseInt4, parseInt8, parseOid} from './int-text.ts';
import {formatInterval} from './interval-text.ts';
import {validateJson} from './json-parser.ts';
import {jsonbFromText} from './jsonb.ts';
import {formatLsn, parseLsn} from './lsn-text.ts';
import {parseInterval} from './parse-interval.ts';
import {formatReg, parseReg} from './reg-text.ts';
import {formatRow, parseRow} from './row-text.ts';
import type {SqlType} from './sql-type.ts';
import {fitBpchar, fitVarchar, truncateName} from './string-length.ts';
import {UTC_SETTINGS, type TextSettings} from './text-settings.ts';
import {parseUuid} from './uuid.ts';

/** The value's text as its PostgreSQL output function writes it. NULL has none: the caller deals with it. */
export function encodeText(type: SqlType, datum: Exclude<Datum, null>, settings: TextSettings = UTC_SETTINGS): string {
  switch (type.kind) {
    case 'bool':
      return formatBool(asBool(type, datum));
    case 'int2':
    case 'int4':
    case 'oid':
    case 'xid':
      return String(asNumber(type, datum));
    case 'int8':
      return asBigint(type, datum).toString();
    case 'float4':
      return formatFloat4(asNumber(type, datum));
    case 'float8':
      return formatFloat8(asNumber(type, datum));
    case 'numeric':
      return decimalToText(asDecimal(type, datum));
    case 'date':
      return formatDate(asNumber(type, datum));
    case 'time':
      return formatTime(asBigint(type, datum));
    case 'timestamp':
      return formatTimestamp(asBigint(type, datum));
    case 'timestamptz':
      return formatTimestamptz(asBigint(type, datum), settings);
    case 'interval':
      return formatInterval(asInterval(type, datum));
    case 'bytea':
      return formatBytea(asBytes(type, datum));
    case 'jsonb':
      return asJsonb(type, datum).text;
    case 'pg_lsn':
      return formatLsn(asBigint(type, datum));
    case 'regclass':
    case 'regtype':
    case 'regproc':
    case 'regnamespace':
    case 'regrole':
      return formatReg(type.kind, asNumber(type, datum), settings);
    case 'int2vector':
    case 'oidvector':
      return asArray(type, datum).items.map(String).join(' ');
    case 'array':
    case 'anyarray': {
      const element = elementOf(type, datum);
      return formatArray(asArray(type, datum), item => encodeText(element, item, settings));
    }
    case 'composite':
    case 'record': {
      const types = fieldTypesOf(type, datum);
      const {values} = asRow(type, datum);
      return formatRow(values.map((value, i) => encodeField(types[i], value, settings)));
    }
    case 'text':
    case 'varchar':
    case 'bpchar':
    case 'name':
    case 'char':
    case 'json':
    case 'uuid':
    case 'unknown':
    case 'aclitem':
    case 'pg_node_tree':
      return asString(type, datum);
    case 'void':
    case 'trigger':
      return '';
    default:
      return unreachable(type);
  }
}

function encodeField(type: SqlType | undefined, value: Datum, settings: TextSettings): string | null {
  return value === null || type === undefined ? null : encodeText(type, value, settings);
}

/**
 * Reads a value's text as its PostgreSQL input function does, modifiers of the type included (numeric is rounded, a text that is too long
 * for varchar(n) is an error). Errors: 22P02, 22003, 22007, 22008, 22001, …, worded as PostgreSQL's.
 */
export function decodeText(type: SqlType, text: string, settings: TextSettings = UTC_SETTINGS): Exclude<Datum, null> {
  switch (type.kind) {
    case 'bool':
      return parseBool(text);
    case 'int2':
      return parseInt2(text);
    case 'int4':
      return parseInt4(text);
    case 'int8':
      return parseInt8(text);
    case 'oid':
    case 'xid':
      return parseOid(text, type.kind);
    case 'float4':
      return parseFloat4(text);
    case 'float8':
      return parseFloat8(text);
    case 'numeric': {
      const value = decimalFromText(text);
      return type.precision === undefined ? value : decimalFit(value, type.precision, type.scale ?? 0);
    }
    case 'date':
      return parseDate(text, settings);
    case 'time':
      return parseTime(text, settings);
    case 'timestamp':
      return parseTimestamp(text, settings);
    case 'timestamptz':
      return parseTimestamptz(text, settings);
    case 'interval':
      return parseInterval(text);
    case 'bytea':
      return parseBytea(text);
    case 'uuid':
      return parseUuid(text);
    case 'json':
      validateJson(text);
      return text;
    case 'jsonb':
      return jsonbFromText(text);
    case 'varchar':
      return fitVarchar(text, type.length, false);
    case 'bpchar':
      return fitBpchar(text, type.length, false);
    case 'name':
      return truncateName(text);
    case 'char':
      return parseChar(text);
    case 'text':
    case 'unknown':
      return text;
    case 'pg_lsn':
      return parseLsn(text);
    case 'regclass':
    case 'regtype':
    case 'regproc':
    case 'regnamespace':
    case 'regrole':
      return parseReg(type.kind, text, settings);
    case 'int2vector':
    case 'oidvector': {
      const parse = type.kind === 'int2vector' ? parseInt2 : (item: string) => parseOid(item);
      const items = text.split(/[ \t-\r]+/).filter(item => item !== '');
      return {tag: 'array', items: items.map(parse), lower: 0};
    }
    case 'array': {
      const {element} = type;
      return parseArray(text, item => decodeText(element, item, settings));
    }
    case 'composite': {
      if (type.name === undefined) throw anonymousInput();
      const fields = parseRow(text, type.fields.length);
      return {tag: 'row', values: type.fields.map((field, i) => decodeField(field.type, fields[i] ?? null, settings))};
    }
    case 'record':
      throw anonymousInput();
    case 'aclitem':
    case 'pg_node_tree':
    case 'void':
    case 'trigger':
    case 'anyarray':
      throw sqlError('feature_not_supported', `cannot accept a value of type ${formatType(type)}`);
    default:
      return unreachable(type);
  }
}

function decodeField(type: SqlType, text: string | null, settings: TextSettings): Datum {
  return text === null ? null : decodeText(type, text, settings);
}

function anonymousInput() {
  return sqlError('feature_not_supported', 'input of anonymous composite types is not implemented');
}
