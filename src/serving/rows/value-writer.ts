import type {Column} from '../../runtime/batch/column.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {encodeBinary} from '../../types/binary-codec.ts';
import {encodeText} from '../../types/text-codec.ts';
import type {TextSettings} from '../../types/text-settings.ts';
import {datumAt} from '../../codegen/datum-column.ts';
import {FIRST_PLAIN_MICROS, LAST_PLAIN_MICROS, writeDate, writeTimeOfDay, writeTimestamp} from './temporal-text.ts';
import type {RowWriter} from './row-writer.ts';

/** Appends the value of one row of a column (never NULL here) without its length word. */
export type ValueWriter = (w: RowWriter, row: number) => void;

const POSTGRES_EPOCH_MICROS = 946_684_800_000_000;
const PLAIN_DATE_FIRST = -719162;
const PLAIN_DATE_LAST = 2932896;
const TEXT_KINDS = new Set(['text', 'varchar', 'bpchar', 'name', 'char', 'json', 'unknown', 'pg_node_tree']);
const UNSIGNED_KINDS = new Set(['oid', 'xid', 'regclass', 'regtype', 'regproc', 'regnamespace', 'regrole']);
/** Printed by name, not by number: these need the catalog and take the slow path. */
const NAMED_KINDS = new Set(['regclass', 'regtype', 'regproc', 'regnamespace', 'regrole']);

/**
 * The writer of a column's values in PostgreSQL's text (0) or binary (1) format. The common types and forms write digits and bytes
 * directly; the rest goes through datums.
 */
export function valueWriter(type: SqlType, format: number, column: Column, settings: TextSettings): ValueWriter {
  const fast = format === 0 ? textWriter(type, column, settings) : binaryWriter(type, column);
  return fast ?? slowWriter(type, format, column, settings);
}

function slowWriter(type: SqlType, format: number, column: Column, settings: TextSettings): ValueWriter {
  if (format === 1)
    return (w, row) => {
      const bytes = encodeBinary(type, datumAt(column, type, row)!);
      w.copy(bytes, 0, bytes.length);
    };
  return (w, row) => {
    const bytes = Buffer.from(encodeText(type, datumAt(column, type, row)!, settings));
    w.copy(bytes, 0, bytes.length);
  };
}

function textWriter(type: SqlType, column: Column, settings: TextSettings): ValueWriter | undefined {
  switch (column.form) {
    case 'u8': {
      const {values} = column;
      return (w, row) => w.byte(values[row] === 0 ? 102 : 116);
    }
    case 'i32': {
      const {values} = column;
      if (type.kind !== 'date') return (w, row) => w.digits(values[row]!);
      const slow = slowWriter(type, 0, column, settings);
      return (w, row) => {
        const days = values[row]!;
        if (days < PLAIN_DATE_FIRST || days > PLAIN_DATE_LAST) slow(w, row);
        else writeDate(w, days);
      };
    }
    case 'i64n': {
      const {values} = column;
      if (type.kind === 'int8' || (UNSIGNED_KINDS.has(type.kind) && !NAMED_KINDS.has(type.kind))) return (w, row) => w.digits(values[row]!);
      if (type.kind === 'time') return (w, row) => writeTimeOfDay(w, values[row]!);
      const isUtc = settings.timeZone === 'UTC' || settings.timeZone === 'Etc/UTC';
      if (type.kind !== 'timestamp' && !(type.kind === 'timestamptz' && isUtc)) return undefined;
      const slow = slowWriter(type, 0, column, settings);
      const zoned = type.kind === 'timestamptz';
      return (w, row) => {
        const micros = values[row]!;
        if (micros < FIRST_PLAIN_MICROS || micros > LAST_PLAIN_MICROS) return slow(w, row);
        writeTimestamp(w, micros);
        if (zoned) w.ascii('+00');
      };
    }
    case 'dec': {
      const {values, scale} = column;
      const unit = 10 ** scale;
      if (scale > 15) return undefined;
      return (w, row) => {
        let value = values[row]!;
        if (value < 0) {
          w.byte(45);
          value = -value;
        }
        const whole = Math.floor(value / unit);
        w.digits(whole);
        if (scale === 0) return;
        w.byte(46);
        w.padded(value - whole * unit, scale);
      };
    }
    case 'bytes': {
      if (!TEXT_KINDS.has(type.kind) && type.kind !== 'jsonb' && type.kind !== 'numeric') return undefined;
      const {starts, ends, data} = column;
      return (w, row) => w.copy(data, starts[row]!, ends[row]!);
    }
    case 'f64':
    case 'i64w':
      return undefined;
  }
}

function binaryWriter(type: SqlType, column: Column): ValueWriter | undefined {
  switch (column.form) {
    case 'u8': {
      const {values} = column;
      return (w, row) => w.byte(values[row]!);
    }
    case 'i32': {
      const {values} = column;
      if (type.kind === 'int2') return (w, row) => w.int16(values[row]!);
      if (type.kind === 'int4') return (w, row) => w.int32(values[row]!);
      return undefined;
    }
    case 'f64': {
      const {values} = column;
      return type.kind === 'float4' ? (w, row) => w.float32(values[row]!) : (w, row) => w.float64(values[row]!);
    }
    case 'i64n': {
      const {values} = column;
      if (UNSIGNED_KINDS.has(type.kind)) return (w, row) => w.int32(values[row]! | 0);
      if (type.kind === 'timestamp' || type.kind === 'timestamptz') return (w, row) => w.int64(values[row]! - POSTGRES_EPOCH_MICROS);
      return type.kind === 'int8' || type.kind === 'time' ? (w, row) => w.int64(values[row]!) : undefined;
    }
    case 'bytes': {
      if (!TEXT_KINDS.has(type.kind) && type.kind !== 'bytea' && type.kind !== 'uuid') return undefined;
      const {starts, ends, data} = column;
      return (w, row) => w.copy(data, starts[row]!, ends[row]!);
    }
    case 'i64w':
    case 'dec':
      return undefined;
  }
}
