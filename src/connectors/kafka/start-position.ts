/** Where a new stream begins: the oldest record, behind the newest, or the first one at or after a time (ms since 1970). */
export type StartPosition = {readonly kind: 'earliest'} | {readonly kind: 'latest'} | {readonly kind: 'timestamp'; readonly ms: number};

const ISO = /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/** 'earliest', 'latest', milliseconds, or an ISO-8601 date or timestamp (UTC unless it says otherwise). Undefined for anything else. */
export function parseStartPosition(text: string): StartPosition | undefined {
  const word = text.trim().toLowerCase();
  if (word === 'earliest' || word === 'earliest-offset' || word === 'beginning') return {kind: 'earliest'};
  if (word === 'latest' || word === 'latest-offset' || word === 'end') return {kind: 'latest'};
  if (/^\d{1,15}$/.test(word)) return {kind: 'timestamp', ms: Number(word)};
  const ms = parseTimestamp(text.trim());
  return ms === undefined ? undefined : {kind: 'timestamp', ms};
}

function parseTimestamp(text: string): number | undefined {
  if (!ISO.test(text)) return undefined;
  const date = text.slice(0, 10);
  const rest = text.slice(10).replace(/^[ T]/i, '');
  const zoneAt = rest.search(/[Z+-]/i);
  const time = (zoneAt < 0 ? rest : rest.slice(0, zoneAt)).replace(/(\.\d{3})\d+$/, '$1');
  const zone = zoneAt < 0 ? 'Z' : normalZone(rest.slice(zoneAt));
  const ms = Date.parse(`${date}T${time === '' ? '00:00' : time}${zone}`);
  return Number.isNaN(ms) || ms < 0 ? undefined : ms;
}

/** +02, +0200 → +02:00 */
function normalZone(zone: string): string {
  if (zone.toUpperCase() === 'Z') return 'Z';
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
