import {sqlError} from '../common/sql-error.ts';

/** Identifiers hold 63 bytes. */
const NAME_BYTES = 63;

/**
 * A text cut to `length` characters (code points). Blanks beyond it go silently; anything else is 22001, unless the cast is explicit.
 */
export function fitVarchar(text: string, length: number | undefined, explicit: boolean): string {
  return length === undefined ? text : cut(text, length, explicit, 'character varying');
}

/** As `fitVarchar`, and padded with blanks to `length`. */
export function fitBpchar(text: string, length: number | undefined, explicit: boolean): string {
  if (length === undefined) return text;
  const fitted = cut(text, length, explicit, 'character');
  return fitted + ' '.repeat(length - characterCount(fitted));
}

function cut(text: string, length: number, explicit: boolean, typeName: string): string {
  if (text.length <= length) return text;
  const end = codePointIndex(text, length);
  if (end >= text.length) return text;
  if (!explicit && /[^ ]/.test(text.slice(end))) {
    throw sqlError('string_data_right_truncation', `value too long for type ${typeName}(${length})`);
  }
  return text.slice(0, end);
}

/** UTF-16 index after `count` code points. */
function codePointIndex(text: string, count: number): number {
  let at = 0;
  for (let i = 0; i < count && at < text.length; i++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

/** Code points, as PostgreSQL's length() counts. */
export function characterCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff) count--;
  }
  return count;
}

/** What bpchar compares by and converts to text as: trailing blanks do not count. */
export function trimBpchar(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 32) end--;
  return text.slice(0, end);
}

/** A name cut to 63 bytes, never within a character. */
export function truncateName(text: string): string {
  if (Buffer.byteLength(text) <= NAME_BYTES) return text;
  let bytes = 0;
  let end = 0;
  for (const char of text) {
    bytes += Buffer.byteLength(char);
    if (bytes > NAME_BYTES) break;
    end += char.length;
  }
  return text.slice(0, end);
}
