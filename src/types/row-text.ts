import {sqlError} from '../common/sql-error.ts';
import {isSpace, trimSpace} from './trim-space.ts';

/** record_in: the field texts of `(1,,"a b")`, null for an empty one. 22P02 when it is no row of `count` fields. */
export function parseRow(text: string, count: number): (string | null)[] {
  const malformed = (detail: string) => sqlError('invalid_text_representation', `malformed record literal: "${text}"`, {detail});
  let at = 0;
  while (isSpace(text.charCodeAt(at))) at++;
  if (text.charAt(at) !== '(') throw malformed('Missing left parenthesis.');
  at++;
  const fields: (string | null)[] = [];
  for (let i = 0; i < count; i++) {
    if (i > 0) {
      if (text.charAt(at) !== ',') throw malformed('Too few columns.');
      at++;
    }
    const char = text.charAt(at);
    if (char === ',' || char === ')') {
      fields.push(null);
      continue;
    }
    let value = '';
    let quoted = false;
    for (;;) {
      const c = text.charAt(at);
      if (!quoted && (c === ',' || c === ')')) break;
      if (c === '') throw malformed('Unexpected end of input.');
      at++;
      if (c === '\\') {
        if (at >= text.length) throw malformed('Unexpected end of input.');
        value += text.charAt(at++);
      } else if (c === '"') {
        if (quoted && text.charAt(at) === '"') value += text.charAt(at++);
        else quoted = !quoted;
      } else value += c;
    }
    fields.push(value);
  }
  if (text.charAt(at) !== ')') throw malformed('Too many columns.');
  if (trimSpace(text.slice(at + 1)) !== '') throw malformed('Junk after right parenthesis.');
  return fields;
}

/** record_out of the fields' texts. */
export function formatRow(fields: readonly (string | null)[]): string {
  return `(${fields.map(field => (field === null ? '' : quote(field))).join(',')})`;
}

function quote(text: string): string {
  if (text !== '' && !/["\\(),\t-\r ]/.test(text)) return text;
  return `"${text.replace(/["\\]/g, '$&$&')}"`;
}
