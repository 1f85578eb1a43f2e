import {sqlError} from '../../common/sql-error.ts';
import type {Datum, Decimal, Interval} from '../../types/datum.ts';
import {DECIMAL_ONE, decimalAdd, decimalCompare, decimalSign} from '../../types/decimal.ts';
import {intervalMicros} from '../../types/interval.ts';
import {timeZone} from '../../types/time-zone.ts';
import {addToTimestamp, addToTimestamptz} from '../../types/timestamp-arithmetic.ts';
import type {SetReturningDefinition} from '../definition.ts';
import {INT8_MAX, INT8_MIN} from '../scalar/integer-range.ts';
import {setReturning} from './set-returning-definer.ts';

const zeroStep = () => sqlError('invalid_parameter_value', 'step size cannot equal zero');

function* integers([start, stop, step = 1]: readonly Datum[]): Generator<readonly Datum[]> {
  const by = step as number;
  if (by === 0) throw zeroStep();
  const to = stop as number;
  for (let i = start as number; by > 0 ? i <= to : i >= to; i += by) yield [i];
}

function* bigints([start, stop, step = 1n]: readonly Datum[]): Generator<readonly Datum[]> {
  const by = step as bigint;
  if (by === 0n) throw zeroStep();
  const to = stop as bigint;
  for (let i = start as bigint; by > 0n ? i <= to && i <= INT8_MAX : i >= to && i >= INT8_MIN; i += by) yield [i];
}

function* numerics([start, stop, step = DECIMAL_ONE]: readonly Datum[]): Generator<readonly Datum[]> {
  const [from, to, by] = [start, stop, step] as [Decimal, Decimal, Decimal];
  for (const [name, value] of [
    ['start value', from],
    ['stop value', to],
    ['step size', by],
  ] as const) {
    if (value.special === 'NaN') throw sqlError('invalid_parameter_value', `${name} cannot be NaN`);
    if (value.special !== undefined) throw sqlError('invalid_parameter_value', `${name} cannot be infinity`);
  }
  const direction = decimalSign(by);
  if (direction === 0) throw zeroStep();
  for (let value = from; decimalCompare(value, to) * direction <= 0; value = decimalAdd(value, by)) yield [value];
}

function* moments(start: bigint, stop: bigint, step: Interval, add: (at: bigint, step: Interval) => bigint): Generator<readonly Datum[]> {
  const length = intervalMicros(step);
  if (length === 0n) throw zeroStep();
  for (let at = start; length > 0n ? at <= stop : at >= stop; at = add(at, step)) yield [at];
}

const DOC = 'The values from start to stop';

export const SERIES: readonly SetReturningDefinition[] = [
  setReturning('generate_series', 1067, 'int4,int4', 'int4', DOC, integers),
  setReturning('generate_series', 1066, 'int4,int4,int4', 'int4', DOC, integers),
  setReturning('generate_series', 1069, 'int8,int8', 'int8', DOC, bigints),
  setReturning('generate_series', 1068, 'int8,int8,int8', 'int8', DOC, bigints),
  setReturning('generate_series', 3260, 'numeric,numeric', 'numeric', DOC, numerics),
  setReturning('generate_series', 3259, 'numeric,numeric,numeric', 'numeric', DOC, numerics),
  setReturning('generate_series', 938, 'timestamp,timestamp,interval', 'timestamp', DOC, ([start, stop, step]) =>
    moments(start as bigint, stop as bigint, step as Interval, addToTimestamp),
  ),
  setReturning(
    'generate_series',
    939,
    'timestamptz,timestamptz,interval',
    'timestamptz',
    DOC,
    ([start, stop, step], context) => {
      const zone = timeZone(context.timeZone);
      return moments(start as bigint, stop as bigint, step as Interval, (at, by) => addToTimestamptz(at, by, zone));
    },
    {volatility: 'stable'},
  ),
];
