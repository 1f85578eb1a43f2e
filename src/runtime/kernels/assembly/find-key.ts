import {descriptors} from './scratch';
import {
  FIELD_KEY_HEAD,
  FIELD_KEY_LENGTH,
  FIELD_KEY_MASK,
  FIELD_NAME,
  FIELD_SIZE,
  FIELD_SPELLING,
  OBJECT_FIELD_COUNT,
  OBJECT_FIELDS,
} from '../json-layout';

/** What findKey answers beside a field's offset. */
export const UNKNOWN_KEY: i32 = 0;
export const AMBIGUOUS_KEY: i32 = -1;

/** Whether the key at p (at its opening quote) is the spelling that the field had last, with the colon right behind it. */
// @ts-ignore: decorator
@inline
export function isExpectedKey(field: usize, p: usize): bool {
  const mask = load<i32>(field, FIELD_KEY_MASK);
  if ((i8x16.bitmask(i8x16.eq(v128.load(p), v128.load(field, FIELD_KEY_HEAD))) & mask) != mask) return false;
  const length = load<u32>(field, FIELD_KEY_LENGTH);
  return length <= 16 || sameBytes(p + 16, descriptors + load<u32>(field, FIELD_SPELLING) + 16, length - 16);
}

function sameBytes(a: usize, b: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

// @ts-ignore: decorator
@inline
function lowerCase(c: u8): u8 {
  return <u8>(c - 65) <= 25 ? c | 32 : c;
}

function sameButForCase(a: usize, b: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) if (lowerCase(load<u8>(a + i)) != lowerCase(load<u8>(b + i))) return false;
  return true;
}

/**
 * Offset of the field that the key at p (`length` bytes with its quotes, no escapes) belongs to: the one of exactly this name, else the
 * only one of this name but for the case of ASCII letters. The field then expects this spelling.
 */
export function findKey(object: usize, p: usize, length: usize): i32 {
  const count = load<i32>(object, OBJECT_FIELD_COUNT);
  const withColon = length + 1;
  let field = descriptors + load<u32>(object, OBJECT_FIELDS);
  let alike: usize = 0;
  let alikeCount = 0;
  for (let i = 0; i < count; i++, field += FIELD_SIZE) {
    if (<usize>load<u32>(field, FIELD_KEY_LENGTH) != withColon) continue;
    const name = descriptors + load<u32>(field, FIELD_NAME);
    if (sameBytes(p, name, length)) return expect(field, name, length);
    if (sameButForCase(p, name, length)) {
      alike = field;
      alikeCount++;
    }
  }
  if (alikeCount == 0) return UNKNOWN_KEY;
  return alikeCount > 1 ? AMBIGUOUS_KEY : expect(alike, p, length);
}

function expect(field: usize, spelling: usize, length: usize): i32 {
  memory.copy(descriptors + load<u32>(field, FIELD_SPELLING), spelling, length);
  // What follows the key (the colon) stays.
  memory.copy(field + FIELD_KEY_HEAD, spelling, min(length, 16));
  return <i32>(field - descriptors);
}
