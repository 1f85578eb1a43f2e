import {sqlError} from '../common/sql-error.ts';
import {trimSpace} from './trim-space.ts';

/** Each word may be cut, as long as it stays unambiguous ("o" is not). */
const WORDS: readonly (readonly [word: string, least: number, value: boolean])[] = [
  ['true', 1, true],
  ['false', 1, false],
  ['yes', 1, true],
  ['no', 1, false],
  ['on', 2, true],
  ['off', 2, false],
  ['1', 1, true],
  ['0', 1, false],
];

/** boolin: true, yes, on, 1 and their prefixes, any case. */
export function parseBool(text: string): boolean {
  const word = trimSpace(text).toLowerCase();
  const found = WORDS.find(([full, least]) => word.length >= least && full.startsWith(word));
  if (found === undefined) throw sqlError('invalid_text_representation', `invalid input syntax for type boolean: "${text}"`);
  return found[2];
}

/** boolout; casts to text spell it out, see `boolToText`. */
export function formatBool(value: boolean): string {
  return value ? 't' : 'f';
}

export function boolToText(value: boolean): string {
  return value ? 'true' : 'false';
}
