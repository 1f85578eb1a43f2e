import {BACKSLASH, QUOTE} from './characters';

/** What the last scanned string held: any escape; text that PostgreSQL refuses (NUL, half of a surrogate pair). */
export let hadEscape: bool = false;
export let badText: bool = false;

// @ts-ignore: decorator
@inline
function specialBytes(v: v128): i32 {
  return i8x16.bitmask(v128.or(v128.or(i8x16.eq(v, i8x16.splat(34)), i8x16.eq(v, i8x16.splat(92))), i8x16.lt_u(v, i8x16.splat(32))));
}

// @ts-ignore: decorator
@inline
function specialBytes64(p: usize): u64 {
  const low = <u64>specialBytes(v128.load(p)) | (<u64>specialBytes(v128.load(p, 16)) << 16);
  return low | (<u64>specialBytes(v128.load(p, 32)) << 32) | (<u64>specialBytes(v128.load(p, 48)) << 48);
}

/** From the byte after the opening quote to the closing quote; 0 if the string breaks the grammar. */
// @ts-ignore: decorator
@inline
export function scanString(p: usize): usize {
  hadEscape = false;
  badText = false;
  // Most strings end in the first 16 bytes or in the 64 after them; long steps mean fewer branches that go wrong.
  const first = specialBytes(v128.load(p));
  if (first != 0) p += ctz(first);
  else {
    p += 16;
    let special = specialBytes64(p);
    while (special == 0) {
      p += 64;
      special = specialBytes64(p);
    }
    p += <usize>ctz(special);
  }
  if (load<u8>(p) == QUOTE) return p;
  return load<u8>(p) == BACKSLASH ? scanEscaped(p) : 0;
}

/** The same from the first backslash on. */
function scanEscaped(p: usize): usize {
  hadEscape = true;
  let special = specialBytes64(p);
  while (true) {
    let next: usize = 64;
    while (special != 0) {
      const i = <usize>ctz(special);
      const c = load<u8>(p + i);
      if (c == QUOTE) return p + i;
      if (c != BACKSLASH) return 0;
      const e = load<u8>(p + i, 1);
      if (e == 117) {
        p = scanUnicode(p + i);
        if (p == 0) return 0;
        next = 0;
        special = 0;
      } else {
        if (plainEscape(e) == 0) return 0;
        // The escaped character may be one of the special ones, and it may lie in the next block.
        special &= ~((<u64>3) << (<u64>i));
        if (i == 63) next = 65;
      }
    }
    p += next;
    special = specialBytes64(p);
  }
}

/** The byte that `\e` stands for, 0 if there is no such escape. */
// @ts-ignore: decorator
@inline
function plainEscape(e: u8): u8 {
  if (e == BACKSLASH || e == QUOTE || e == 47) return e;
  if (e == 110) return 10;
  if (e == 116) return 9;
  if (e == 114) return 13;
  if (e == 98) return 8;
  return e == 102 ? 12 : 0;
}

function hexDigit(c: u8): i32 {
  if (<u8>(c - 48) <= 9) return <i32>c - 48;
  const lower = c | 32;
  return <u8>(lower - 97) <= 5 ? <i32>lower - 87 : -1;
}

/** Code unit of the `\uXXXX` at p, -1 if the digits are wrong. */
function codeUnit(p: usize): i32 {
  const a = hexDigit(load<u8>(p, 2));
  if (a < 0) return -1;
  const b = hexDigit(load<u8>(p, 3));
  if (b < 0) return -1;
  const c = hexDigit(load<u8>(p, 4));
  if (c < 0) return -1;
  const d = hexDigit(load<u8>(p, 5));
  return d < 0 ? -1 : (a << 12) | (b << 8) | (c << 4) | d;
}

function scanUnicode(p: usize): usize {
  const unit = codeUnit(p);
  if (unit < 0) return 0;
  p += 6;
  if ((unit & 0xf800) != 0xd800) {
    if (unit == 0) badText = true;
    return p;
  }
  if (unit < 0xdc00 && load<u8>(p) == BACKSLASH && load<u8>(p, 1) == 117) {
    const low = codeUnit(p);
    if (low < 0) return 0;
    if ((low & 0xfc00) == 0xdc00) return p + 6;
  }
  badText = true;
  return p;
}

/**
 * Writes the text of a string that scanString accepted ([p, end), with escapes, not badText) to `to`; returns the end of the text.
 * Writes up to 16 bytes beyond it.
 */
export function unescape(p: usize, end: usize, to: usize): usize {
  while (true) {
    const v = v128.load(p);
    v128.store(to, v);
    const slashes = i8x16.bitmask(i8x16.eq(v, i8x16.splat(92)));
    const n: usize = slashes == 0 ? 16 : ctz(slashes);
    if (p + n >= end) return to + (end - p);
    p += n;
    to += n;
    if (slashes == 0) continue;
    const e = load<u8>(p, 1);
    if (e != 117) {
      store<u8>(to, plainEscape(e));
      to++;
      p += 2;
      continue;
    }
    let point = codeUnit(p);
    p += 6;
    if ((point & 0xfc00) == 0xd800) {
      point = 0x10000 + ((point & 0x3ff) << 10) + (codeUnit(p) & 0x3ff);
      p += 6;
    }
    to = writeUtf8(point, to);
  }
}

function writeUtf8(point: i32, to: usize): usize {
  if (point < 0x80) {
    store<u8>(to, <u8>point);
    return to + 1;
  }
  if (point < 0x800) {
    store<u8>(to, <u8>(0xc0 | (point >> 6)));
    store<u8>(to, <u8>(0x80 | (point & 63)), 1);
    return to + 2;
  }
  if (point < 0x10000) {
    store<u8>(to, <u8>(0xe0 | (point >> 12)));
    store<u8>(to, <u8>(0x80 | ((point >> 6) & 63)), 1);
    store<u8>(to, <u8>(0x80 | (point & 63)), 2);
    return to + 3;
  }
  store<u8>(to, <u8>(0xf0 | (point >> 18)));
  store<u8>(to, <u8>(0x80 | ((point >> 12) & 63)), 1);
  store<u8>(to, <u8>(0x80 | ((point >> 6) & 63)), 2);
  store<u8>(to, <u8>(0x80 | (point & 63)), 3);
  return to + 4;
}
