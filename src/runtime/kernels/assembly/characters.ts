export const QUOTE: u8 = 34;
export const COMMA: u8 = 44;
export const MINUS: u8 = 45;
export const DOT: u8 = 46;
export const ZERO: u8 = 48;
export const COLON: u8 = 58;
export const OPEN_BRACKET: u8 = 91;
export const BACKSLASH: u8 = 92;
export const CLOSE_BRACKET: u8 = 93;
export const OPEN_BRACE: u8 = 123;
export const CLOSE_BRACE: u8 = 125;

/** First byte at or after p that is not JSON white space. */
// @ts-ignore: decorator
@inline
export function skipSpace(p: usize): usize {
  if (load<u8>(p) > 32) return p;
  return skipSpaces(p);
}

function skipSpaces(p: usize): usize {
  while (true) {
    const c = load<u8>(p);
    if (c != 32 && c != 10 && c != 13 && c != 9) return p;
    p++;
  }
}

// @ts-ignore: decorator
@inline
export function isDigit(c: u8): bool {
  return <u8>(c - ZERO) <= 9;
}

/** Number of decimal digits at p, at most 8. Reads 8 bytes. */
// @ts-ignore: decorator
@inline
export function digitCount(word: u64): i32 {
  const t = word ^ 0x3030303030303030;
  // A byte above 9 sets its top bit; carries only disturb the bytes after the first such byte.
  const beyond = ((t + 0x7676767676767676) | t) & 0x8080808080808080;
  return beyond == 0 ? 8 : <i32>(ctz(beyond) >> 3);
}

/** The value of the first `count` (1 … 8) digit characters of `word`. */
// @ts-ignore: decorator
@inline
export function digitsValue(word: u64, count: i32): u64 {
  let t = (word ^ 0x3030303030303030) << ((8 - count) << 3);
  t = t * 10 + (t >> 8);
  return (((t & 0x000000ff000000ff) * 0x000f424000000064 + ((t >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >> 32) & 0xffffffff;
}
