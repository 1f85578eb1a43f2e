import {functionById} from '../../functions/registry.ts';
import {unitOf} from '../../types/date-time-words.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {ColumnTime, ColumnTimes} from '../../catalog/column-time.ts';
import {withGrace} from './allowances.ts';
import {least, shifted} from './column-time.ts';
import {DAY, durationOf, FIXED_UNITS, isTime, movedTime, numberOf} from './moved-time.ts';

/** What is known of the values of an expression, from what is known of the columns that it reads. Only growing functions carry it on. */
export function expressionTime(e: TypedExpression, columns: ColumnTimes): ColumnTime | null {
  switch (e.kind) {
    case 'input':
      return columns[e.index] ?? null;
    case 'cast':
      return castTime(e, columns);
    case 'case':
      return leastTime([...e.branches.map(b => b.then), e.otherwise], columns);
    case 'coalesce':
    case 'extreme':
      // The greatest, too, is only known not to be below the least: NULLs are passed over.
      return leastTime(e.args, columns);
    case 'call':
      return callTime(e, columns);
    default:
      return null;
  }
}

function leastTime(values: readonly TypedExpression[], columns: ColumnTimes): ColumnTime | null {
  const times = values.filter(e => e.kind !== 'constant' || e.value !== null).map(e => expressionTime(e, columns));
  return times.length === 0 ? null : least(times);
}

function castTime(e: Extract<TypedExpression, {kind: 'cast'}>, columns: ColumnTimes): ColumnTime | null {
  if (!isTime(e) || !isTime(e.arg)) return null;
  const time = expressionTime(e.arg, columns);
  // A view's time zone is UTC, so both kinds of timestamp count the same microseconds.
  if (time === null || e.type.kind !== 'date') return time;
  return {bound: {kind: 'floor', of: time.bound, size: DAY, offset: 0}, role: undefined};
}

function callTime(e: Extract<TypedExpression, {kind: 'call'}>, columns: ColumnTimes): ColumnTime | null {
  const {function: id, args} = e;
  const {name} = functionById(id);
  const [first, second, third] = args;
  if (first === undefined) return name === 'proctime' ? {bound: {kind: 'step-time'}, role: 'event-time'} : null;
  if (second === undefined) return null;
  if (name === 'window_start' || name === 'window_end') {
    const time = expressionTime(first, columns);
    const [size, offset] = [numberOf(second), third === undefined ? undefined : numberOf(third)];
    if (time === null || size === undefined || offset === undefined) return null;
    const floor = {kind: 'floor', of: time.bound, size, offset} as const;
    return name === 'window_start' ? {bound: floor, role: 'window-start', size} : {bound: shifted(floor, size), role: 'window-end', size};
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
  if (name === 'date_trunc' && first.kind === 'constant' && third === undefined) {
    const unit = typeof first.value === 'string' ? unitOf(first.value.toLowerCase()) : undefined;
    const size = unit && FIXED_UNITS[unit];
    const time = expressionTime(second, columns);
    const offset = unit === 'week' ? FIRST_MONDAY : 0;
    if (size !== undefined) return time === null ? null : {bound: {kind: 'floor', of: time.bound, size, offset}, role: 'window-start'};
  }
  if (name === 'date_bin' && third !== undefined) {
    const time = expressionTime(second, columns);
    const [size, offset] = [durationOf(first), numberOf(third)];
    if (time === null || size === undefined || size <= 0 || offset === undefined) return null;
    return {bound: {kind: 'floor', of: time.bound, size, offset}, role: 'window-start'};
  }
  const moved = movedTime(e);
  const time = moved === undefined ? null : expressionTime(moved.of, columns);
  return moved === undefined || time === null ? null : {bound: shifted(time.bound, moved.least), role: undefined};
}

/** Of 1970. */
const FIRST_MONDAY = 4 * DAY;
