import {SqlError} from '../../../common/sql-error.ts';
import {parseBytea} from '../../../types/bytea.ts';
import {type Datum, TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY} from '../../../types/datum.ts';
import {parseDecimal} from '../../../types/decimal.ts';
import {decimalFit} from '../../../types/decimal-round.ts';
import {formatType} from '../../../types/format-type.ts';
import {jsonbFromText} from '../../../types/jsonb.ts';
import {parseInterval} from '../../../types/parse-interval.ts';
import type {SqlType} from '../../../types/sql-type.ts';
import {fitBpchar, fitVarchar} from '../../../types/string-length.ts';
import {parseUuid} from '../../../types/uuid.ts';
import type {JsonOptions, TimestampFormat} from './decode-column.ts';
import type {JsonNode} from './json-node.ts';
import {integerOf} from './json-number.ts';
import {parseBase64} from './parse-base64.ts';
import {parseIsoDate, parseIsoTime, parseIsoTimestamp} from './parse-iso-time.ts';
import {RejectedValue} from './rejected-value.ts';

/** What a conversion needs beside node and type: the text that the node was parsed from, and how messages name the value. */
export type ConversionContext = {readonly source: string; readonly path: string; readonly options: JsonOptions};

/** 4714-11-24 BC, PostgreSQL's first moment, in µs since 1970. */
const FIRST_TIMESTAMP = -210_866_803_200_000_000n;

/**
 * The SQL value of a JSON value: exact or RejectedValue, never something near. JSON null is NULL for every type. Composites are not for
 * this function (see convert-record.ts).
 */
export function convertScalar(node: JsonNode, type: SqlType, context: ConversionContext): Datum {
  if (node.kind === 'null') return null;
  try {
    return convert(node, type, context);
  } catch (error) {
    if (error instanceof SqlError) throw new RejectedValue(error.fields.detail ?? error.message, context.path);
    throw error;
  }
}

function convert(node: JsonNode, type: SqlType, context: ConversionContext): Datum {
  switch (type.kind) {
    case 'bool':
      return node.kind === 'boolean' ? node.value : mismatch(node, type, context);
    case 'int2':
      return Number(integer(node, type, context, 32767n));
    case 'int4':
      return Number(integer(node, type, context, 2147483647n));
    case 'int8':
      return integer(node, type, context, 9223372036854775807n);
    case 'float4':
    case 'float8':
      return float(node, type, context);
    case 'numeric': {
      const value = parseDecimal(numberText(node, type, context));
      if (value === undefined) return mismatch(node, type, context);
      return type.precision === undefined ? value : decimalFit(value, type.precision, type.scale ?? 0);
    }
    case 'text':
      return text(node, type, context);
    case 'varchar':
      return fitVarchar(text(node, type, context), type.length, false);
    case 'bpchar':
      return fitBpchar(text(node, type, context), type.length, false);
    case 'timestamp':
    case 'timestamptz':
      return timestamp(node, type, context);
    case 'date':
      return parsed(parseIsoDate, node, type, context);
    case 'time':
      return parsed(parseIsoTime, node, type, context);
    case 'uuid':
      return parsed(parseUuid, node, type, context);
    case 'bytea':
      return parsed(parseBytes, node, type, context);
    case 'interval':
      return parsed(parseInterval, node, type, context);
    case 'json':
      return context.source.slice(node.start, node.end);
    case 'jsonb':
      return jsonbFromText(context.source.slice(node.start, node.end));
    default:
      throw new RejectedValue(`JSON cannot be read as ${formatType(type)}`, context.path);
  }
}

function integer(node: JsonNode, type: SqlType, context: ConversionContext, max: bigint): bigint {
  const text = numberText(node, type, context);
  const value = integerOf(text.trim());
  if (value === undefined) {
    const isNumber = parseDecimal(text) !== undefined;
    throw new RejectedValue(isNumber ? `${show(node, context)} is not an integer` : describe(node, type, context), context.path);
  }
  if (value === 'huge' || value > max || value < -max - 1n) throw outOfRange(node, type, context);
  return value;
}

const FLOAT_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$|^NaN$|^[+-]?Infinity$/;

function float(node: JsonNode, type: SqlType, context: ConversionContext): number {
  const text = numberText(node, type, context).trim();
  if (!FLOAT_TEXT.test(text)) return mismatch(node, type, context);
  const exact = Number(text);
  const value = type.kind === 'float4' ? Math.fround(exact) : exact;
  if (!Number.isFinite(value) && !/[Nn]/.test(text)) throw outOfRange(node, type, context);
  return value;
}

/** The text of a number; of a string only where that is allowed. */
function numberText(node: JsonNode, type: SqlType, context: ConversionContext): string {
  if (node.kind === 'number') return node.text;
  if (node.kind === 'string') {
    if (context.options.coerceStrings === true) return node.value;
    throw new RejectedValue(`${describe(node, type, context)} (the option coerce_strings accepts numbers in strings)`, context.path);
  }
  return mismatch(node, type, context);
}

function text(node: JsonNode, type: SqlType, context: ConversionContext): string {
  return node.kind === 'string' ? checkText(node.value, context.path) : mismatch(node, type, context);
}

/** base64, or hexadecimal digits after `\\x`. */
function parseBytes(value: string): Uint8Array | undefined {
  return value.startsWith('\\x') ? parseBytea(value) : parseBase64(value);
}

/** Text as PostgreSQL stores it: no NUL, no half of a surrogate pair. */
export function checkText(value: string, path: string): string {
  if (value.includes('\0')) throw new RejectedValue('text holds \\u0000, which cannot be stored', path);
  if (/[\ud800-\udfff]/u.test(value)) throw new RejectedValue('text holds half of a Unicode surrogate pair', path);
  return value;
}

function timestamp(node: JsonNode, type: SqlType, context: ConversionContext): bigint {
  const format = context.options.timestampFormat ?? 'iso';
  const micros = format === 'iso' ? isoTimestamp(node, type, context) : epochTimestamp(node, type, format, context);
  const infinite = micros === TIMESTAMP_INFINITY || micros === TIMESTAMP_MINUS_INFINITY;
  if (!infinite && (micros < FIRST_TIMESTAMP || micros > TIMESTAMP_INFINITY)) throw outOfRange(node, type, context);
  return micros;
}

function isoTimestamp(node: JsonNode, type: SqlType, context: ConversionContext): bigint {
  if (node.kind === 'number') {
    const hint = 'the option timestamp_format says what numbers are: epoch_s, epoch_ms, epoch_us or epoch_ns';
    throw new RejectedValue(`${describe(node, type, context)} (${hint})`, context.path);
  }
  if (node.kind !== 'string') return mismatch(node, type, context);
  if (node.value === 'infinity') return TIMESTAMP_INFINITY;
  if (node.value === '-infinity') return TIMESTAMP_MINUS_INFINITY;
  return parsed(parseIsoTimestamp, node, type, context);
}

/** Fraction digits of a microsecond in one unit. */
const MICROS_DIGITS: Readonly<Record<Exclude<TimestampFormat, 'iso'>, number>> = {epoch_s: 6, epoch_ms: 3, epoch_us: 0, epoch_ns: -3};

function epochTimestamp(node: JsonNode, type: SqlType, format: Exclude<TimestampFormat, 'iso'>, context: ConversionContext): bigint {
  if (node.kind === 'string' && context.options.coerceStrings !== true) {
    throw new RejectedValue(`${describe(node, type, context)} (timestamp_format is ${format})`, context.path);
  }
  const value = parseDecimal(numberText(node, type, context));
  if (value === undefined || value.special !== undefined) return mismatch(node, type, context);
  const shift = MICROS_DIGITS[format] - value.scale;
  if (shift >= 0) return value.unscaled * 10n ** BigInt(shift);
  // Rounds half up, as the kernel does.
  const divisor = 10n ** BigInt(-shift);
  const doubled = 2n * value.unscaled + divisor;
  const quotient = doubled / (2n * divisor);
  return doubled < 0n && doubled % (2n * divisor) !== 0n ? quotient - 1n : quotient;
}

function parsed<V extends Datum>(parse: (text: string) => V | undefined, node: JsonNode, type: SqlType, context: ConversionContext): V {
  const value = node.kind === 'string' ? parse(node.value) : undefined;
  return value === undefined ? mismatch(node, type, context) : value;
}

function mismatch(node: JsonNode, type: SqlType, context: ConversionContext): never {
  throw new RejectedValue(describe(node, type, context), context.path);
}

function outOfRange(node: JsonNode, type: SqlType, context: ConversionContext): RejectedValue {
  return new RejectedValue(`${show(node, context)} is out of range for type ${formatType(type)}`, context.path);
}

export function describe(node: JsonNode, type: SqlType, context: ConversionContext): string {
  const what = node.kind === 'array' || node.kind === 'object' ? `an ${node.kind}` : `the ${node.kind} ${show(node, context)}`;
  return `${what} is no value of type ${formatType(type)}`;
}

const SHOWN = 60;

/** The value as the record has it, cut when long. */
function show(node: JsonNode, {source}: ConversionContext): string {
  const text = source.slice(node.start, node.end);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
