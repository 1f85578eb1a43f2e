import {sqlError} from '../../common/sql-error.ts';
import {parseInterval} from '../../types/parse-interval.ts';

/** `ttl = '1 day'` of a view in µs; undefined = none. Errors: 22023 for options that views do not have, and values that mean nothing. */
export function viewTtl(options: Readonly<Record<string, string>>): number | undefined {
  const unknown = Object.keys(options).find(name => name !== 'ttl');
  if (unknown !== undefined)
    throw sqlError('invalid_parameter_value', `unrecognized option "${unknown}"`, {hint: 'Options of materialized views: ttl.'});
  const text = options['ttl'];
  if (text === undefined) return undefined;
  const invalid = () =>
    sqlError('invalid_parameter_value', `invalid value for option "ttl": "${text}"`, {
      hint: "A length of time without months, such as '1 day'.",
    });
  let micros: number;
  try {
    const {months, days, micros: rest} = parseInterval(text);
    micros = months === 0 ? days * 86_400_000_000 + Number(rest) : -1;
  } catch {
    throw invalid();
  }
  if (micros <= 0) throw invalid();
  return micros;
}
