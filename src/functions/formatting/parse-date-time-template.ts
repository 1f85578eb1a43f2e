import {sqlError} from '../../common/sql-error.ts';
import {daysFromCivil, daysInMonth, isLeapYear, isoYearStart, UNIX_EPOCH_JULIAN} from '../../types/civil.ts';
import {dateTimeTemplate, type TemplateField, type TemplateNode} from './date-time-template.ts';
import {DAY_NAMES, MONTH_NAMES, ROMAN_MONTHS} from './date-time-names.ts';

/** What to_date and to_timestamp read: a local time, and the offset in seconds where the text had one. */
export type ParsedDateTime = {readonly days: number; readonly micros: bigint; readonly offset: number | undefined};

const DIGITS: Readonly<Record<string, number>> = {
  HH: 2,
  HH12: 2,
  HH24: 2,
  MI: 2,
  SS: 2,
  MS: 3,
  US: 6,
  FF1: 1,
  FF2: 2,
  FF3: 3,
  FF4: 4,
  FF5: 5,
  FF6: 6,
  SSSS: 5,
  SSSSS: 5,
  CC: 2,
  YYYY: 4,
  YYY: 3,
  YY: 2,
  Y: 1,
  IYYY: 4,
  IYY: 3,
  IY: 2,
  I: 1,
  Q: 1,
  MM: 2,
  DDD: 3,
  IDDD: 3,
  DD: 2,
  D: 1,
  ID: 1,
  WW: 2,
  IW: 2,
  W: 1,
  J: 7,
  TZH: 2,
  TZM: 2,
};
const FRACTION = new Set(['MS', 'US', 'FF1', 'FF2', 'FF3', 'FF4', 'FF5', 'FF6']);
const SEPARATOR = /[^\p{L}\p{N}]/u;

/** Reads a text by a template. 22007 where a field cannot be read, 22008 where a value is out of range. */
export function parseByTemplate(text: string, template: string): ParsedDateTime {
  const reader = new TemplateReader(text, dateTimeTemplate(template));
  return assemble(reader.read(), text);
}

type Values = Map<string, number>;

class TemplateReader {
  readonly #nodes: readonly TemplateNode[];
  readonly #values: Values = new Map();
  #rest: string;

  constructor(text: string, nodes: readonly TemplateNode[]) {
    this.#rest = text;
    this.#nodes = nodes;
  }

  read(): Values {
    for (const [i, node] of this.#nodes.entries()) {
      if (node.kind === 'field') {
        if (this.#rest.trim() === '') break;
        this.#field(node, this.#nodes[i + 1]);
      } else this.#literal(node);
    }
    return this.#values;
  }

  /** A separator stands for any run of separators; other literal characters skip one character of the text. */
  #literal({text, quoted}: {readonly text: string; readonly quoted: boolean}): void {
    if (!quoted && SEPARATOR.test(text)) {
      const skipped = /^\s*[^\p{L}\p{N}\s+-]?\s*/u.exec(this.#rest);
      const sign = skipped?.[0] === '' && /^[+-]/.test(this.#rest) && text !== '+' ? 1 : 0;
      this.#rest = this.#rest.slice((skipped?.[0].length ?? 0) + sign);
      return;
    }
    this.#rest = this.#rest.replace(/^\s+/, '');
    for (const _ of text) this.#rest = this.#rest.slice(1);
  }

  #field(field: TemplateField, next: TemplateNode | undefined): void {
    this.#rest = this.#rest.replace(/^\s+/, '');
    const {name} = field;
    const width = DIGITS[name];
    if (width !== undefined) this.#number(field, width, next);
    else this.#word(name);
    if (field.ordinal !== undefined) this.#rest = this.#rest.replace(/^(st|nd|rd|th)/i, '');
  }

  #number({name, fill}: TemplateField, width: number, next: TemplateNode | undefined): void {
    // Only where another number follows at once does the width count.
    const bounded = !fill && next?.kind === 'field' && (DIGITS[next.name] !== undefined || next.name === 'Y,YYY');
    const exact = bounded || FRACTION.has(name);
    if (bounded && this.#rest.length < width) {
      throw sqlError('invalid_datetime_format', `source string too short for "${name}" formatting field`, {
        detail: `Field requires ${width} characters, but only ${this.#rest.length} remain.`,
        hint: 'If your source string is not fixed-width, try using the "FM" modifier.',
      });
    }
    const found = new RegExp(`^[+-]?\\d{1,${exact ? width : 10}}`).exec(this.#rest);
    if (found === null) throw this.#invalid(name);
    this.#rest = this.#rest.slice(found[0].length);
    this.#set(name, numberOfField(name, found[0]));
  }

  #word(name: string): void {
    switch (name) {
      case 'AM':
      case 'PM':
      case 'A.M.':
      case 'P.M.':
        return this.#set('PM', this.#choice(name, [/^a\.?m\.?/i, /^p\.?m\.?/i]));
      case 'AD':
      case 'BC':
      case 'A.D.':
      case 'B.C.':
        return this.#set('BC', this.#choice(name, [/^a\.?d\.?/i, /^b\.?c\.?/i]));
      case 'MONTH':
        return this.#set(
          'MM',
          this.#choice(
            name,
            MONTH_NAMES.map(month => new RegExp(`^(${month}|${month.slice(0, 3)})`, 'i')),
          ) + 1,
        );
      case 'MON':
        return this.#set(
          'MM',
          this.#choice(
            name,
            MONTH_NAMES.map(month => new RegExp(`^${month.slice(0, 3)}`, 'i')),
          ) + 1,
        );
      case 'DAY':
        return void this.#choice(
          name,
          DAY_NAMES.map(day => new RegExp(`^(${day}|${day.slice(0, 3)})`, 'i')),
        );
      case 'DY':
        return void this.#choice(
          name,
          DAY_NAMES.map(day => new RegExp(`^${day.slice(0, 3)}`, 'i')),
        );
      case 'RM': {
        const found = /^[ivx]+/i.exec(this.#rest)?.[0] ?? '';
        const month = ROMAN_MONTHS.indexOf(found.toUpperCase());
        if (month < 0) throw this.#invalid(name);
        this.#rest = this.#rest.slice(found.length);
        return this.#set('MM', month + 1);
      }
      case 'Y,YYY': {
        const found = /^(\d+),(\d{3})/.exec(this.#rest);
        if (found === null) throw this.#invalid(name);
        this.#rest = this.#rest.slice(found[0].length);
        return this.#set('YYYY', Number(found[1]) * 1000 + Number(found[2]));
      }
      case 'OF':
      case 'TZ': {
        const found = /^([+-])(\d{1,2})(?::?(\d\d))?/.exec(this.#rest);
        if (found === null) throw sqlError('feature_not_supported', `formatting field "${name}" is only supported in to_char`);
        this.#rest = this.#rest.slice(found[0].length);
        this.#set('TZH', Number(`${found[1]}${found[2]}`));
        return this.#set('TZM', Number(found[3] ?? 0));
      }
      default:
        return undefined;
    }
  }

  #choice(name: string, patterns: readonly RegExp[]): number {
    for (const [i, pattern] of patterns.entries()) {
      const found = pattern.exec(this.#rest);
      if (found !== null) {
        this.#rest = this.#rest.slice(found[0].length);
        return i;
      }
    }
    throw sqlError('invalid_datetime_format', `invalid value "${this.#rest.slice(0, name.length)}" for "${name}"`, {
      detail: 'The given value did not match any of the allowed values for this field.',
    });
  }

  #set(name: string, value: number): void {
    const known = this.#values.get(name);
    if (known !== undefined && known !== value) {
      throw sqlError('invalid_datetime_format', `conflicting values for "${name}" field in formatting string`, {
        detail: 'This value contradicts a previous setting for the same field type.',
      });
    }
    this.#values.set(name, value);
  }

  #invalid(name: string) {
    return sqlError('invalid_datetime_format', `invalid value "${this.#rest.slice(0, DIGITS[name] ?? name.length)}" for "${name}"`, {
      detail: 'Value must be an integer.',
    });
  }
}

function numberOfField(name: string, digits: string): number {
  const value = Number(digits);
  if (FRACTION.has(name)) return Number(digits.padEnd(6, '0'));
  // Short years are those nearest to 2020.
  if ((name === 'YY' || name === 'IY') && digits.length <= 2) return value + (value < 70 ? 2000 : 1900);
  if ((name === 'YYY' || name === 'IYY') && digits.length <= 3) return value + (value >= 520 ? 1000 : 2000);
  if ((name === 'Y' || name === 'I') && digits.length <= 1) return value + 2000;
  return value;
}

function assemble(values: Values, text: string): ParsedDateTime {
  const outOfRange = () => sqlError('datetime_field_overflow', `date/time field value out of range: "${text}"`);
  const days = dateOf(values, outOfRange);
  const micros = timeOf(values, outOfRange);
  const hours = values.get('TZH');
  const minutes = values.get('TZM') ?? 0;
  const offset = hours === undefined ? undefined : hours * 3600 + (hours < 0 || Object.is(hours, -0) ? -minutes : minutes) * 60;
  return {days, micros, offset};
}

function timeOf(values: Values, outOfRange: () => Error): bigint {
  const sinceMidnight = values.get('SSSS') ?? values.get('SSSSS');
  const fraction = ['MS', 'US', 'FF1', 'FF2', 'FF3', 'FF4', 'FF5', 'FF6'].reduce((sum, name) => sum + (values.get(name) ?? 0), 0);
  if (sinceMidnight !== undefined) return BigInt(sinceMidnight) * 1_000_000n + BigInt(fraction);
  const hour = hourOf(values);
  const minute = values.get('MI') ?? 0;
  const second = values.get('SS') ?? 0;
  if (hour > 23 || minute > 59 || second > 59 || hour < 0 || minute < 0 || second < 0) throw outOfRange();
  return BigInt(hour * 3600 + minute * 60 + second) * 1_000_000n + BigInt(fraction);
}

function hourOf(values: Values): number {
  const twelve = values.get('HH12') ?? values.get('HH');
  const pm = values.get('PM');
  const hour = values.get('HH24') ?? twelve ?? 0;
  if (pm === undefined && values.has('HH24')) return hour;
  if (twelve !== undefined || pm !== undefined) {
    if (hour < 1 || hour > 12) {
      throw sqlError('datetime_field_overflow', `hour "${hour}" is invalid for the 12-hour clock`, {
        hint: 'Use the 24-hour clock, or give an hour between 1 and 12.',
      });
    }
    return (hour % 12) + (pm === 1 ? 12 : 0);
  }
  return hour;
}

function dateOf(values: Values, outOfRange: () => Error): number {
  const julian = values.get('J');
  if (julian !== undefined) return julian - UNIX_EPOCH_JULIAN;
  const iso = isoDate(values);
  if (iso !== undefined) return iso;
  const year = yearOf(values);
  const dayOfYear = values.get('DDD');
  if (dayOfYear !== undefined && !values.has('MM')) {
    if (dayOfYear < 1 || dayOfYear > (isLeapYear(year) ? 366 : 365)) throw outOfRange();
    return daysFromCivil(year, 1, 1) + dayOfYear - 1;
  }
  const week = values.get('WW');
  if (week !== undefined && !values.has('MM')) return daysFromCivil(year, 1, 1) + (week - 1) * 7;
  // A zero counts as not given.
  const month = values.get('MM') || 1;
  const weekOfMonth = values.get('W');
  const day = values.get('DD') || (weekOfMonth === undefined ? 1 : (weekOfMonth - 1) * 7 + 1);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) throw outOfRange();
  return daysFromCivil(year, month, day);
}

function isoDate(values: Values): number | undefined {
  const year = values.get('IYYY') ?? values.get('IYY') ?? values.get('IY') ?? values.get('I');
  if (year === undefined) return undefined;
  const start = isoYearStart(year);
  const dayOfYear = values.get('IDDD');
  if (dayOfYear !== undefined) return start + dayOfYear - 1;
  return start + ((values.get('IW') ?? 1) - 1) * 7 + (values.get('ID') ?? 1) - 1;
}

/** Year 0 does not exist: without any year it is 1 BC. */
function yearOf(values: Values): number {
  const written = values.get('YYYY') ?? values.get('YYY') ?? values.get('YY') ?? values.get('Y');
  const century = values.get('CC');
  let year = written ?? 0;
  if (century !== undefined) year = written === undefined ? (century - 1) * 100 + 1 : (century - 1) * 100 + (written % 100 || 100);
  if (values.get('BC') === 1) return 1 - Math.abs(year);
  return year < 0 ? year + 1 : year;
}
