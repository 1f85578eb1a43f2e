import {sqlError} from '../../common/sql-error.ts';
import {dateTimeTemplate, type TemplateField} from './date-time-template.ts';
import {isoDayOfYear, isoWeek, isoYear, julianDay, weekdayOf, type DateTimeFields} from './date-time-fields.ts';
import {DAY_NAMES, MONTH_NAMES, ROMAN_MONTHS} from './date-time-names.ts';
import {withOrdinal} from './ordinal.ts';

/** to_char of a point in time or an interval. 22007 for fields that an interval does not have. */
export function formatDateTime(fields: DateTimeFields, template: string): string {
  return dateTimeTemplate(template)
    .map(node => (node.kind === 'literal' ? node.text : formatField(fields, node)))
    .join('');
}

function formatField(fields: DateTimeFields, field: TemplateField): string {
  const number = numberOf(fields, field.name);
  if (number !== undefined) {
    const [value, width] = number;
    return withOrdinal(field.fill ? String(value) : padded(value, width), field.ordinal);
  }
  return textOf(fields, field);
}

function padded(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(width, '0');
  return value < 0 ? `-${digits}` : digits;
}

/** Years before 1 AD are shown as years BC; an interval's are signed. */
const shownYear = ({year, days}: DateTimeFields) => (days !== undefined && year <= 0 ? 1 - year : year);
const shownIsoYear = (fields: DateTimeFields) => (isoYear(fields) <= 0 ? 1 - isoYear(fields) : isoYear(fields));

function numberOf(fields: DateTimeFields, name: string): readonly [value: number, width: number] | undefined {
  const {hour, minute, second, micros, month, day, days, dayOfYear} = fields;
  switch (name) {
    case 'HH':
    case 'HH12':
      return [hour % 12 === 0 ? 12 : hour % 12, 2];
    case 'HH24':
      return [hour, 2];
    case 'MI':
      return [minute, 2];
    case 'SS':
      return [second, 2];
    case 'MS':
      return [Math.trunc(micros / 1000), 3];
    case 'US':
      return [micros, 6];
    case 'SSSS':
    case 'SSSSS':
      return [hour * 3600 + minute * 60 + second, 0];
    case 'CC':
      return [century(fields), 2];
    case 'YYYY':
      return [shownYear(fields), 4];
    case 'YYY':
      return [shownYear(fields) % 1000, 3];
    case 'YY':
      return [shownYear(fields) % 100, 2];
    case 'Y':
      return [shownYear(fields) % 10, 1];
    case 'IYYY':
      return [shownIsoYear(calendar(fields)), 4];
    case 'IYY':
      return [shownIsoYear(calendar(fields)) % 1000, 3];
    case 'IY':
      return [shownIsoYear(calendar(fields)) % 100, 2];
    case 'I':
      return [shownIsoYear(calendar(fields)) % 10, 1];
    case 'Q':
      return days === undefined && month === 0 ? undefined : [Math.trunc((month - 1) / 3) + 1, 0];
    case 'MM':
      return [month, 2];
    case 'DDD':
      return [dayOfYear, 3];
    case 'IDDD':
      return [isoDayOfYear(calendar(fields)), 3];
    case 'DD':
      return [day, 2];
    case 'D':
      return [weekdayOf(calendar(fields)) + 1, 0];
    case 'ID':
      return [weekdayOf(calendar(fields)) || 7, 0];
    case 'WW':
      return [Math.trunc((dayOfYear - 1) / 7) + 1, 2];
    case 'IW':
      return [isoWeek(calendar(fields)), 2];
    case 'W':
      return [Math.trunc((day - 1) / 7) + 1, 0];
    case 'J':
      return [days === undefined ? intervalJulian(fields) : julianDay(fields), 0];
    default:
      return undefined;
  }
}

function intervalJulian({year, month, day}: DateTimeFields): number {
  // PostgreSQL treats the interval's fields as a date here.
  const shift = Math.floor((14 - month) / 12);
  const y = year + 4800 - shift;
  const m = month + 12 * shift - 3;
  return day + Math.floor((153 * m + 2) / 5) + 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) - 32045;
}

function century(fields: DateTimeFields): number {
  const {year, days} = fields;
  if (days === undefined) return Math.trunc(year / 100);
  return year > 0 ? Math.trunc((year - 1) / 100) + 1 : Math.trunc(year / 100) - 1;
}

function calendar(fields: DateTimeFields): DateTimeFields {
  if (fields.days !== undefined) return fields;
  throw sqlError('invalid_datetime_format', 'invalid format specification for an interval value', {
    hint: 'Intervals are not tied to specific calendar dates.',
  });
}

function textOf(fields: DateTimeFields, field: TemplateField): string {
  const {name, text, fill} = field;
  const {hour, micros, month, year, zone} = fields;
  switch (name) {
    case 'AM':
    case 'PM':
    case 'A.M.':
    case 'P.M.':
      return inCase(meridian(hour, name.includes('.')), isLower(text) ? 'lower' : 'upper');
    case 'AD':
    case 'BC':
    case 'A.D.':
    case 'B.C.': {
      calendar(fields);
      const dotted = name.includes('.');
      return inCase(year > 0 ? (dotted ? 'A.D.' : 'AD') : dotted ? 'B.C.' : 'BC', isLower(text) ? 'lower' : 'upper');
    }
    case 'DAY':
      return named(DAY_NAMES[weekdayOf(calendar(fields))], text, fill, 9);
    case 'DY':
      return named(DAY_NAMES[weekdayOf(calendar(fields))]?.slice(0, 3), text, true, 3);
    case 'MONTH':
      return named(MONTH_NAMES[calendar(fields).month - 1], text, fill, 9);
    case 'MON':
      return named(MONTH_NAMES[calendar(fields).month - 1]?.slice(0, 3), text, true, 3);
    case 'RM': {
      if (month === 0) return '';
      const roman = inCase(ROMAN_MONTHS[month - 1] ?? '', isLower(text) ? 'lower' : 'upper');
      return fill ? roman : roman.padEnd(4);
    }
    case 'Y,YYY': {
      const shown = shownYear(fields);
      return withOrdinal(`${Math.trunc(shown / 1000)},${padded(shown % 1000, 3)}`, field.ordinal);
    }
    case 'FF1':
    case 'FF2':
    case 'FF3':
    case 'FF4':
    case 'FF5':
    case 'FF6':
      return withOrdinal(padded(micros, 6).slice(0, Number(name.slice(2))), field.ordinal);
    case 'TZ':
      calendar(fields);
      return zone === undefined ? '' : inCase(zone.name, isLower(text) ? 'lower' : 'upper');
    case 'TZH':
      return zone === undefined ? '+00' : `${zone.offset < 0 ? '-' : '+'}${padded(Math.trunc(Math.abs(zone.offset) / 3600), 2)}`;
    case 'TZM':
      return zone === undefined ? '00' : padded(Math.trunc(Math.abs(zone.offset) / 60) % 60, 2);
    case 'OF':
      calendar(fields);
      return offsetText(zone?.offset ?? 0, fill);
    default:
      return '';
  }
}

function meridian(hour: number, dotted: boolean): string {
  const afternoon = hour % 24 >= 12;
  return dotted ? (afternoon ? 'P.M.' : 'A.M.') : afternoon ? 'PM' : 'AM';
}

function offsetText(offset: number, fill: boolean): string {
  const size = Math.abs(offset);
  const hours = Math.trunc(size / 3600);
  const minutes = Math.trunc(size / 60) % 60;
  return `${offset < 0 ? '-' : '+'}${fill ? hours : padded(hours, 2)}${minutes === 0 ? '' : `:${padded(minutes, 2)}`}`;
}

const isLower = (text: string) => text === text.toLowerCase();

/** DAY, Day and day give the name in the same case. */
function named(name: string | undefined, text: string, fill: boolean, width: number): string {
  const cased = isLower(text) ? (name ?? '').toLowerCase() : text === text.toUpperCase() ? (name ?? '').toUpperCase() : (name ?? '');
  return fill ? cased : cased.padEnd(width);
}

function inCase(text: string, wanted: 'lower' | 'upper'): string {
  return wanted === 'lower' ? text.toLowerCase() : text.toUpperCase();
}
