import type {DateTimeUnit} from './date-time-words.ts';
import {DateTimeParseError} from './date-time-errors.ts';
import type {Interval} from './datum.ts';
import {IntervalAccumulator} from './interval-accumulator.ts';

const DATE_UNITS: Readonly<Record<string, DateTimeUnit>> = {Y: 'year', M: 'month', W: 'week', D: 'day'};
const TIME_UNITS: Readonly<Record<string, DateTimeUnit>> = {H: 'hour', M: 'minute', S: 'second'};
const NUMBER = /^([+-]?)(\d*)(\.\d*)?/;

const bad = () => new DateTimeParseError('bad-format');

/** ISO 8601 durations: with designators (P1Y2M3W4DT5H6M7.8S) or in the alternative form (P0001-02-03T04:05:06). */
export function parseIsoInterval(text: string): Interval {
  if (text.length < 2) throw bad();
  const sum = new IntervalAccumulator();
  let inTime = false;
  let rest = text.slice(1);
  let found = false;
  let first = true;
  while (rest !== '') {
    if (rest.startsWith('T')) {
      inTime = true;
      rest = rest.slice(1);
      // A bare PT is the empty duration.
      if (rest === '') found = true;
      first = true;
      continue;
    }
    const alternative = !first ? undefined : alternativeForm(rest, inTime);
    if (alternative !== undefined) {
      for (const [number, unit] of alternative.parts) addNumber(sum, number, unit);
      rest = alternative.rest;
      found = true;
      first = false;
      if (rest !== '' && !rest.startsWith('T')) throw bad();
      continue;
    }
    const number = NUMBER.exec(rest)?.[0] ?? '';
    const unit = (inTime ? TIME_UNITS : DATE_UNITS)[rest.charAt(number.length)];
    if (!/\d/.test(number) || unit === undefined) throw bad();
    addNumber(sum, number, unit);
    rest = rest.slice(number.length + 1);
    found = true;
    first = false;
  }
  if (!found) throw bad();
  return sum.finish(false);
}

type Alternative = {readonly parts: readonly (readonly [string, DateTimeUnit])[]; readonly rest: string};

function alternativeForm(text: string, inTime: boolean): Alternative | undefined {
  const pattern = inTime
    ? /^([+-]?\d+(?:\.\d*)?)(?::([+-]?\d+(?:\.\d*)?))?(?::([+-]?\d+(?:\.\d*)?))?(?=$)/
    : /^([+-]?\d+)(?:-([+-]?\d+))?(?:-([+-]?\d+))?(?=$|T)/;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const rest = text.slice(match[0].length);
  const compact = /^([+-]?)(\d+)$/.exec(match[0]);
  if (compact !== null && !inTime && compact[2]?.length === 8) {
    const sign = compact[1] ?? '';
    const digits = compact[2];
    return {
      parts: [
        [sign + digits.slice(0, 4), 'year'],
        [sign + digits.slice(4, 6), 'month'],
        [sign + digits.slice(6), 'day'],
      ],
      rest,
    };
  }
  if (compact !== null && inTime && compact[2]?.length === 6) {
    const sign = compact[1] ?? '';
    const digits = compact[2];
    return {
      parts: [
        [sign + digits.slice(0, 2), 'hour'],
        [sign + digits.slice(2, 4), 'minute'],
        [sign + digits.slice(4), 'second'],
      ],
      rest,
    };
  }
  const units: readonly DateTimeUnit[] = inTime ? ['hour', 'minute', 'second'] : ['year', 'month', 'day'];
  const parts = units.flatMap((unit, i) => (match[i + 1] === undefined ? [] : [[match[i + 1] ?? '', unit] as const]));
  return {parts, rest};
}

function addNumber(sum: IntervalAccumulator, text: string, unit: DateTimeUnit): void {
  const match = NUMBER.exec(text);
  const sign = match?.[1] === '-' ? -1 : 1;
  const whole = Number(match?.[2] || 0);
  const fraction = match?.[3] === undefined || match[3] === '.' ? 0 : Number(`0${match[3]}`);
  sum.add(sign * whole, sign * fraction, unit);
}
