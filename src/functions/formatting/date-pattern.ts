import {sqlError} from '../../common/sql-error.ts';
import {weekdayOf, type DateTimeFields} from './date-time-fields.ts';
import {DAY_NAMES, MONTH_NAMES} from './date-time-names.ts';

type Piece = (fields: DateTimeFields) => string;

const CACHE_SIZE = 256;
const parsed = new Map<string, readonly Piece[]>();

const pad = (value: number, width: number) => String(value).padStart(width, '0');
const shortened = (name: string, width: number) => (width < 4 ? name.slice(0, 3) : name);
const yearOfEra = (year: number) => (year > 0 ? year : 1 - year);

/** What a letter repeated `width` times stands for. */
const LETTERS: Readonly<Record<string, (width: number) => Piece>> = {
  y: width => f => (width === 2 ? pad(yearOfEra(f.year) % 100, 2) : pad(yearOfEra(f.year), width)),
  M: width => f => (width > 2 ? shortened(MONTH_NAMES[f.month - 1]!, width) : pad(f.month, width)),
  d: width => f => pad(f.day, width),
  D: width => f => pad(f.dayOfYear, width),
  E: width => f => shortened(DAY_NAMES[weekdayOf(f)]!, width),
  H: width => f => pad(f.hour, width),
  k: width => f => pad(f.hour === 0 ? 24 : f.hour, width),
  h: width => f => pad(f.hour % 12 === 0 ? 12 : f.hour % 12, width),
  K: width => f => pad(f.hour % 12, width),
  m: width => f => pad(f.minute, width),
  s: width => f => pad(f.second, width),
  S: width => f => pad(f.micros, 6).padEnd(width, '0').slice(0, width),
  a: () => f => (f.hour < 12 ? 'AM' : 'PM'),
};

/**
 * Text by a pattern of letters as stream processors know it: `yyyy-MM-dd HH:mm:ss.SSS`. A letter's number is its width; text between
 * single quotes and every other character stand for themselves. 22023 for letters without a meaning.
 */
export function formatByPattern(fields: DateTimeFields, pattern: string): string {
  let pieces = parsed.get(pattern);
  if (pieces === undefined) {
    pieces = parsePattern(pattern);
    if (parsed.size >= CACHE_SIZE) parsed.clear();
    parsed.set(pattern, pieces);
  }
  let text = '';
  for (const piece of pieces) text += piece(fields);
  return text;
}

function parsePattern(pattern: string): readonly Piece[] {
  const tokens = pattern.match(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g) ?? [];
  return tokens.map((token): Piece => {
    const first = token[0]!;
    if (token === "'") throw sqlError('invalid_parameter_value', `unterminated quote in the date pattern "${pattern}"`);
    if (token === "''") return () => "'";
    if (first === "'") return () => token.slice(1, -1).replaceAll("''", "'");
    if (!/[A-Za-z]/.test(first)) return () => token;
    const piece = LETTERS[first];
    if (piece === undefined)
      throw sqlError('invalid_parameter_value', `"${first}" has no meaning in a date pattern`, {
        hint: `Letters with a meaning: ${Object.keys(LETTERS).join(' ')}; others stand between single quotes.`,
      });
    return piece(token.length);
  });
}

const MINUTE = 60_000_000;

/** Microseconds within which a timestamp's text by this pattern does not change: all texts of a unit are one. */
export function unitOfPattern(pattern: string): number {
  const letters = pattern.replaceAll(/'[^']*'/g, '');
  if (letters.includes('S')) return 1;
  if (letters.includes('s')) return 1_000_000;
  if (letters.includes('m')) return MINUTE;
  return /[HkhKa]/.test(letters) ? 60 * MINUTE : 24 * 60 * MINUTE;
}
