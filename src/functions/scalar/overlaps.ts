import type {Datum, Interval} from '../../types/datum.ts';
import {timeZone} from '../../types/time-zone.ts';
import {addToTime, addToTimestamp, addToTimestamptz} from '../../types/timestamp-arithmetic.ts';
import type {FunctionDefinition} from '../definition.ts';
import type {EvaluationContext} from '../evaluation-context.ts';
import {definer} from '../signature.ts';

const {nullable} = definer('date and time');

type Moment = bigint | null;

/** OVERLAPS of two periods given by their ends, in either order; an end may be NULL where the answer does not depend on it. */
function overlap(start1: Moment, end1: Moment, start2: Moment, end2: Moment): boolean | null {
  const first = ordered(start1, end1);
  const second = ordered(start2, end2);
  if (first === null || second === null) return null;
  const [earlier, later] = first.from <= second.from ? [first, second] : [second, first];
  if (earlier.from === later.from) return first.to === null || second.to === null ? null : true;
  // They overlap if the later one starts before the earlier one ends.
  if (earlier.to === null) return null;
  if (later.from < earlier.to) return true;
  return later.to === null ? null : false;
}

function ordered(start: Moment, end: Moment): {readonly from: bigint; readonly to: Moment} | null {
  if (start === null) return end === null ? null : {from: end, to: null};
  if (end === null) return {from: start, to: null};
  return start <= end ? {from: start, to: end} : {from: end, to: start};
}

type Kind = 'timestamp' | 'timestamptz' | 'time';

function ending(kind: Kind, start: Datum, end: Datum, isInterval: boolean, context: EvaluationContext): Moment {
  if (!isInterval) return end as Moment;
  if (start === null || end === null) return null;
  const from = start as bigint;
  const step = end as Interval;
  if (kind === 'time') return addToTime(from, step);
  return kind === 'timestamp' ? addToTimestamp(from, step) : addToTimestamptz(from, step, timeZone(context.timeZone));
}

/** OIDs for ends given as: moment/moment, interval/interval, moment/interval, interval/moment. */
const OIDS: Readonly<Record<Kind, readonly number[]>> = {
  timestamptz: [1304, 1305, 1306, 1307],
  timestamp: [2041, 2042, 2043, 2044],
  time: [1308, 1309, 1310, 1311],
};

function overloads(kind: Kind): FunctionDefinition[] {
  return (OIDS[kind] ?? []).map((oid, i) => {
    const interval1 = i === 1 || i === 3;
    const interval2 = i === 1 || i === 2;
    const args = [kind, interval1 ? 'interval' : kind, kind, interval2 ? 'interval' : kind].join(',');
    return nullable(
      'overlaps',
      oid,
      args as 'timestamp,timestamp,timestamp,timestamp',
      'bool',
      'Whether two periods have a moment in common',
      (s1, e1, s2, e2, context) => overlap(s1, ending(kind, s1, e1, interval1, context), s2, ending(kind, s2, e2, interval2, context)),
      {volatility: kind === 'timestamptz' ? 'stable' : 'immutable'},
    );
  });
}

export const OVERLAPS: readonly FunctionDefinition[] = [...overloads('timestamp'), ...overloads('timestamptz'), ...overloads('time')];
