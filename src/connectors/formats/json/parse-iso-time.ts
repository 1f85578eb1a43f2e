/** The ISO 8601 forms that the kernel leaves aside: rarer separators, 24:00, second 60, years beyond 9999, long fractions, odd zones. */
const TIMESTAMP = /^(\d{4,6})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d(?::?\d\d)?)?))?)?$/;
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?$/;

const DAY_MICROS = 86_400_000_000n;

/** Days since 1970-01-01 of a civil date, undefined if there is no such day. */
function dayNumber(year: number, month: number, day: number): number | undefined {
  if (year === 0 || month < 1 || month > 12 || day < 1) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return Math.floor(date.getTime() / 86_400_000);
}

/** Microseconds since midnight, undefined if out of range; PostgreSQL takes 24:00:00 and second 60. */
function timeOfDay(hour: number, minute: number, second: number, fraction: string): bigint | undefined {
  if (hour > 24 || minute > 59 || second > 60) return undefined;
  const micros = roundToEven(Number(`0.${fraction}`) * 1e6);
  if (hour === 24 && (minute > 0 || second > 0 || micros > 0)) return undefined;
  return BigInt((hour * 60 + minute) * 60 + second) * 1_000_000n + BigInt(micros);
}

function roundToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

function offsetMicros(zone: string | undefined): bigint | undefined {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0n;
  const digits = zone.slice(1).replaceAll(':', '').padEnd(6, '0');
  const [hours, minutes, seconds] = [Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4, 6))];
  if (hours > 15 || minutes > 59 || seconds > 59) return undefined;
  const micros = BigInt((hours * 60 + minutes) * 60 + seconds) * 1_000_000n;
  return zone.startsWith('-') ? -micros : micros;
}

/** Microseconds since 1970-01-01 UTC; without a zone the text is UTC. undefined: not ISO 8601, or no such moment. */
export function parseIsoTimestamp(text: string): bigint | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const day = dayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
  const time = timeOfDay(Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0), match[7] ?? '0');
  const offset = offsetMicros(match[8]);
  if (day === undefined || time === undefined || offset === undefined) return undefined;
  return BigInt(day) * DAY_MICROS + time - offset;
}

/** Days since 1970-01-01; a time of day and a zone are read and ignored, as PostgreSQL does. */
export function parseIsoDate(text: string): number | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null || parseIsoTimestamp(text) === undefined) return undefined;
  return dayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** Microseconds since midnight. */
export function parseIsoTime(text: string): bigint | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  return timeOfDay(Number(match[1]), Number(match[2]), Number(match[3] ?? 0), match[4] ?? '0');
}
