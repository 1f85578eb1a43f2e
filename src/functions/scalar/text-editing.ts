import {sqlError} from '../../common/sql-error.ts';
import {characterCount, charactersOf, hasSurrogates, sliceCharacters} from './code-points.ts';

const MAX_TEXT = 0x3fffffff;

/** PostgreSQL's limit of 1 GB for one value. */
export function checkTextSize(length: number): void {
  if (length > MAX_TEXT) throw sqlError('program_limit_exceeded', 'requested length too large');
}

/** substring(text, from, count): positions before the start count, so substring('abc', -1, 3) is 'a'. 22011 for a negative count. */
export function substringOf(text: string, from: number, count?: number): string {
  if (count === undefined) return sliceCharacters(text, from - 1, text.length);
  if (count < 0) throw sqlError('substring_error', 'negative substring length not allowed');
  return sliceCharacters(text, from - 1, from - 1 + count);
}

export function trimCharacters(text: string, set: string, where: 'start' | 'end' | 'both'): string {
  const characters = hasSurrogates(text) || hasSurrogates(set) ? charactersOf(text) : text;
  const trimmed = new Set(charactersOf(set));
  let from = 0;
  let to = characters.length;
  if (where !== 'end') while (from < to && trimmed.has(characters[from] ?? '')) from++;
  if (where !== 'start') while (to > from && trimmed.has(characters[to - 1] ?? '')) to--;
  const kept = characters.slice(from, to);
  return typeof kept === 'string' ? kept : kept.join('');
}

export function pad(text: string, length: number, fill: string, where: 'start' | 'end'): string {
  checkTextSize(length);
  const missing = length - characterCount(text);
  if (missing <= 0) return sliceCharacters(text, 0, length);
  const unit = charactersOf(fill);
  if (unit.length === 0) return text;
  const filler = fill.repeat(Math.floor(missing / unit.length)) + unit.slice(0, missing % unit.length).join('');
  return where === 'start' ? filler + text : text + filler;
}
