import type {Interval, JsonbDatum} from '../../../types/datum.ts';

const UUID = /^\{?[0-9a-f]{4}(?:-?[0-9a-f]{4}){7}\}?$/i;

/** A uuid in PostgreSQL's input forms, undefined for anything else. */
export function parseUuid(text: string): string | undefined {
  if (!UUID.test(text) || text.startsWith('{') !== text.endsWith('}')) return undefined;
  const hex = text.replaceAll(/[{}-]/g, '').toLowerCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const HEX = /^\\x(?:[0-9a-f]{2})*$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** bytea: base64, or hexadecimal digits after `\x`. */
export function parseBytes(text: string): Uint8Array | undefined {
  if (text.startsWith('\\x')) return HEX.test(text) ? Buffer.from(text.slice(2), 'hex') : undefined;
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}

export function parseIntervalText(_text: string): Interval | undefined {
  return undefined;
}

export function parseJsonb(text: string): JsonbDatum {
  return {tag: 'jsonb', text};
}
