import {findTimeZone} from '../../types/time-zone.ts';

/**
 * The value of TimeZone as it is kept: a name that `findTimeZone` knows. Numbers are hours east of Greenwich and become a POSIX zone, whose
 * offset counts to the west: 7 → `<+07>-07`. Undefined when there is no such zone.
 */
export function timeZoneSetting(value: string): string | undefined {
  if (/^(?:default|local)$/i.test(value)) return 'UTC';
  if (/^[+-]?\d+(?:\.\d+)?$/.test(value)) {
    const seconds = Math.round(Number(value) * 3600);
    return Math.abs(seconds) > 168 * 3600 ? undefined : zoneEastOf(seconds);
  }
  const name = SPELLINGS[value.toLowerCase()] ?? value;
  return findTimeZone(name) === undefined ? undefined : name;
}

const SPELLINGS: Readonly<Record<string, string>> = {utc: 'UTC', gmt: 'GMT', z: 'UTC', 'etc/utc': 'Etc/UTC'};

/** A zone with a fixed offset, named as PostgreSQL names it. */
export function zoneEastOf(seconds: number): string {
  const text = (sign: string): string => {
    const parts = [Math.trunc(Math.abs(seconds) / 3600), Math.trunc(Math.abs(seconds) / 60) % 60, Math.abs(seconds) % 60];
    while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
    return sign + parts.map(part => String(part).padStart(2, '0')).join(':');
  };
  return seconds < 0 ? `<${text('-')}>${text('+')}` : `<${text('+')}>${text('-')}`;
}
