import {sqlError} from '../../common/sql-error.ts';
import type {Retention} from '../dataflow/commands.ts';
import {lengthOfTime} from './length-of-time.ts';
import {sizeInBytes} from './size-in-bytes.ts';

/** `retention = '7 days' | '1000000 rows' | '10 GB'`: what an embedded stream keeps; undefined = everything. */
export function parseRetention(connector: string, options: Readonly<Record<string, string>>): Retention | undefined {
  const text = options['retention'];
  if (text === undefined) return undefined;
  if (connector !== 'embedded')
    throw sqlError('invalid_parameter_value', 'option "retention" is for streams without a connector', {
      hint: 'What another source keeps is set there.',
    });
  const rows = /^\s*(\d+)\s+rows?\s*$/i.exec(text);
  if (rows !== null && Number(rows[1]) > 0 && Number.isSafeInteger(Number(rows[1]))) return {kind: 'rows', rows: Number(rows[1])};
  const bytes = sizeInBytes(text);
  if (bytes !== undefined) return {kind: 'size', bytes};
  const micros = lengthOfTime(text, 1);
  if (micros === undefined)
    throw sqlError('invalid_parameter_value', `invalid value for option "retention": "${text}"`, {
      hint: "A length of time without months, a number of rows or a size, such as '7 days', '1000000 rows' or '10 GB'.",
    });
  return {kind: 'age', micros};
}
