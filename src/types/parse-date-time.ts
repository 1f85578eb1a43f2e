import {civilFromDays, daysFromCivil, daysInMonth} from './civil.ts';
import {DateTimeParseError} from './date-time-errors.ts';
import {tokenizeDateTime, type DateTimeToken} from './date-time-tokens.ts';
import {isWeekday, monthOf, specialDateOf, type SpecialDate} from './date-time-words.ts';
import {roundHalfEven} from './round-half-even.ts';
import {findTimeZone, fixedZone, timeZone, type TimeZone} from './time-zone.ts';
import {ZONE_ABBREVIATIONS} from './zone-abbreviations.ts';

/** What a date/time text says; parts that it does not mention are absent. `time` is microseconds since midnight (24:00 allowed). */
export type DateTimeParts = {
  readonly special?: SpecialDate | undefined;
  readonly date?: {readonly year: number; readonly month: number; readonly day: number} | undefined;
  readonly julian?: number | undefined;
  readonly time?: number | undefined;
  readonly zone?: TimeZone | undefined;
};

export type DateOrder = 'MDY' | 'DMY' | 'YMD';

const bad = () => new DateTimeParseError('bad-format');
const overflow = () => new DateTimeParseError('field-overflow');

/**
 * Reads any of PostgreSQL's date/time notations; with `timeOnly` numbers without separators are times. Throws DateTimeParseError, and 22023 for a time zone that does not exist.
 */
export function parseDateTime(text: string, order: DateOrder, timeOnly = false): DateTimeParts {
  const reader = new DateTimeReader(order, timeOnly);
  const tokens = tokenizeDateTime(text);
  for (const [i, token] of tokens.entries()) reader.read(token, tokens[i + 1]);
  return reader.finish();
}

type Prefix = 'julian' | 'time';

/** Collects fields left to right; which field a number is depends on those already there. */
class DateTimeReader {
  readonly #order: DateOrder;
  readonly #timeOnly: boolean;
  #year: number | undefined;
  #month: number | undefined;
  #day: number | undefined;
  #dayOfYear: number | undefined;
  #julian: number | undefined;
  #time: {hour: number; minute: number; second: number; micros: number} | undefined;
  #zone: TimeZone | undefined;
  #special: SpecialDate | undefined;
  #textMonth = false;
  #twoDigitYear = false;
  #bc = false;
  #half: 'am' | 'pm' | undefined;
  #prefix: Prefix | undefined;

  constructor(order: DateOrder, timeOnly: boolean) {
    this.#order = order;
    this.#timeOnly = timeOnly;
  }

  read(token: DateTimeToken, next: DateTimeToken | undefined): void {
    switch (token.kind) {
      case 'date':
        return this.#readDate(token.text, next);
      case 'time':
        return this.#readTime(token.text);
      case 'zone':
        return this.#setZone(fixedZone(token.text, decodeOffset(token.text)));
      case 'number':
        return this.#timeOnly ? this.#readConcatenated(token.text) : this.#readNumberToken(token.text);
      case 'word':
      case 'special':
        return this.#readWord(token.text, next);
    }
  }

  get #hasDate(): boolean {
    return this.#julian !== undefined || (this.#year !== undefined && this.#month !== undefined && this.#day !== undefined);
  }

  #readDate(text: string, next: DateTimeToken | undefined): void {
    const notDate = this.#timeOnly && next?.kind !== 'time';
    if (notDate || this.#prefix === 'time' || (this.#month !== undefined && this.#day !== undefined) || this.#julian !== undefined) {
      const runTogether = /^(\d+(?:\.\d*)?)([+-][\d:]+)$/.exec(text);
      if (runTogether !== null) {
        this.#prefix = undefined;
        this.#readConcatenated(runTogether[1] ?? '');
        return this.#setZone(fixedZone(runTogether[2] ?? '', decodeOffset(runTogether[2] ?? '')));
      }
      if (/^\d/.test(text)) throw bad();
      return this.#setZone(timeZone(text));
    }
    if (/^[a-z]+\//.test(text) && monthOf(text.slice(0, text.indexOf('/'))) === undefined) return this.#setZone(timeZone(text));
    const fields = text.split(/[^a-z0-9]+/).filter(f => f !== '');
    if (fields.length > 3) throw bad();
    // The name of a month settles the meaning of the numbers beside it.
    for (const field of fields) if (/^[a-z]/.test(field)) this.#setMonthName(field);
    for (const field of fields) {
      if (/^[a-z]/.test(field)) continue;
      if (!/^\d+$/.test(field)) throw bad();
      this.#readDateNumber(field);
    }
    if (!this.#hasDate && this.#dayOfYear === undefined) throw bad();
  }

  #setMonthName(word: string): void {
    const month = monthOf(word);
    if (month === undefined || this.#textMonth) throw bad();
    if (this.#month !== undefined) {
      // "8 jan": the number taken for a month was the day.
      if (this.#day !== undefined) throw bad();
      this.#day = this.#month;
    }
    this.#month = month;
    this.#textMonth = true;
  }

  /** A number within a date, or a bare one of up to five digits. */
  #readDateNumber(text: string): void {
    const value = Number(text);
    const length = text.length;
    const setYear = () => {
      if (this.#year !== undefined) throw bad();
      this.#year = value;
      this.#twoDigitYear = length <= 2;
    };
    const year = this.#year !== undefined;
    const month = this.#month !== undefined;
    const day = this.#day !== undefined;
    if (length === 3 && year && !month && !day && value >= 1 && value <= 366) {
      if (this.#dayOfYear !== undefined) throw bad();
      this.#dayOfYear = value;
    } else if (!year && !month && !day) {
      if (length >= 3 || this.#order === 'YMD') setYear();
      else if (this.#order === 'DMY') this.#day = value;
      else this.#month = value;
    } else if (year && !month && !day) this.#month = value;
    else if (!year && month && !day) {
      if (this.#textMonth && (length >= 3 || this.#order === 'YMD')) setYear();
      else this.#day = value;
    } else if (year && month && !day) {
      if (this.#textMonth && length >= 3 && this.#twoDigitYear) {
        this.#day = this.#year;
        this.#year = value;
        this.#twoDigitYear = false;
      } else this.#day = value;
    } else if (!year && !month && day) this.#month = value;
    else if (!year && month && day) setYear();
    else if (year && month && day) this.#readConcatenated(text);
    else throw bad();
  }

  #readNumberToken(text: string): void {
    if (this.#prefix === 'julian') {
      this.#prefix = undefined;
      const value = Number(text);
      this.#julian = Math.floor(value);
      if (value !== this.#julian) this.#time = timeOfSeconds((value - this.#julian) * 86400);
      return;
    }
    if (this.#prefix === 'time') {
      this.#prefix = undefined;
      return this.#readConcatenated(text);
    }
    const point = text.indexOf('.');
    const whole = point < 0 ? text.length : point;
    if (point >= 0 && !this.#hasDate) {
      const fields = text.split('.').filter(f => f !== '');
      if (fields.length !== 2) throw bad();
      for (const field of fields) this.#readDateNumber(field);
      if (!this.#hasDate && this.#dayOfYear === undefined) throw bad();
      return;
    }
    if (point >= 0 && whole > 2) return this.#readConcatenated(text);
    if (point < 0 && text.length >= 6 && (!this.#hasDate || this.#time === undefined)) return this.#readConcatenated(text);
    if (point >= 0) throw bad();
    this.#readDateNumber(text);
  }

  /** Digits run together: yyyymmdd, yymmdd, hhmmss[.fff], hhmm. */
  #readConcatenated(text: string): void {
    this.#prefix = undefined;
    const point = text.indexOf('.');
    const digits = point < 0 ? text : text.slice(0, point);
    if (point < 0 && !this.#hasDate && !this.#timeOnly && digits.length >= 6) {
      if (this.#year !== undefined || this.#month !== undefined || this.#day !== undefined) throw bad();
      this.#year = Number(digits.slice(0, -4));
      this.#month = Number(digits.slice(-4, -2));
      this.#day = Number(digits.slice(-2));
      this.#twoDigitYear = digits.length === 6;
      return;
    }
    if (this.#time !== undefined || (digits.length !== 6 && digits.length !== 4)) throw bad();
    this.#time = {
      hour: Number(digits.slice(0, 2)),
      minute: Number(digits.slice(2, 4)),
      second: Number(digits.slice(4) || 0),
      micros: point < 0 ? 0 : fractionMicros(text.slice(point)),
    };
  }

  #readTime(text: string): void {
    if (this.#time !== undefined) throw bad();
    const match = /^(\d+):(\d*)(?::(\d*)(\.\d*)?|(\.\d*))?$/.exec(text);
    if (match === null) throw bad();
    const [, a = '', b = '', c, fraction, shortFraction] = match;
    const micros = fractionMicros(fraction ?? shortFraction ?? '');
    // mm:ss.fff has no hours.
    const time =
      shortFraction === undefined
        ? {hour: Number(a), minute: Number(b), second: Number(c || 0), micros}
        : {hour: 0, minute: Number(a), second: Number(b), micros};
    if (time.minute > 59 || time.second > 60) throw overflow();
    this.#prefix = undefined;
    this.#time = time;
  }

  #readWord(word: string, next: DateTimeToken | undefined): void {
    const special = specialDateOf(word);
    if (special === 'allballs') {
      this.#time = {hour: 0, minute: 0, second: 0, micros: 0};
      this.#zone = fixedZone('UTC', 0);
      return;
    }
    if (special !== undefined) {
      if (this.#special !== undefined || this.#hasDate) throw bad();
      this.#special = special;
      return;
    }
    if (monthOf(word) !== undefined) return this.#setMonthName(word);
    if (isWeekday(word)) return;
    switch (word) {
      case 'am':
      case 'pm':
        this.#half = word;
        return;
      case 'bc':
      case 'ad':
        this.#bc = word === 'bc';
        return;
      case 'at':
      case 'on':
        return;
      case 't':
        if (
          (!this.#hasDate && !this.#timeOnly) ||
          next === undefined ||
          (next.kind !== 'number' && next.kind !== 'time' && next.kind !== 'date')
        )
          throw bad();
        this.#prefix = 'time';
        return;
      case 'j':
      case 'jd':
      case 'julian':
        if (next?.kind !== 'number') throw bad();
        this.#prefix = 'julian';
        return;
      default: {
        const offset = ZONE_ABBREVIATIONS.get(word);
        if (offset !== undefined) return this.#setZone(fixedZone(word, offset));
        const zone = findTimeZone(word);
        if (zone === undefined) throw bad();
        return this.#setZone(zone);
      }
    }
  }

  #setZone(zone: TimeZone): void {
    if (this.#zone !== undefined && !this.#zone.name.match(/^(utc|gmt|z|ut)$/i)) throw bad();
    this.#zone = zone;
  }

  finish(): DateTimeParts {
    if (this.#prefix !== undefined) throw bad();
    const time = this.#finishTime();
    if (this.#special !== undefined) {
      const dated = this.#special === 'today' || this.#special === 'tomorrow' || this.#special === 'yesterday';
      if (time !== undefined && !dated) throw bad();
      return {special: this.#special, time, zone: this.#zone};
    }
    if (this.#julian !== undefined) return {julian: this.#julian, time, zone: this.#zone};
    const date = this.#finishDate();
    if (date === undefined && time === undefined) throw bad();
    return {date, time, zone: this.#zone};
  }

  #finishTime(): number | undefined {
    if (this.#time === undefined) return undefined;
    let {hour} = this.#time;
    const {minute, second, micros} = this.#time;
    if (this.#half !== undefined && hour > 12) throw overflow();
    if (this.#half === 'pm' && hour !== 12) hour += 12;
    else if (this.#half === 'am' && hour === 12) hour = 0;
    const total = ((hour * 60 + minute) * 60 + second) * 1e6 + micros;
    // Run-together digits are not checked one by one: 1999 is 20:39.
    if (total > 86400e6) throw overflow();
    return total;
  }

  #finishDate(): DateTimeParts['date'] {
    let year = this.#year;
    if (year === undefined && this.#month === undefined && this.#day === undefined) return undefined;
    const month = this.#month;
    const day = this.#day;
    if ((month !== undefined && (month < 1 || month > 12)) || (day !== undefined && (day < 1 || day > 31))) {
      throw new DateTimeParseError('month-day-overflow');
    }
    if (year === undefined) throw bad();
    if (this.#bc) {
      if (year <= 0) throw overflow();
      year = 1 - year;
    } else if (this.#twoDigitYear) {
      if (year < 70) year += 2000;
      else if (year < 100) year += 1900;
    } else if (year <= 0) throw overflow();
    if (this.#dayOfYear !== undefined) return ordinalDate(year, this.#dayOfYear);
    if (month === undefined || day === undefined) throw bad();
    if (day > daysInMonth(year, month)) throw overflow();
    return {year, month, day};
  }
}

/** Day 366 of a common year is the first of the next. */
function ordinalDate(year: number, dayOfYear: number) {
  return civilFromDays(daysFromCivil(year, 1, 1) + dayOfYear - 1);
}

function timeOfSeconds(seconds: number) {
  const micros = roundHalfEven(seconds * 1e6);
  return {
    hour: Math.floor(micros / 3600e6),
    minute: Math.floor(micros / 60e6) % 60,
    second: Math.floor(micros / 1e6) % 60,
    micros: micros % 1e6,
  };
}

/** Microseconds of ".123…", rounded. */
export function fractionMicros(fraction: string): number {
  return fraction.length < 2 ? 0 : roundHalfEven(Number(`0${fraction}`) * 1e6);
}

/** Seconds east of UTC of +hh, +hhmm, +hh:mm or +hh:mm:ss. */
export function decodeOffset(text: string): number {
  const match = /^([+-])(?:(\d+)(?::(\d+))?(?::(\d+))?)$/.exec(text);
  if (match === null) throw bad();
  const [, sign, first = '', minutesText, secondsText] = match;
  let hours = Number(first);
  let minutes = Number(minutesText ?? 0);
  if (minutesText === undefined && first.length > 2) {
    minutes = hours % 100;
    hours = Math.floor(hours / 100);
  }
  const seconds = Number(secondsText ?? 0);
  if (hours > 15 || minutes > 59 || seconds > 59) throw new DateTimeParseError('zone-overflow');
  const total = hours * 3600 + minutes * 60 + seconds;
  return sign === '-' && total !== 0 ? -total : total;
}
