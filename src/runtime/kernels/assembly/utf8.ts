/** Whether any byte of [p, end) is outside ASCII. Below 16 bytes it also looks at what follows, and may then say yes needlessly. */
export function hasHighByte(p: usize, end: usize): bool {
  if (p + 16 > end) return i8x16.bitmask(v128.load(p)) != 0;
  let seen = v128.load(end - 16);
  while (p + 64 <= end) {
    seen = v128.or(v128.or(v128.or(v128.load(p), v128.load(p, 16)), v128.or(v128.load(p, 32), v128.load(p, 48))), seen);
    p += 64;
  }
  while (p + 16 <= end) {
    seen = v128.or(v128.load(p), seen);
    p += 16;
  }
  return i8x16.bitmask(seen) != 0;
}

// @ts-ignore: decorator
@inline
function isTail(p: usize): bool {
  return (load<u8>(p) & 0xc0) == 0x80;
}

/** Whether [p, end) is UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. The byte at `end` must not be a continuation byte. */
export function isUtf8(p: usize, end: usize): bool {
  while (p < end) {
    const high = i8x16.bitmask(v128.load(p));
    if (high == 0) {
      p += 16;
      continue;
    }
    p += ctz(high);
    if (p >= end) return true;
    const c = load<u8>(p);
    const d = load<u8>(p, 1);
    if (c < 0xc2) return false;
    if (!isTail(p + 1)) return false;
    if (c < 0xe0) {
      p += 2;
      continue;
    }
    if (!isTail(p + 2)) return false;
    if (c < 0xf0) {
      if ((c == 0xe0 && d < 0xa0) || (c == 0xed && d >= 0xa0)) return false;
      p += 3;
      continue;
    }
    if (c > 0xf4 || !isTail(p + 3)) return false;
    if ((c == 0xf0 && d < 0x90) || (c == 0xf4 && d >= 0x90)) return false;
    p += 4;
  }
  return true;
}
