/** Units of sizes, as PostgreSQL reads them: each is 1024 of the one before. */
const UNITS = ['b', 'kb', 'mb', 'gb', 'tb'];

/** The value of an option as a number of bytes, at least one: `10 GB`, `100 bytes`; undefined = it is none. */
export function sizeInBytes(text: string): number | undefined {
  const size = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?b|bytes)\s*$/i.exec(text);
  if (size === null) return undefined;
  const bytes = Math.floor(Number(size[1]) * 1024 ** Math.max(0, UNITS.indexOf(size[2]!.toLowerCase())));
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}
