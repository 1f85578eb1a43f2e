import {isInfiniteTimestamp} from '../../types/date-time-limits.ts';
import {TIMESTAMP_INFINITY, TIMESTAMP_MINUS_INFINITY} from '../../types/datum.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';

const {strict} = definer('event windows');

/** The start of the window of `size` microseconds that holds `at`, where windows are counted from `offset` after 1970-01-01. */
export function windowStart(at: bigint, size: bigint, offset: bigint): bigint {
  if (isInfiniteTimestamp(at)) return at;
  const rest = (at - offset) % size;
  return clamped(at - (rest < 0n ? rest + size : rest));
}

export function windowEnd(at: bigint, size: bigint, offset: bigint): bigint {
  return isInfiniteTimestamp(at) ? at : clamped(windowStart(at, size, offset) + size);
}

/** The other edge of a window of a known size. */
export function windowShift(edge: bigint, by: bigint): bigint {
  return isInfiniteTimestamp(edge) ? edge : clamped(edge + by);
}

/** Windows at the ends of time reach to infinity: an error here would keep filters from being moved. */
function clamped(at: bigint): bigint {
  return at >= TIMESTAMP_INFINITY ? TIMESTAMP_INFINITY : at <= TIMESTAMP_MINUS_INFINITY ? TIMESTAMP_MINUS_INFINITY : at;
}

// Narrow values and their quotients are exact enough for the floor to be right: |value| < 2^53.
const START = 'Math.floor(($0 - $2) / $1) * $1 + $2';
const startInline = {inline: {narrow: {code: START, range: 'safe'}}, fallible: false} as const;
const shiftInline = {inline: {narrow: {code: '$0 + $1', range: 'safe'}}, fallible: false} as const;
const graceInline = {inline: {narrow: {code: '$0', range: 'safe'}}, fallible: false} as const;
const endInline = {inline: {narrow: {code: `${START} + $1`, range: 'safe'}}, fallible: false} as const;

/** What TUMBLE becomes: the planner's own. Sizes and offsets are microseconds. */
export const EVENT_WINDOWS: readonly FunctionDefinition[] = [
  strict('window_start', 15980, 'timestamp,int8,int8', 'timestamp', 'Start of the window that holds a time', windowStart, startInline),
  strict('window_start', 15981, 'timestamptz,int8,int8', 'timestamptz', 'Start of the window that holds a time', windowStart, startInline),
  strict('window_end', 15982, 'timestamp,int8,int8', 'timestamp', 'End of the window that holds a time', windowEnd, endInline),
  strict('window_end', 15983, 'timestamptz,int8,int8', 'timestamptz', 'End of the window that holds a time', windowEnd, endInline),
  strict('window_shift', 15984, 'timestamp,int8', 'timestamp', 'The other edge of a window', windowShift, shiftInline),
  strict('window_shift', 15985, 'timestamptz,int8', 'timestamptz', 'The other edge of a window', windowShift, shiftInline),
  strict('window_grace', 15986, 'timestamp,int8', 'timestamp', 'A time whose rows may be late by so much', at => at, graceInline),
  strict('window_grace', 15987, 'timestamptz,int8', 'timestamptz', 'A time whose rows may be late by so much', at => at, graceInline),
];
