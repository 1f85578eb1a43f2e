const formatters = new Map<string, Intl.DateTimeFormat | null>();

/** What TZ prints: the runtime's short name of the zone at a time, the zone's own name where it has none. */
export function zoneAbbreviation(zone: string, utcSeconds: number): string {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = formatterOf(zone);
    formatters.set(zone, formatter);
  }
  if (formatter === null) return zone;
  const part = formatter.formatToParts(utcSeconds * 1000).find(({type}) => type === 'timeZoneName');
  return part?.value ?? zone;
}

function formatterOf(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-GB', {timeZone: zone, timeZoneName: 'short'});
  } catch {
    return null;
  }
}
