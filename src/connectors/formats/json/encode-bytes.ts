import type {Datum} from '../../../types/datum.ts';
import type {SqlType} from '../../../types/sql-type.ts';
import {RejectedValue} from './rejected-value.ts';

/** The bytes of a value of a type whose physical form is bytes. */
export function encodeBytes(type: SqlType, datum: NonNullable<Datum>): Uint8Array {
  if (typeof datum === 'string') return Buffer.from(datum);
  if (datum instanceof Uint8Array) return datum;
  if (typeof datum === 'object' && datum.tag === 'jsonb') return Buffer.from(datum.text);
  throw new RejectedValue(`values of type ${type.kind} cannot be stored yet`);
}
