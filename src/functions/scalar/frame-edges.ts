import {sqlError} from '../../common/sql-error.ts';
import type {Interval} from '../../types/datum.ts';
import {decimalAdd, decimalSign, decimalSubtract} from '../../types/decimal.ts';
import {INTERVAL_ZERO, intervalCompare} from '../../types/interval.ts';
import {timeZone} from '../../types/time-zone.ts';
import {addToTimestamp, addToTimestamptz, subtractFromTimestamp, subtractFromTimestamptz} from '../../types/timestamp-arithmetic.ts';
import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';

const {strict} = definer('frame edges');

function requirePositive(isNegative: boolean): void {
  if (!isNegative) return;
  throw sqlError('invalid_preceding_or_following_size', 'invalid preceding or following size in window function');
}

const isNegative = (offset: Interval) => intervalCompare(offset, INTERVAL_ZERO) < 0;

function ofInt8(value: bigint, offset: bigint, isBelow: boolean): bigint {
  requirePositive(offset < 0n);
  const edge = isBelow ? value - offset : value + offset;
  // Beyond the last value is as good as at it.
  return BigInt.asIntN(64, edge) === edge ? edge : isBelow ? -(2n ** 63n) : 2n ** 63n - 1n;
}

function ofFloat8(value: number, offset: number, isBelow: boolean): number {
  requirePositive(!(offset >= 0));
  const edge = isBelow ? value - offset : value + offset;
  // Infinity less infinity: all that is not greater.
  return Number.isNaN(edge) && !Number.isNaN(value) ? -value : edge;
}

const DOC = 'Value of a sort column up to which a frame with RANGE reaches';

/** What `RANGE BETWEEN x PRECEDING` becomes: the planner's own. The last argument says whether the edge lies below the value. */
export const FRAME_EDGES: readonly FunctionDefinition[] = [
  strict('frame_edge', 15970, 'int8,int8,bool', 'int8', DOC, ofInt8),
  strict('frame_edge', 15971, 'float8,float8,bool', 'float8', DOC, ofFloat8),
  strict('frame_edge', 15972, 'numeric,numeric,bool', 'numeric', DOC, (value, offset, isBelow) => {
    requirePositive(decimalSign(offset) < 0);
    return isBelow ? decimalSubtract(value, offset) : decimalAdd(value, offset);
  }),
  strict('frame_edge', 15973, 'timestamp,interval,bool', 'timestamp', DOC, (value, offset, isBelow) => {
    requirePositive(isNegative(offset));
    return isBelow ? subtractFromTimestamp(value, offset) : addToTimestamp(value, offset);
  }),
  strict(
    'frame_edge',
    15974,
    'timestamptz,interval,bool',
    'timestamptz',
    DOC,
    (value, offset, isBelow, context) => {
      requirePositive(isNegative(offset));
      const zone = timeZone(context.timeZone);
      return isBelow ? subtractFromTimestamptz(value, offset, zone) : addToTimestamptz(value, offset, zone);
    },
    {volatility: 'stable'},
  ),
];
