import {splitMicros} from '../../types/civil.ts';
import {timeZone, toLocal} from '../../types/time-zone.ts';
import type {FunctionDefinition} from '../definition.ts';
import type {EvaluationContext} from '../evaluation-context.ts';
import {definer} from '../signature.ts';

const {strict} = definer('date and time');

const stable = {volatility: 'stable', fallible: false} as const;
const localNow = (context: EvaluationContext) => toLocal(timeZone(context.timeZone), context.now);

/** CURRENT_DATE, LOCALTIME and their like are calls of the functions of the same name. */
export const CURRENT_TIME: readonly FunctionDefinition[] = [
  strict('now', 1299, '', 'timestamptz', 'Start of the transaction; in a view, the time of the step', context => context.now, stable),
  strict('transaction_timestamp', 2647, '', 'timestamptz', 'Start of the transaction', context => context.now, stable),
  strict('current_timestamp', 12030, '', 'timestamptz', 'Start of the transaction', context => context.now, stable),
  strict('proctime', 12090, '', 'timestamptz', 'In a view, the time of the step in which a row came', context => context.now, stable),
  strict('statement_timestamp', 2648, '', 'timestamptz', 'Start of the statement', context => context.statementTime, stable),
  strict('clock_timestamp', 2649, '', 'timestamptz', 'The wall clock', context => context.clock(), {
    volatility: 'volatile',
    fallible: false,
  }),
  strict('localtimestamp', 12031, '', 'timestamp', 'Start of the transaction, local', localNow, stable),
  strict('current_date', 12032, '', 'date', 'Today', context => splitMicros(localNow(context)).days, stable),
  strict('localtime', 12033, '', 'time', 'Local time of day', context => BigInt(splitMicros(localNow(context)).time), stable),
  strict('current_time', 12034, '', 'time', 'Local time of day', context => BigInt(splitMicros(localNow(context)).time), stable),
];
