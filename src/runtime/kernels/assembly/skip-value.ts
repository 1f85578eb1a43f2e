import {CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, DOT, MINUS, OPEN_BRACE, OPEN_BRACKET, QUOTE, ZERO, isDigit, skipSpace} from './characters';
import {scanString} from './scan-string';
import {MAX_DEPTH} from '../json-layout';

/** Past the value of any type at p, with the whole grammar checked; 0 if it is broken or nested too deep (`depth` containers are open). */
export function skipValue(p: usize, depth: i32): usize {
  const c = load<u8>(p);
  if (c == QUOTE) {
    const end = scanString(p + 1);
    return end == 0 ? 0 : end + 1;
  }
  if (c == OPEN_BRACE) return depth >= MAX_DEPTH ? 0 : skipObject(p, depth + 1);
  if (c == OPEN_BRACKET) return depth >= MAX_DEPTH ? 0 : skipArray(p, depth + 1);
  if (c == MINUS || isDigit(c)) return skipNumber(p);
  if (c == 116) return load<u32>(p) == 0x65757274 ? p + 4 : 0;
  if (c == 102) return load<u32>(p, 1) == 0x65736c61 ? p + 5 : 0;
  if (c == 110) return load<u32>(p) == 0x6c6c756e ? p + 4 : 0;
  return 0;
}

export function skipNumber(p: usize): usize {
  if (load<u8>(p) == MINUS) p++;
  if (load<u8>(p) == ZERO) p++;
  else {
    if (!isDigit(load<u8>(p))) return 0;
    p = skipDigits(p);
  }
  if (load<u8>(p) == DOT) {
    p++;
    if (!isDigit(load<u8>(p))) return 0;
    p = skipDigits(p);
  }
  if ((load<u8>(p) | 32) == 101) {
    p++;
    const sign = load<u8>(p);
    if (sign == 43 || sign == MINUS) p++;
    if (!isDigit(load<u8>(p))) return 0;
    p = skipDigits(p);
  }
  return p;
}

function skipDigits(p: usize): usize {
  while (isDigit(load<u8>(p))) p++;
  return p;
}

function skipObject(p: usize, depth: i32): usize {
  p = skipSpace(p + 1);
  if (load<u8>(p) == CLOSE_BRACE) return p + 1;
  while (true) {
    if (load<u8>(p) != QUOTE) return 0;
    p = scanString(p + 1);
    if (p == 0) return 0;
    p = skipSpace(p + 1);
    if (load<u8>(p) != COLON) return 0;
    p = skipValue(skipSpace(p + 1), depth);
    if (p == 0) return 0;
    p = skipSpace(p);
    const c = load<u8>(p);
    if (c == CLOSE_BRACE) return p + 1;
    if (c != COMMA) return 0;
    p = skipSpace(p + 1);
  }
}

function skipArray(p: usize, depth: i32): usize {
  p = skipSpace(p + 1);
  if (load<u8>(p) == CLOSE_BRACKET) return p + 1;
  while (true) {
    p = skipValue(p, depth);
    if (p == 0) return 0;
    p = skipSpace(p);
    const c = load<u8>(p);
    if (c == CLOSE_BRACKET) return p + 1;
    if (c != COMMA) return 0;
    p = skipSpace(p + 1);
  }
}
