/**
 * The one-byte type "char". Its datum is its text: '' for the byte 0, the character for ASCII, an octal escape such as `\\303` for the rest.
 */
export function parseChar(text: string): string {
  const octal = /^\\([0-3][0-7]{2})$/.exec(text);
  if (octal !== null) return charOfByte(Number.parseInt(octal[1] ?? '0', 8));
  return charOfByte(text === '' ? 0 : (Buffer.from(text)[0] ?? 0));
}

export function charOfByte(byte: number): string {
  if (byte === 0) return '';
  return byte < 128 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
}

export function charByte(text: string): number {
  return text.length === 4 ? Number.parseInt(text.slice(1), 8) : text === '' ? 0 : text.charCodeAt(0);
}
