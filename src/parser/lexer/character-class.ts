/** What an ASCII character can begin. Everything from U+0080 on is a letter, as in PostgreSQL. */
export const INVALID = 0;
export const BLANK = 1;
export const LETTER = 2;
export const DIGIT = 3;
export const OPERATOR = 4;
export const PUNCTUATION = 5;

const CLASSES = new Uint8Array(128);
for (const c of ' \t\n\r\f\v') CLASSES[c.charCodeAt(0)] = BLANK;
for (const c of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_') CLASSES[c.charCodeAt(0)] = LETTER;
for (const c of '0123456789') CLASSES[c.charCodeAt(0)] = DIGIT;
for (const c of '+-*/<>=~!@#%^&|`?') CLASSES[c.charCodeAt(0)] = OPERATOR;
for (const c of '()[],;.:\'"$') CLASSES[c.charCodeAt(0)] = PUNCTUATION;

export function characterClass(code: number): number {
  return code < 128 ? CLASSES[code]! : LETTER;
}

const IDENTIFIER_PART = new Uint8Array(128);
for (const c of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789$') IDENTIFIER_PART[c.charCodeAt(0)] = 1;

/** Where the identifier that begins at `start` ends. */
export function endOfIdentifier(sql: string, start: number): number {
  let end = start;
  while (end < sql.length) {
    const code = sql.charCodeAt(end);
    if (code < 128 && IDENTIFIER_PART[code] === 0) break;
    end++;
  }
  return end;
}

/** PostgreSQL folds ASCII letters alone. */
export function foldCase(text: string): string {
  let upper = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128) return text.replace(/[A-Z]+/g, letters => letters.toLowerCase());
    upper ||= code >= 65 && code <= 90;
  }
  return upper ? text.toLowerCase() : text;
}
