/** A name as SQL text, in double quotes, so that keywords are names too. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
