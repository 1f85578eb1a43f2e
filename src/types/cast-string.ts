import {sqlError} from '../common/sql-error.ts';
import {boolToText, formatBool} from './bool-text.ts';
import {charByte, charOfByte} from './char-text.ts';
import {asBool, asNumber, asString} from './datum-kind.ts';
import type {Datum} from './datum.ts';
import type {SqlType} from './sql-type.ts';
import {fitBpchar, fitVarchar, trimBpchar, truncateName} from './string-length.ts';
import {encodeText} from './text-codec.ts';
import type {TextSettings} from './text-settings.ts';

/** Into text, varchar, bpchar and name: the value's text, cut to the target's length. 22001 when it is too long and the cast not explicit. */
export function castToString(datum: Exclude<Datum, null>, from: SqlType, to: SqlType, explicit: boolean, settings: TextSettings): string {
  return fitString(textOf(datum, from, to, settings), to, explicit);
}

/** The text that a cast of the value to text gives. Booleans are spelled out; the padding of bpchar goes. */
function textOf(datum: Exclude<Datum, null>, from: SqlType, to: SqlType, settings: TextSettings): string {
  switch (from.kind) {
    case 'bool':
      // There is no cast from boolean to name, so that one goes through the output function.
      return to.kind === 'name' ? formatBool(asBool(from, datum)) : boolToText(asBool(from, datum));
    case 'bpchar':
      return trimBpchar(asString(from, datum));
    default:
      return encodeText(from, datum, settings);
  }
}

function fitString(text: string, to: SqlType, explicit: boolean): string {
  switch (to.kind) {
    case 'varchar':
      return fitVarchar(text, to.length, explicit);
    case 'bpchar':
      return fitBpchar(text, to.length, explicit);
    case 'name':
      return truncateName(text);
    default:
      return text;
  }
}

/** "char" ↔ integer: its byte, signed. */
export function charToInt(text: string): number {
  const byte = charByte(text);
  return byte > 127 ? byte - 256 : byte;
}

export function intToChar(type: SqlType, datum: Exclude<Datum, null>): string {
  const value = asNumber(type, datum);
  if (value < -128 || value > 127) throw sqlError('numeric_value_out_of_range', '"char" out of range');
  return charOfByte(value & 0xff);
}
