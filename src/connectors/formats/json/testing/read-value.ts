import {unreachable} from '../../../../common/unreachable.ts';
import type {ColumnLocation} from '../../../../runtime/ring/batch-message.ts';
import {datumFromBytes} from '../../../../types/datum-bytes.ts';
import type {Datum} from '../../../../types/datum.ts';
import {decimalToText} from '../../../../types/decimal.ts';
import type {SqlType} from '../../../../types/sql-type.ts';
import type {Expected} from './json-oracle.ts';

/** The value of one row of a decoded column, in the oracle's terms. */
export function readValue(memory: WebAssembly.Memory, at: ColumnLocation, type: SqlType, row: number): Expected {
  const view = new DataView(memory.buffer);
  if (at.validity !== 0 && view.getUint8(at.validity + row) === 0) return null;
  switch (at.form) {
    case 'u8':
      return view.getUint8(at.values + row) === 1;
    case 'i32':
      return view.getInt32(at.values + row * 4, true);
    case 'f64':
      return view.getFloat64(at.values + row * 8, true);
    case 'i64n': {
      const value = view.getFloat64(at.values + row * 8, true);
      if (Object.is(value, -0) || !Number.isSafeInteger(value)) throw new Error(`${value} in a narrow column`);
      return BigInt(value);
    }
    case 'i64w':
      return view.getBigInt64(at.values + row * 8, true);
    case 'dec': {
      const value = view.getFloat64(at.values + row * 8, true);
      if (Object.is(value, -0) || !Number.isSafeInteger(value)) throw new Error(`${value} in a numeric column`);
      return decimalToText({tag: 'decimal', unscaled: BigInt(value), scale: at.scale});
    }
    case 'bytes': {
      const start = at.dataStart + view.getInt32(at.starts + row * 4, true);
      const end = at.dataStart + view.getInt32(at.ends + row * 4, true);
      if (end > at.dataEnd || start > end) throw new Error(`range ${start}–${end} outside of ${at.dataStart}–${at.dataEnd}`);
      const bytes = new Uint8Array(memory.buffer).slice(start, end);
      return type.kind === 'numeric' ? Buffer.from(bytes).toString('latin1') : simplify(datumFromBytes(type, bytes), type);
    }
    default:
      return unreachable(at.form);
  }
}

function simplify(datum: Datum, type: SqlType): Expected {
  if (datum === null) return null;
  if (typeof datum === 'string' && type.kind === 'uuid') return datum.replaceAll('-', '');
  if (typeof datum === 'string' && type.kind === 'json') return JSON.stringify(JSON.parse(datum));
  if (typeof datum !== 'object') return datum;
  if ('tag' in datum && datum.tag === 'array' && type.kind === 'array') return datum.items.map(item => simplify(item, type.element));
  if ('tag' in datum && datum.tag === 'row' && type.kind === 'composite')
    return type.fields.map((f, i) => simplify(datum.values[i] ?? null, f.type));
  if ('tag' in datum && datum.tag === 'decimal') return decimalToText(datum);
  throw new Error(`unexpected value of ${type.kind}`);
}
