import {sqlError} from '../../common/sql-error.ts';
import {parseBytea} from '../../types/bytea.ts';

const BASE64_LINE = 76;

function unknownEncoding(name: string) {
  return sqlError('invalid_parameter_value', `unrecognized encoding: "${name}"`);
}

export function encodeBytes(bytes: Uint8Array, encoding: string): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (encoding.toLowerCase()) {
    case 'hex':
      return buffer.toString('hex');
    case 'base64':
      return (buffer.toString('base64').match(new RegExp(`.{1,${BASE64_LINE}}`, 'g')) ?? []).join('\n');
    case 'escape':
      return Array.from(buffer, byte => {
        if (byte === 0x5c) return '\\\\';
        return byte === 0 || byte >= 0x80 ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte);
      }).join('');
    default:
      throw unknownEncoding(encoding);
  }
}

export function decodeBytes(text: string, encoding: string): Uint8Array {
  switch (encoding.toLowerCase()) {
    case 'hex':
      return decodeHex(text.replaceAll(/[ \n\t\r]/g, ''));
    case 'base64':
      return decodeBase64(text.replaceAll(/[ \n\t\r]/g, ''));
    case 'escape':
      // The hex prefix has no meaning here.
      if (text.startsWith('\\x')) throw sqlError('invalid_text_representation', 'invalid input syntax for type bytea');
      return parseBytea(text);
    default:
      throw unknownEncoding(encoding);
  }
}

function decodeHex(digits: string): Uint8Array {
  const bad = /[^0-9a-f]/i.exec(digits);
  if (bad !== null) throw sqlError('invalid_parameter_value', `invalid hexadecimal digit: "${bad[0]}"`);
  if (digits.length % 2 !== 0) throw sqlError('invalid_parameter_value', 'invalid hexadecimal data: odd number of digits');
  return Buffer.from(digits, 'hex');
}

function decodeBase64(symbols: string): Uint8Array {
  const bad = /[^A-Za-z0-9+/=]/.exec(symbols);
  if (bad !== null) throw sqlError('invalid_parameter_value', `invalid symbol "${bad[0]}" found while decoding base64 sequence`);
  if (symbols.length % 4 !== 0 || /=[^=]|={3,}/.test(symbols)) {
    throw sqlError('invalid_parameter_value', 'invalid base64 end sequence', {
      hint: 'Input data is missing padding, is truncated, or is otherwise corrupted.',
    });
  }
  return Buffer.from(symbols, 'base64');
}
