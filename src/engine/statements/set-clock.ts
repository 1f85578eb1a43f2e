import {sqlError} from '../../common/sql-error.ts';
import type {OptionValue} from '../../parser/ast/option.ts';
import {formatTimestamptz, parseTimestamptz} from '../../types/date-time-text.ts';
import {T} from '../../types/sql-type.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement, rowsStatement} from './datum-rows.ts';
import {optionText} from './option-text.ts';
import type {StatementContext} from './statement-context.ts';

/** The parameter that is the time itself: one for all sessions. */
export const CLOCK = 'millrace.clock';

/**
 * SET millrace.clock: the time stands still at `value` until it is set again; undefined = DEFAULT, the wall clock. What is due by then has
 * been done when the statement returns: idle timeouts, filters with now(), windows that close. Errors: 55006 on a server without
 * --test-clock; 22023 for a time before the last step.
 */
export function analyzeSetClock(
  value: OptionValue | undefined,
  position: number,
  {session, services}: StatementContext,
): AnalyzedStatement {
  const {testClock, dataflow} = services;
  if (testClock === undefined)
    throw sqlError('object_in_use', `parameter "${CLOCK}" cannot be changed`, {
      position,
      hint: 'For tests the server can be started with --test-clock.',
    });
  const settings = session.textSettings();
  const at = value === undefined ? undefined : parseTimestamptz(optionText(value), settings);
  if (at !== undefined && !Number.isSafeInteger(Number(at)))
    throw sqlError('invalid_parameter_value', `invalid value for parameter "${CLOCK}": "${formatTimestamptz(at, settings)}"`, {position});
  return commandStatement(async () => {
    if (session.transaction?.explicit === true)
      throw sqlError('active_sql_transaction', `${CLOCK} cannot be set inside a transaction block`);
    await dataflow.send({kind: 'set-clock', at: at === undefined ? null : Number(at)});
    testClock.set(at === undefined ? undefined : Number(at));
    return 'SET';
  });
}

export function showClock({session, services}: StatementContext): AnalyzedStatement {
  const settings = () => session.textSettings();
  return rowsStatement([{name: CLOCK, type: T.text}], 'SHOW', settings, () => [[formatTimestamptz(services.now(), settings())]]);
}
