import {datumAt} from '../../codegen/datum-column.ts';
import {jsonString, jsonText} from '../../functions/scalar/to-json.ts';
import type {BytesColumn, Column} from '../../runtime/batch/column.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {TextSettings} from '../../types/text-settings.ts';
import type {LineFormat} from './line-encoder.ts';
import type {NamedColumn} from './named-column.ts';
import type {RowWriter} from './row-writer.ts';
import {FIRST_PLAIN_MICROS, LAST_PLAIN_MICROS, writeDate, writeTimeOfDay} from './temporal-text.ts';
import {valueWriter, type ValueWriter} from './value-writer.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const SPACE = 32;
const DAY_MICROS = 86_400_000_000;
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const HEX = Buffer.from('0123456789abcdef');
/** What follows the backslash for control characters that have a short form; 0 = none. */
const SHORT = new Uint8Array(32);
SHORT[8] = 98;
SHORT[9] = 116;
SHORT[10] = 110;
SHORT[12] = 102;
SHORT[13] = 114;
const TEXTS = new Set(['text', 'varchar', 'bpchar', 'name', 'unknown']);
const INTEGERS = new Set(['int2', 'int4', 'int8']);

/** Rows as row_to_json writes them, one object a line. */
export function jsonFormat(columns: readonly NamedColumn[], settings: TextSettings): LineFormat {
  const none = columns.length === 0;
  return {
    columns,
    prefixes: columns.map(({name}, i) => Buffer.from(`${i === 0 ? '{' : ','}${jsonString(name)}:`)),
    nullText: Buffer.from('null'),
    end: Buffer.from(none ? '{}\n' : '}\n'),
    header: new Uint8Array(0),
    valueWriter: (column, values) => jsonWriter(columns[column]!.type, values, settings),
  };
}

function jsonWriter(type: SqlType, column: Column, settings: TextSettings): ValueWriter {
  return fastWriter(type, column, settings) ?? slowWriter(type, column, settings);
}

function slowWriter(type: SqlType, column: Column, settings: TextSettings): ValueWriter {
  return (w, row) => {
    const bytes = Buffer.from(jsonText(datumAt(column, type, row), type, settings));
    copyOnOneLine(w, bytes, 0, bytes.length);
  };
}

function fastWriter(type: SqlType, column: Column, settings: TextSettings): ValueWriter | undefined {
  switch (column.form) {
    case 'u8': {
      const {values} = column;
      return (w, row) => {
        const word = values[row] === 0 ? FALSE : TRUE;
        w.copy(word, 0, word.length);
      };
    }
    case 'i32':
      return INTEGERS.has(type.kind) ? valueWriter(type, 0, column, settings) : undefined;
    case 'i64n': {
      if (INTEGERS.has(type.kind)) return valueWriter(type, 0, column, settings);
      const isUtc = settings.timeZone === 'UTC' || settings.timeZone === 'Etc/UTC';
      if (type.kind !== 'timestamp' && !(type.kind === 'timestamptz' && isUtc)) return undefined;
      return timestampWriter(column.values, type.kind === 'timestamptz', slowWriter(type, column, settings));
    }
    case 'dec':
      return type.kind === 'numeric' ? valueWriter(type, 0, column, settings) : undefined;
    case 'bytes':
      return bytesWriter(type, column);
    case 'f64':
    case 'i64w':
      return undefined;
  }
}

function timestampWriter(values: Float64Array, zoned: boolean, slow: ValueWriter): ValueWriter {
  return (w, row) => {
    const micros = values[row]!;
    if (micros < FIRST_PLAIN_MICROS || micros > LAST_PLAIN_MICROS) return slow(w, row);
    const days = Math.floor(micros / DAY_MICROS);
    w.byte(QUOTE);
    writeDate(w, days);
    w.byte(84);
    writeTimeOfDay(w, micros - days * DAY_MICROS);
    if (zoned) w.ascii('+00:00');
    w.byte(QUOTE);
  };
}

function bytesWriter(type: SqlType, {starts, ends, data}: BytesColumn): ValueWriter | undefined {
  if (TEXTS.has(type.kind)) return (w, row) => writeString(w, data, starts[row]!, ends[row]!);
  if (type.kind === 'json' || type.kind === 'jsonb') return (w, row) => copyOnOneLine(w, data, starts[row]!, ends[row]!);
  if (type.kind !== 'numeric') return undefined;
  return (w, row) => {
    const end = ends[row]!;
    // NaN and the infinities are no numbers in JSON.
    if (data[end - 1]! > 57) writeString(w, data, starts[row]!, end);
    else w.copy(data, starts[row]!, end);
  };
}

/** Line feeds of a document lie between its tokens. */
function copyOnOneLine(w: RowWriter, data: Uint8Array, start: number, end: number): void {
  const from = w.position;
  w.copy(data, start, end);
  const {bytes, position} = w;
  for (let i = from; i < position; i++) if (bytes[i] === 10 || bytes[i] === 13) bytes[i] = SPACE;
}

function writeString(w: RowWriter, data: Uint8Array, start: number, end: number): void {
  // The worst case: \u00XX for each byte.
  w.ensure(6 * (end - start) + 2);
  const {bytes} = w;
  let at = w.position;
  bytes[at++] = QUOTE;
  for (let i = start; i < end; i++) {
    const byte = data[i]!;
    if (byte >= SPACE) {
      if (byte === QUOTE || byte === BACKSLASH) bytes[at++] = BACKSLASH;
      bytes[at++] = byte;
      continue;
    }
    bytes[at++] = BACKSLASH;
    const short = SHORT[byte]!;
    if (short !== 0) {
      bytes[at++] = short;
      continue;
    }
    bytes[at++] = 117;
    bytes[at++] = 48;
    bytes[at++] = 48;
    bytes[at++] = HEX[byte >> 4]!;
    bytes[at++] = HEX[byte & 15]!;
  }
  bytes[at++] = QUOTE;
  w.position = at;
}
