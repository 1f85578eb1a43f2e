import {sqlError} from '../../common/sql-error.ts';
import type {Literal} from '../../parser/ast/literal.ts';
import type {OptionValue} from '../../parser/ast/option.ts';
import type {Discard, ResetParameter, SetParameter, ShowParameter} from '../../parser/ast/session.ts';
import {parseInterval} from '../../types/parse-interval.ts';
import {T} from '../../types/sql-type.ts';
import {zoneEastOf} from '../sessions/time-zone-setting.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {commandStatement, rowsStatement} from './datum-rows.ts';
import {analyzeSetClock, CLOCK, showClock} from './set-clock.ts';
import {optionText} from './option-text.ts';
import type {StatementContext} from './statement-context.ts';

export function analyzeSet(statement: SetParameter, context: StatementContext): AnalyzedStatement {
  const {name, scope, values, span} = statement;
  const {session} = context;
  if (name === CLOCK) return analyzeSetClock(values[0], span.start, context);
  return commandStatement(out => {
    if (values.length === 0) session.settings.set(name, undefined, scope);
    else session.settings.set(name, settingValue(name, values, span.start), scope);
    reportChanges(session, name, out);
    return 'SET';
  });
}

function settingValue(name: string, values: readonly OptionValue[], position: number): string {
  const isList = name === 'search_path' || name === 'temp_tablespaces' || name === 'datestyle';
  if (values.length > 1 && !isList) throw sqlError('invalid_parameter_value', `SET ${name} takes only one argument`, {position});
  const [value] = values;
  if (name === 'timezone' && value?.kind === 'typed-literal') return zoneOfInterval(value.value, position);
  const texts = values.map(v => (name === 'search_path' ? quoteSchema(v) : optionText(v)));
  return texts.join(', ');
}

/** SET TIME ZONE INTERVAL '+05:30' HOUR TO MINUTE: east of Greenwich. */
function zoneOfInterval(text: string, position: number): string {
  const {months, days, micros} = parseInterval(text);
  if (months !== 0 || days !== 0) throw sqlError('invalid_parameter_value', 'a time zone interval cannot have months or days', {position});
  return zoneEastOf(Number(micros / 1_000_000n));
}

/** search_path keeps names as identifiers: quoted when folding or commas would change them. */
function quoteSchema(value: OptionValue | Literal): string {
  const text = optionText(value);
  return /^[a-z_][a-z0-9_$]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
}

function reportChanges(
  session: StatementContext['session'],
  name: string,
  out: {parameterStatus(name: string, value: string): void},
): void {
  const reported = [...session.settings.reported()].find(([key]) => key.toLowerCase() === name.toLowerCase());
  if (reported !== undefined) out.parameterStatus(reported[0], reported[1]);
}

export function analyzeReset({name, span}: ResetParameter, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  if (name === CLOCK) return analyzeSetClock(undefined, span.start, context);
  return commandStatement(out => {
    if (name === undefined) session.settings.resetAll();
    else {
      session.settings.set(name, undefined, 'session');
      reportChanges(session, name, out);
    }
    return 'RESET';
  });
}

export function analyzeShow({name, span}: ShowParameter, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  if (name === CLOCK) return showClock(context);
  const {settings} = session;
  const text = () => session.textSettings();
  if (name === undefined) {
    const columns = ['name', 'setting', 'description'].map(column => ({name: column, type: T.text}));
    return rowsStatement(columns, 'SHOW', text, () =>
      settings.all().map(({definition, value}) => [definition.name, value, definition.description]),
    );
  }
  if (settings.find(name) === undefined)
    throw sqlError('undefined_object', `unrecognized configuration parameter "${name}"`, {position: span.start});
  const spelled = settings.all().find(({definition}) => definition.name.toLowerCase() === name.toLowerCase())?.definition.name ?? name;
  return rowsStatement([{name: spelled, type: T.text}], 'SHOW', text, () => [[displayed(settings.get(name), spelled)]]);
}

/** Times are shown with a unit, as PostgreSQL does: `5s`, `1min`. */
function displayed(value: string, name: string): string {
  if (!name.endsWith('timeout') || value === '0') return value;
  const ms = Number(value);
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ] as const)
    if (ms % size === 0) return `${ms / size}${unit}`;
  return `${value}ms`;
}

export function analyzeDiscard({what}: Discard, {session}: StatementContext): AnalyzedStatement {
  return commandStatement(() => {
    if (session.transaction?.explicit && what === 'all')
      throw sqlError('active_sql_transaction', 'DISCARD ALL cannot run inside a transaction block');
    if (what === 'all') {
      session.settings.resetAll();
      for (const prepared of session.prepared.values()) prepared.release();
      session.prepared.clear();
      for (const {cursor} of session.cursors.values()) cursor.close();
      session.cursors.clear();
    }
    return what === 'all' ? 'DISCARD ALL' : `DISCARD ${what === 'temporary' ? 'TEMP' : what.toUpperCase()}`;
  });
}
