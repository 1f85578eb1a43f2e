import {sqlError} from '../common/sql-error.ts';

/** byteain: hex (`\xdeadbeef`, blanks between bytes) or escape format (`\\`, `\377`). */
export function parseBytea(text: string): Uint8Array {
  return text.startsWith('\\x') ? parseHex(text) : parseEscaped(text);
}

function parseHex(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length - 2) >> 1);
  let length = 0;
  for (let i = 2; i < text.length;) {
    if (/[ \t\n\r]/.test(text.charAt(i))) {
      i++;
      continue;
    }
    const high = hexDigit(text, i);
    if (i + 1 >= text.length) throw sqlError('invalid_parameter_value', 'invalid hexadecimal data: odd number of digits');
    bytes[length++] = (high << 4) | hexDigit(text, i + 1);
    i += 2;
  }
  return bytes.subarray(0, length);
}

function hexDigit(text: string, at: number): number {
  const digit = text.charAt(at);
  if (!/[0-9a-f]/i.test(digit)) {
    const shown = String.fromCodePoint(text.codePointAt(at) ?? 0);
    throw sqlError('invalid_parameter_value', `invalid hexadecimal digit: "${shown}"`);
  }
  return Number.parseInt(digit, 16);
}

function parseEscaped(text: string): Uint8Array {
  if (!text.includes('\\')) return Buffer.from(text, 'utf8');
  const source = Buffer.from(text, 'utf8');
  const bytes = new Uint8Array(source.length);
  let length = 0;
  for (let i = 0; i < source.length;) {
    if (source[i] !== BACKSLASH) bytes[length++] = source[i++]!;
    else if (source[i + 1] === BACKSLASH) {
      bytes[length++] = BACKSLASH;
      i += 2;
    } else {
      const octal = /^[0-3][0-7][0-7]$/.exec(source.toString('latin1', i + 1, i + 4));
      if (octal === null) throw sqlError('invalid_text_representation', 'invalid input syntax for type bytea');
      bytes[length++] = Number.parseInt(octal[0], 8);
      i += 4;
    }
  }
  return bytes.subarray(0, length);
}

const BACKSLASH = 0x5c;

/** byteaout in hex format. */
export function formatBytea(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
}
