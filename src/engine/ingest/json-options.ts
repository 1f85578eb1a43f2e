import {sqlError} from '../../common/sql-error.ts';
import type {JsonOptions, TimestampFormat} from '../../connectors/formats/json/decode-column.ts';

const FORMATS: readonly string[] = ['iso', 'epoch_s', 'epoch_ms', 'epoch_us', 'epoch_ns'];

/** The JSON options of a stream's WITH list. */
export function jsonOptions(options: Readonly<Record<string, string>>): JsonOptions {
  const format = options['timestamp_format'];
  if (format !== undefined && !FORMATS.includes(format))
    throw sqlError('invalid_parameter_value', `invalid timestamp_format "${format}"`, {hint: `Valid values: ${FORMATS.join(', ')}.`});
  return {timestampFormat: format as TimestampFormat | undefined, coerceStrings: options['coerce_strings'] === 'true'};
}
