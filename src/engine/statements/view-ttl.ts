import {sqlError} from '../../common/sql-error.ts';
import {lengthOfTime} from './length-of-time.ts';

/** `ttl = '1 day'` of a view in µs; undefined = none. Errors: 22023 for options that views do not have, and values that mean nothing. */
export function viewTtl(options: Readonly<Record<string, string>>): number | undefined {
  const unknown = Object.keys(options).find(name => name !== 'ttl');
  if (unknown !== undefined)
    throw sqlError('invalid_parameter_value', `unrecognized option "${unknown}"`, {hint: 'Options of materialized views: ttl.'});
  const text = options['ttl'];
  if (text === undefined) return undefined;
  const micros = lengthOfTime(text, 1);
  if (micros === undefined)
    throw sqlError('invalid_parameter_value', `invalid value for option "ttl": "${text}"`, {
      hint: "A length of time without months, such as '1 day'.",
    });
  return micros;
}
