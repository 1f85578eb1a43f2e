import {CLOSE_BRACE, COLON, COMMA, QUOTE, skipSpace} from './characters';
import {decodeValue} from './decode-value';
import {AMBIGUOUS_KEY, UNKNOWN_KEY, findKey, isExpectedKey} from './find-key';
import {hadEscape, scanString} from './scan-string';
import {counting, descriptors, serial} from './scratch';
import {skipValue} from './skip-value';
import {
  FIELD_KEY_LENGTH,
  FIELD_NEXT,
  FIELD_NOT_NULL,
  FIELD_PRESENT,
  FIELD_SERIAL,
  MAX_DEPTH,
  OBJECT_FIRST,
  OBJECT_NOT_NULL_COUNT,
} from '../json-layout';

/** `,"` */
const COMMA_QUOTE: u16 = 0x222c;

/**
 * Decodes the object at p (at its brace) into the fields of `object`; `depth` containers are open, this one included. Returns the
 * address after it, 0 when the record is not for the kernel: broken syntax, a key twice or with escapes, a NULL where none may be.
 */
export function decodeObject(object: usize, p: usize, depth: i32): usize {
  if (depth > MAX_DEPTH) return 0;
  let notNull = 0;
  p = skipSpace(p + 1);
  if (load<u8>(p) != CLOSE_BRACE) {
    // Where the expectation for the next key is kept: keys mostly come in the order of the record before.
    let link: usize = object + OBJECT_FIRST;
    while (true) {
      let field = descriptors + load<u32>(link);
      let known = true;
      if (isExpectedKey(field, p)) p += load<u32>(field, FIELD_KEY_LENGTH);
      else {
        if (load<u8>(p) != QUOTE) return 0;
        const end = scanString(p + 1);
        if (end == 0 || hadEscape) return 0;
        const found = findKey(object, p, end + 1 - p);
        if (found == AMBIGUOUS_KEY) return 0;
        known = found != UNKNOWN_KEY;
        if (known) {
          store<i32>(link, found);
          field = descriptors + <usize>found;
        }
        p = skipSpace(end + 1);
        if (load<u8>(p) != COLON) return 0;
        p++;
      }
      p = skipSpace(p);
      if (!known) p = skipValue(p, depth);
      else {
        if (load<i32>(field, FIELD_SERIAL) == serial) return 0;
        store<i32>(field, serial, FIELD_SERIAL);
        if (counting) store<i32>(field, load<i32>(field, FIELD_PRESENT) + 1, FIELD_PRESENT);
        link = field + FIELD_NEXT;
        if (load<u32>(p) == 0x6c6c756e) p += 4;
        else {
          notNull += load<i32>(field, FIELD_NOT_NULL);
          p = decodeValue(field, p, depth);
        }
      }
      if (p == 0) return 0;
      if (load<u16>(p) == COMMA_QUOTE) {
        p++;
        continue;
      }
      p = skipSpace(p);
      const c = load<u8>(p);
      if (c == CLOSE_BRACE) break;
      if (c != COMMA) return 0;
      p = skipSpace(p + 1);
    }
  }
  return notNull == load<i32>(object, OBJECT_NOT_NULL_COUNT) ? p + 1 : 0;
}
