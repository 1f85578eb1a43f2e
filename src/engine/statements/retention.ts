import {sqlError} from '../../common/sql-error.ts';
import type {Retention} from '../dataflow/commands.ts';
import {parseInterval} from '../../types/parse-interval.ts';

/** `retention = '7 days' | '1000000 rows'`: what an embedded stream keeps; undefined = everything. */
export function parseRetention(connector: string, options: Readonly<Record<string, string>>): Retention | undefined {
  const text = options['retention'];
  if (text === undefined) return undefined;
  if (connector !== 'embedded')
    throw sqlError('invalid_parameter_value', 'option "retention" is for streams without a connector', {
      hint: 'What another source keeps is set there.',
    });
  const rows = /^\s*(\d+)\s+rows?\s*$/i.exec(text);
  if (rows !== null && Number(rows[1]) > 0 && Number.isSafeInteger(Number(rows[1]))) return {kind: 'rows', rows: Number(rows[1])};
  if (/\d\s*[kmgt]?i?b(ytes)?\s*$/i.test(text))
    throw sqlError('feature_not_supported', `retention by size ("${text}") is not supported yet`, {
      hint: "Give a length of time or a number of rows, such as '7 days' or '1000000 rows'.",
    });
  const invalid = () =>
    sqlError('invalid_parameter_value', `invalid value for option "retention": "${text}"`, {
      hint: "A length of time without months or a number of rows, such as '7 days' or '1000000 rows'.",
    });
  let micros: number;
  try {
    const {months, days, micros: rest} = parseInterval(text);
    micros = months === 0 ? days * 86_400_000_000 + Number(rest) : -1;
  } catch {
    throw invalid();
  }
  if (micros <= 0) throw invalid();
  return {kind: 'age', micros};
}
