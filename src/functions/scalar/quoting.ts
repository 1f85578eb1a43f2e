import {needsQuotes} from './reserved-words.ts';

/** quote_ident: as it is when it is a plain lower-case name that is no reserved word, else in double quotes. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !needsQuotes(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** quote_literal: single quotes doubled; with backslashes the E'' form. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}
