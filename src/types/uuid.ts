import {sqlError} from '../common/sql-error.ts';

const GROUPED = /^[0-9a-f]{4}(-?[0-9a-f]{4}){7}$/i;

/** uuid_in: 32 hex digits, hyphens after any group of four, braces allowed. The result is lower case with the usual hyphens. */
export function parseUuid(text: string): string {
  const bare = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
  if (!GROUPED.test(bare)) throw sqlError('invalid_text_representation', `invalid input syntax for type uuid: "${text}"`);
  return hyphenate(bare.replaceAll('-', '').toLowerCase());
}

export function uuidToBytes(uuid: string): Uint8Array {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

export function uuidFromBytes(bytes: Uint8Array): string {
  return hyphenate(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex'));
}

function hyphenate(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
