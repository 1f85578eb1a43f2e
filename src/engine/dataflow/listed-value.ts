import type {EvaluationContext} from '../../functions/evaluation-context.ts';
import {toJsonValue} from '../../functions/scalar/to-json.ts';
import type {Datum} from '../../types/datum.ts';
import {JSON_NULL, type JsonValue} from '../../types/json-value.ts';
import type {SqlType} from '../../types/sql-type.ts';
import {encodeText} from '../../types/text-codec.ts';

/** A value of a row that `$errors` or `$late` lists as jsonb. */
export function listedValue(value: Datum, type: SqlType, evaluation: EvaluationContext): JsonValue {
  if (value === null) return JSON_NULL;
  try {
    return toJsonValue(value, type, evaluation);
  } catch {
    // A json column may hold what jsonb refuses.
    return {kind: 'string', value: encodeText(type, value, evaluation)};
  }
}
