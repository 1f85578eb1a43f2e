import {functionById} from '../../functions/registry.ts';
import type {Datum} from '../../types/datum.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {ColumnTime, ColumnTimes} from '../../catalog/column-time.ts';
import {withGrace} from './allowances.ts';
import {shifted} from './column-time.ts';

const FIXED_UNITS: Readonly<Record<string, number>> = {
  microseconds: 1,
  milliseconds: 1000,
  second: 1_000_000,
  minute: 60_000_000,
  hour: 3_600_000_000,
  day: 86_400_000_000,
};

/** What is known of the values of an expression, from what is known of the columns that it reads. Only growing functions carry it on. */
export function expressionTime(e: TypedExpression, columns: ColumnTimes): ColumnTime | null {
  switch (e.kind) {
    case 'input':
      return columns[e.index] ?? null;
    case 'cast':
      // A view's time zone is UTC, so both kinds of timestamp count the same microseconds.
      return isTimestamp(e) && isTimestamp(e.arg) ? expressionTime(e.arg, columns) : null;
    case 'call':
      return callTime(e, columns);
    default:
      return null;
  }
}

const isTimestamp = ({type}: TypedExpression) => type.kind === 'timestamp' || type.kind === 'timestamptz';

function callTime({function: id, args}: Extract<TypedExpression, {kind: 'call'}>, columns: ColumnTimes): ColumnTime | null {
  const {name, operator} = functionById(id);
  const [first, second, third] = args;
  if (first === undefined) return name === 'proctime' ? {bound: {kind: 'step-time'}, role: 'event-time'} : null;
  if (second === undefined) return null;
  if (name === 'window_start' || name === 'window_end') {
    const time = expressionTime(first, columns);
    const [size, offset] = [numberOf(second), third === undefined ? undefined : numberOf(third)];
    if (time === null || size === undefined || offset === undefined) return null;
    const floor = {kind: 'floor', of: time.bound, size, offset} as const;
    return name === 'window_start' ? {bound: floor, role: 'window-start'} : {bound: shifted(floor, size), role: 'window-end', size};
  }
  if (name === 'window_shift') {
    const time = expressionTime(first, columns);
    const by = numberOf(second);
    if (time === null || by === undefined) return null;
    return {bound: shifted(time.bound, by), role: by < 0 ? 'window-start' : 'window-end'};
  }
  if (name === 'window_grace') {
    const time = expressionTime(first, columns);
    const by = numberOf(second);
    return time === null || by === undefined ? null : {...time, bound: withGrace(time.bound, by)};
  }
  if ((operator === '+' || operator === '-') && isTimestamp(first)) {
    const time = expressionTime(first, columns);
    const by = durationOf(second);
    return time === null || by === undefined ? null : {bound: shifted(time.bound, operator === '+' ? by : -by), role: undefined};
  }
  if (name === 'date_trunc' && first.kind === 'constant' && third === undefined) {
    const time = expressionTime(second, columns);
    const size = typeof first.value === 'string' ? FIXED_UNITS[first.value.toLowerCase()] : undefined;
    return time === null || size === undefined ? null : {bound: {kind: 'floor', of: time.bound, size, offset: 0}, role: 'window-start'};
  }
  if (name === 'date_bin' && third !== undefined) {
    const time = expressionTime(second, columns);
    const [size, offset] = [durationOf(first), numberOf(third)];
    if (time === null || size === undefined || size <= 0 || offset === undefined) return null;
    return {bound: {kind: 'floor', of: time.bound, size, offset}, role: 'window-start'};
  }
  return null;
}

function numberOf(e: TypedExpression): number | undefined {
  return e.kind === 'constant' && typeof e.value === 'bigint' && Number.isSafeInteger(Number(e.value)) ? Number(e.value) : undefined;
}

/** Microseconds of a constant interval without months. */
export function durationOf(e: TypedExpression): number | undefined {
  return e.kind === 'constant' ? intervalMicros(e.value) : undefined;
}

function intervalMicros(value: Datum): number | undefined {
  if (value === null || typeof value !== 'object' || !('tag' in value) || value.tag !== 'interval' || value.months !== 0) return undefined;
  const micros = Number(value.micros) + value.days * 86_400_000_000;
  return Number.isSafeInteger(micros) ? micros : undefined;
}
