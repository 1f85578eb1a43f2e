import {castDatum} from '../../types/cast-datum.ts';
import {inferType} from '../../types/infer-type.ts';
import type {Datum} from '../../types/datum.ts';
import {T, type SqlType} from '../../types/sql-type.ts';
import type {TextSettings} from '../../types/text-settings.ts';
import {encodeText} from '../../types/text-codec.ts';

/** What `value::text` gives (booleans are `true` and `false`). */
export function textOf(value: Exclude<Datum, null>, type: SqlType | undefined, settings: TextSettings): string {
  if (typeof value === 'string' && type?.kind !== 'uuid')
    return castDatum(value, type ?? T.text, T.text, {explicit: true, settings}) as string;
  return castDatum(value, type ?? inferType(value), T.text, {explicit: true, settings}) as string;
}

/** What the type's output function gives (booleans are `t` and `f`): concat, format, array_to_string. */
export function outputText(value: Exclude<Datum, null>, type: SqlType | undefined, settings: TextSettings): string {
  return encodeText(type ?? inferType(value), value, settings);
}
