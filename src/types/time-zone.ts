import {sqlError} from '../common/sql-error.ts';
import {daysFromCivil} from './civil.ts';
import {ZONE_ABBREVIATIONS} from './zone-abbreviations.ts';

/** A time zone: seconds east of UTC as a function of the instant. */
export interface TimeZone {
  readonly name: string;
  /** Offset at a UTC instant, given in seconds since 1970. */
  offsetAt(utcSeconds: number): number;
}

const SECONDS_PER_DAY = 86400;
const zones = new Map<string, TimeZone>();

/**
 * Looks a zone up by IANA name (any case), abbreviation, or POSIX-style fixed offset ('+02', 'UTC-5': positive is WEST of Greenwich, as in
 * PostgreSQL). 22023 when there is none.
 */
export function timeZone(name: string): TimeZone {
  const zone = findTimeZone(name);
  if (zone === undefined) throw sqlError('invalid_parameter_value', `time zone "${name}" not recognized`);
  return zone;
}

export function findTimeZone(name: string): TimeZone | undefined {
  const key = name.toLowerCase();
  let zone = zones.get(key);
  if (zone === undefined) {
    zone = makeZone(name.trim());
    // The names come from users: do not keep an unlimited number of them.
    if (zone !== undefined && zones.size < 2000) zones.set(key, zone);
  }
  return zone;
}

export function fixedZone(name: string, offset: number): TimeZone {
  return {name, offsetAt: () => offset};
}

const POSIX_OFFSET = /^(?:<[^>]+>|[a-z]{3,})?([+-]\d{1,2})(?::?([0-5]\d))?(?::?([0-5]\d))?$/i;

function makeZone(name: string): TimeZone | undefined {
  const abbreviation = ZONE_ABBREVIATIONS.get(name.toLowerCase());
  if (abbreviation !== undefined) return fixedZone(name, abbreviation);
  if (/^[a-z]/i.test(name) && !/^(utc|gmt)[+-]/i.test(name)) {
    const zone = ianaZone(name);
    if (zone !== undefined) return zone;
  }
  const match = POSIX_OFFSET.exec(name);
  if (match === null) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = match;
  const west = hours.startsWith('-') ? -1 : 1;
  if (Math.abs(Number(hours)) > 24) return undefined;
  return fixedZone(name, -west * (Math.abs(Number(hours)) * 3600 + Number(minutes) * 60 + Number(seconds)) + 0);
}

function ianaZone(name: string): TimeZone | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US-u-ca-iso8601', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    return new IanaZone(name, format);
  } catch {
    return undefined;
  }
}

/** Transitions of one year: `offsets[i]` holds from `starts[i]` until `starts[i + 1]`. */
type YearOffsets = {readonly starts: readonly number[]; readonly offsets: readonly number[]};

/** Years outside this span borrow the rules of its edge: before it zones have no rules, after it they repeat every 400 years. */
const FIRST_YEAR = 1800;
const LAST_YEAR = 2500;
const GREGORIAN_CYCLE_SECONDS = 146097 * SECONDS_PER_DAY;

/** A zone of the platform's database. Offsets are asked from Intl once per year and zone, then kept. */
class IanaZone implements TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #years = new Map<number, YearOffsets>();

  constructor(name: string, format: Intl.DateTimeFormat) {
    this.name = name;
    this.#format = format;
  }

  offsetAt(utcSeconds: number): number {
    let seconds = utcSeconds;
    let year = yearOfSeconds(seconds);
    if (year < FIRST_YEAR) {
      year = FIRST_YEAR;
      seconds = yearStart(FIRST_YEAR);
    } else if (year > LAST_YEAR) {
      const cycles = Math.ceil((year - LAST_YEAR) / 400);
      year -= cycles * 400;
      seconds -= cycles * GREGORIAN_CYCLE_SECONDS;
    }
    let {starts, offsets} = this.#offsetsOf(year);
    // The estimate of the year can be one off at its edges.
    if (seconds < (starts[0] ?? 0)) ({starts, offsets} = this.#offsetsOf(year - 1));
    let i = starts.length - 1;
    while (i > 0 && seconds < (starts[i] ?? 0)) i--;
    return offsets[i] ?? 0;
  }

  #offsetsOf(year: number): YearOffsets {
    let found = this.#years.get(year);
    if (found === undefined) {
      found = this.#findTransitions(yearStart(year), yearStart(year + 1));
      this.#years.set(year, found);
    }
    return found;
  }

  /** Probes every 10 days (no zone has kept an offset for less but in wartime oddities) and bisects where the offset changed. */
  #findTransitions(start: number, end: number): YearOffsets {
    const starts = [start];
    const offsets = [this.#ask(start)];
    let at = start;
    let offset = offsets[0] ?? 0;
    while (at < end) {
      const next = Math.min(at + 10 * SECONDS_PER_DAY, end);
      const offsetAfter = this.#ask(next);
      if (offsetAfter !== offset) {
        let low = at;
        let high = next;
        while (high - low > 1) {
          const middle = Math.floor((low + high) / 2);
          if (this.#ask(middle) === offset) low = middle;
          else high = middle;
        }
        starts.push(high);
        offset = this.#ask(high);
        offsets.push(offset);
        at = high;
      } else at = next;
    }
    return {starts, offsets};
  }

  #ask(utcSeconds: number): number {
    let year = 0;
    let month = 0;
    let day = 0;
    let hour = 0;
    let minute = 0;
    let second = 0;
    for (const {type, value} of this.#format.formatToParts(utcSeconds * 1000)) {
      if (type === 'year') year = Number(value);
      else if (type === 'month') month = Number(value);
      else if (type === 'day') day = Number(value);
      else if (type === 'hour') hour = Number(value);
      else if (type === 'minute') minute = Number(value);
      else if (type === 'second') second = Number(value);
    }
    return daysFromCivil(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - utcSeconds;
  }
}

function yearStart(year: number): number {
  return daysFromCivil(year, 1, 1) * SECONDS_PER_DAY;
}

function yearOfSeconds(seconds: number): number {
  let year = Math.floor(seconds / (365.2425 * SECONDS_PER_DAY)) + 1970;
  if (seconds >= yearStart(year + 1)) year++;
  else if (seconds < yearStart(year)) year--;
  return year;
}

/**
 * The offset that applies to a local wall-clock time, given in seconds as if it were UTC. A time that a spring-forward skips is read with the
 * offset before it; one that occurs twice is the later one (standard time), as in PostgreSQL.
 */
export function offsetAtLocal(zone: TimeZone, localSeconds: number): number {
  const before = zone.offsetAt(localSeconds - SECONDS_PER_DAY);
  const after = zone.offsetAt(localSeconds + SECONDS_PER_DAY);
  if (before === after) {
    const at = zone.offsetAt(localSeconds - before);
    if (at === before) return before;
  }
  const utcBefore = localSeconds - before;
  const utcAfter = localSeconds - after;
  const beforeHolds = zone.offsetAt(utcBefore) === before;
  const afterHolds = zone.offsetAt(utcAfter) === after;
  if (afterHolds && !beforeHolds) return after;
  if (beforeHolds && !afterHolds) return before;
  if (beforeHolds && afterHolds) return utcBefore > utcAfter ? before : after;
  return utcBefore > utcAfter ? before : after;
}

/** UTC microseconds → local wall-clock microseconds. */
export function toLocal(zone: TimeZone, utcMicros: bigint): bigint {
  return utcMicros + BigInt(zone.offsetAt(secondsOf(utcMicros))) * 1_000_000n;
}

/** Local wall-clock microseconds → UTC microseconds. */
export function toUtc(zone: TimeZone, localMicros: bigint): bigint {
  return localMicros - BigInt(offsetAtLocal(zone, secondsOf(localMicros))) * 1_000_000n;
}

/** Whole seconds of microseconds, floor. */
export function secondsOf(micros: bigint): number {
  return Math.floor(Number(micros / 1000n) / 1000);
}
