import {DateTimeParseError} from './date-time-errors.ts';
import type {DateTimeUnit} from './date-time-words.ts';
import type {Interval} from './datum.ts';
import {intervalOutOfRange} from './interval.ts';
import {roundHalfEven} from './round-half-even.ts';

const MONTHS: Partial<Record<DateTimeUnit, number>> = {month: 1, year: 12, decade: 120, century: 1200, millennium: 12000};
const MICROS: Partial<Record<DateTimeUnit, number>> = {microsecond: 1, millisecond: 1e3, second: 1e6, minute: 60e6, hour: 3600e6};
const MICROS_PER_DAY = 86400e6;
const DAYS_PER_MONTH = 30;
const INT4 = 2147483648n;
const INT8 = 9223372036854775808n;

const overflow = () => new DateTimeParseError('interval-overflow');

/** To the nearest, the half towards zero: what PostgreSQL does with the fraction of a unit, other than with that of hh:mm:ss. */
function wholeMicros(value: number): bigint {
  const whole = Math.trunc(value);
  const rest = value - whole;
  return BigInt(whole + (rest > 0.5 ? 1 : rest < -0.5 ? -1 : 0));
}

/** Sums the parts of an interval text; fractions go down to the next units. */
export class IntervalAccumulator {
  #months = 0n;
  #days = 0n;
  #micros = 0n;

  /** Adds (whole + fraction) units; the fraction has the sign of the number. */
  add(whole: bigint | number, fraction: number, unit: DateTimeUnit): void {
    const n = BigInt(whole);
    const micros = MICROS[unit];
    const months = MONTHS[unit];
    if (micros !== undefined) {
      this.#micros += n * BigInt(micros) + wholeMicros(fraction * micros);
    } else if (unit === 'day') {
      this.#days += n;
      this.#addDayFraction(fraction);
    } else if (unit === 'week') {
      this.#days += n * 7n;
      this.#addDays(fraction * 7);
    } else if (unit === 'month') {
      this.#months += n;
      this.#addDays(fraction * DAYS_PER_MONTH);
    } else if (months !== undefined) {
      if (n < -INT4 || n >= INT4) throw overflow();
      this.#months += n * BigInt(months) + BigInt(roundHalfEven(fraction * months));
      if (this.#months < -INT4 || this.#months >= INT4) throw intervalOutOfRange();
    } else throw new DateTimeParseError('bad-format');
    this.#check();
  }

  setMicros(micros: bigint): void {
    this.#micros = micros;
  }

  #addDays(days: number): void {
    const whole = Math.trunc(days);
    this.#days += BigInt(whole);
    this.#addDayFraction(days - whole);
  }

  #addDayFraction(days: number): void {
    this.#micros += wholeMicros(days * MICROS_PER_DAY);
  }

  #check(): void {
    if (this.#months < -INT4 || this.#months >= INT4 || this.#days < -INT4 || this.#days >= INT4) throw overflow();
    if (this.#micros < -INT8 || this.#micros >= INT8) throw overflow();
  }

  /** The sum, negated as a whole for 'ago'. */
  finish(negate: boolean): Interval {
    if (negate) {
      this.#months = -this.#months;
      this.#days = -this.#days;
      this.#micros = -this.#micros;
    }
    this.#check();
    return {tag: 'interval', months: Number(this.#months), days: Number(this.#days), micros: this.#micros};
  }
}
