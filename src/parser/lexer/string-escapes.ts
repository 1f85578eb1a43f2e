import {sqlError} from '../../common/sql-error.ts';

const SIMPLE: Readonly<Record<string, string>> = {b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v'};

/** The text of an `E'…'` string between its quotes; doubled quotes too. `position` is its offset, for errors. */
export function resolveEscapes(text: string, position: number): string {
  if (!text.includes('\\') && !text.includes("'")) return text;
  const pieces = new CodeUnits(position);
  const pattern = /''|\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([^]))/g;
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    pieces.text(text.slice(last, match.index));
    last = match.index + match[0].length;
    const [whole, u4, u8, hex, octal, other] = match;
    if (whole === "''") pieces.text("'");
    else if (u4 !== undefined || u8 !== undefined) pieces.codePoint(parseInt(u4 ?? u8!, 16), match.index);
    else if (hex !== undefined) pieces.byte(parseInt(hex, 16));
    else if (octal !== undefined) pieces.byte(parseInt(octal, 8) & 0xff);
    else if (other === 'u' || other === 'U')
      throw sqlError('invalid_escape_sequence', 'invalid Unicode escape', {
        position: position + match.index,
        hint: 'Unicode escapes must be \\uXXXX or \\UXXXXXXXX.',
      });
    else pieces.text(SIMPLE[other!] ?? other!);
  }
  pieces.text(text.slice(last));
  return pieces.finish();
}

/** The text of a `U&'…'` string: `\XXXX` and `\+XXXXXX`, with `escape` in place of the backslash. */
export function resolveUnicodeEscapes(text: string, escape: string, position: number): string {
  const pieces = new CodeUnits(position);
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== escape) {
      pieces.text(text[at]!);
      continue;
    }
    if (text[at + 1] === escape) {
      pieces.text(escape);
      at++;
      continue;
    }
    const match = /^(?:([0-9a-f]{4})|\+([0-9a-f]{6}))/i.exec(text.slice(at + 1, at + 8));
    if (match === null)
      throw sqlError('syntax_error', 'invalid Unicode escape', {
        position: position + at,
        hint: 'Unicode escapes must be \\XXXX or \\+XXXXXX.',
      });
    pieces.codePoint(parseInt(match[1] ?? match[2]!, 16), at);
    at += match[0].length;
  }
  return pieces.finish();
}

/** Collects text, code points given as one or two escapes (surrogate pairs), and single bytes that together must be UTF-8. */
class CodeUnits {
  readonly #position: number;
  #text = '';
  #bytes: number[] = [];
  #high = 0;

  constructor(position: number) {
    this.#position = position;
  }

  text(text: string): void {
    if (text === '') return;
    this.#flush();
    this.#text += text;
  }

  byte(byte: number): void {
    if (this.#high !== 0) this.#fail(0);
    this.#bytes.push(byte);
  }

  codePoint(code: number, offset: number): void {
    if (this.#high !== 0) {
      if (code < 0xdc00 || code > 0xdfff) this.#fail(offset);
      this.#text += String.fromCharCode(this.#high, code);
      this.#high = 0;
      return;
    }
    this.#flush();
    if (code >= 0xd800 && code <= 0xdbff) this.#high = code;
    else if (code === 0 || code > 0x10ffff || (code >= 0xdc00 && code <= 0xdfff)) this.#fail(offset);
    else this.#text += String.fromCodePoint(code);
  }

  finish(): string {
    this.#flush();
    return this.#text;
  }

  #flush(): void {
    if (this.#high !== 0) this.#fail(0);
    if (this.#bytes.length === 0) return;
    const bytes = Uint8Array.from(this.#bytes);
    this.#bytes = [];
    try {
      if (bytes.includes(0)) throw new TypeError('zero byte');
      this.#text += new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
    } catch {
      const shown = [...bytes].map(b => `0x${b.toString(16).padStart(2, '0')}`).join(' ');
      throw sqlError('character_not_in_repertoire', `invalid byte sequence for encoding "UTF8": ${shown}`, {position: this.#position});
    }
  }

  #fail(offset: number): never {
    throw sqlError('syntax_error', 'invalid Unicode surrogate pair or escape value', {position: this.#position + offset});
  }
}
