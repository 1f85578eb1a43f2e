import {checkTimestamp, isInfiniteTimestamp} from '../../types/date-time-limits.ts';
import type {Interval} from '../../types/datum.ts';
import {intervalAdd, intervalDivide, intervalMultiply, intervalNegate, intervalSubtract, interval} from '../../types/interval.ts';
import {timeZone} from '../../types/time-zone.ts';
import {
  addDays,
  addToTime,
  addToTimestamp,
  addToTimestamptz,
  dateDifference,
  dateToTimestamp,
  subtractFromTimestamp,
  subtractFromTimestamptz,
  timestampDifference,
} from '../../types/timestamp-arithmetic.ts';
import type {FunctionDefinition} from '../definition.ts';
import type {EvaluationContext} from '../evaluation-context.ts';
import {definer} from '../signature.ts';

const {strict} = definer('date and time');

const zoneOf = (context: EvaluationContext) => timeZone(context.timeZone);
const stable = {volatility: 'stable'} as const;
const MICROS_PER_DAY = 86_400_000_000n;

function atTime(date: number, time: bigint): bigint {
  const midnight = dateToTimestamp(date);
  return isInfiniteTimestamp(midnight) ? midnight : checkTimestamp(midnight + time);
}

function subtractFromTime(time: bigint, step: Interval): bigint {
  return addToTime(time, intervalNegate({tag: 'interval', months: 0, days: 0, micros: step.micros % MICROS_PER_DAY}));
}

const datePlus = (date: number, step: Interval) => addToTimestamp(dateToTimestamp(date), step);
const ADD = 'Addition';
const SUBTRACT = 'Subtraction';

export const DATE_TIME_ARITHMETIC: readonly FunctionDefinition[] = [
  strict('date_pli', 1141, 'date,int4', 'date', 'Days later', addDays, {operator: '+'}),
  strict('integer_pl_date', 2550, 'int4,date', 'date', 'Days later', (n, date) => addDays(date, n), {operator: '+'}),
  strict('date_mii', 1142, 'date,int4', 'date', 'Days earlier', (date, n) => addDays(date, -n), {operator: '-'}),
  strict('date_mi', 1140, 'date,date', 'int4', 'Days between', dateDifference, {operator: '-'}),
  strict('date_pl_interval', 2071, 'date,interval', 'timestamp', ADD, datePlus, {operator: '+'}),
  strict('interval_pl_date', 2546, 'interval,date', 'timestamp', ADD, (step, date) => datePlus(date, step), {operator: '+'}),
  strict(
    'date_mi_interval',
    2072,
    'date,interval',
    'timestamp',
    SUBTRACT,
    (date, step) => subtractFromTimestamp(dateToTimestamp(date), step),
    {operator: '-'},
  ),
  strict('datetime_pl', 1272, 'date,time', 'timestamp', 'Date at a time of day', atTime, {operator: '+'}),
  strict('timedate_pl', 1296, 'time,date', 'timestamp', 'Date at a time of day', (time, date) => atTime(date, time), {operator: '+'}),
  strict('timestamp_pl_interval', 2032, 'timestamp,interval', 'timestamp', ADD, addToTimestamp, {operator: '+'}),
  strict('interval_pl_timestamp', 2548, 'interval,timestamp', 'timestamp', ADD, (step, at) => addToTimestamp(at, step), {operator: '+'}),
  strict('timestamp_mi_interval', 2033, 'timestamp,interval', 'timestamp', SUBTRACT, subtractFromTimestamp, {operator: '-'}),
  strict('timestamp_mi', 2031, 'timestamp,timestamp', 'interval', 'Time between', timestampDifference, {operator: '-'}),
  strict(
    'timestamptz_pl_interval',
    1189,
    'timestamptz,interval',
    'timestamptz',
    ADD,
    (at, step, context) => addToTimestamptz(at, step, zoneOf(context)),
    {
      operator: '+',
      ...stable,
    },
  ),
  strict(
    'interval_pl_timestamptz',
    2549,
    'interval,timestamptz',
    'timestamptz',
    ADD,
    (step, at, context) => addToTimestamptz(at, step, zoneOf(context)),
    {
      operator: '+',
      ...stable,
    },
  ),
  strict(
    'timestamptz_mi_interval',
    1190,
    'timestamptz,interval',
    'timestamptz',
    SUBTRACT,
    (at, step, context) => subtractFromTimestamptz(at, step, zoneOf(context)),
    {operator: '-', ...stable},
  ),
  strict('timestamptz_mi', 1188, 'timestamptz,timestamptz', 'interval', 'Time between', timestampDifference, {operator: '-'}),
  strict('time_pl_interval', 1747, 'time,interval', 'time', ADD, addToTime, {operator: '+'}),
  strict('interval_pl_time', 1848, 'interval,time', 'time', ADD, (step, time) => addToTime(time, step), {operator: '+'}),
  strict('time_mi_interval', 1748, 'time,interval', 'time', SUBTRACT, subtractFromTime, {operator: '-'}),
  strict('time_mi_time', 1690, 'time,time', 'interval', 'Time between', (a, b) => interval(0, 0, a - b), {operator: '-'}),
  strict('interval_pl', 1169, 'interval,interval', 'interval', ADD, intervalAdd, {operator: '+'}),
  strict('interval_mi', 1170, 'interval,interval', 'interval', SUBTRACT, intervalSubtract, {operator: '-'}),
  strict('interval_um', 1168, 'interval', 'interval', 'Negation', a => intervalNegate(a), {operator: '-'}),
  strict('interval_mul', 1618, 'interval,float8', 'interval', 'Multiplication', intervalMultiply, {operator: '*'}),
  strict('mul_d_interval', 1624, 'float8,interval', 'interval', 'Multiplication', (factor, a) => intervalMultiply(a, factor), {
    operator: '*',
  }),
  strict('interval_div', 1326, 'interval,float8', 'interval', 'Division', intervalDivide, {operator: '/'}),
];
