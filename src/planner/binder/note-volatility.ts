import type {FunctionDefinition, SetReturningDefinition} from '../../functions/definition.ts';
import type {StatementContext} from './statement-context.ts';

/** Functions whose value is the moment of the statement or transaction. */
const TIME_FUNCTIONS: ReadonlySet<string> = new Set([
  'now',
  'proctime',
  'transaction_timestamp',
  'statement_timestamp',
  'current_timestamp',
  'current_date',
  'current_time',
  'localtime',
  'localtimestamp',
]);
/** Stable functions whose value depends on who asks. */
const SESSION_FUNCTIONS: ReadonlySet<string> = new Set([
  'current_user',
  'session_user',
  'user',
  'current_role',
  'current_schema',
  'current_schemas',
  'current_setting',
  'current_query',
  'pg_backend_pid',
  'pg_my_temp_schema',
  'millrace_step',
]);

/** Notes calls whose value does not follow from their arguments alone. */
export function noteVolatility(
  statement: StatementContext,
  definition: FunctionDefinition | SetReturningDefinition,
  position: number,
): void {
  const {name, volatility} = definition;
  if (TIME_FUNCTIONS.has(name)) statement.note('time-function', position, name);
  else if (volatility === 'volatile') statement.note('volatile-function', position, name);
  else if (SESSION_FUNCTIONS.has(name)) statement.note('session-function', position, name);
}
