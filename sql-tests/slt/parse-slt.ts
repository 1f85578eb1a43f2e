/** One entry of a sqllogictest file. */
export type SltRecord =
  | {readonly kind: 'statement'; readonly line: number; readonly sql: string; readonly expects: 'ok' | {readonly error: string}}
  | {
      readonly kind: 'query';
      readonly line: number;
      readonly sql: string;
      readonly columns: number;
      readonly sort: 'nosort' | 'rowsort' | 'valuesort';
      readonly rows: readonly string[];
    };

/** Entries are paragraphs; lines that begin with # are comments. Errors: for what is none of the entries, with its line. */
export function parseSlt(text: string): SltRecord[] {
  const records: SltRecord[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length;) {
    if (lines[at]!.trim() === '' || lines[at]!.startsWith('#')) {
      at++;
      continue;
    }
    const line = at + 1;
    let end = at;
    while (end < lines.length && lines[end]!.trim() !== '') end++;
    const [head, ...body] = lines.slice(at, end);
    if (head === 'halt') break;
    records.push(recordOf(head!, body, line));
    at = end;
  }
  return records;
}

function recordOf(head: string, body: readonly string[], line: number): SltRecord {
  const [kind, ...words] = head.split(/\s+/);
  if (kind === 'statement') {
    const sql = body.join('\n');
    const [outcome, code] = words;
    if (outcome === 'ok') return {kind, line, sql, expects: 'ok'};
    if (outcome === 'error' && /^[0-9A-Z]{5}$/.test(code ?? '')) return {kind, line, sql, expects: {error: code!}};
  }
  if (kind === 'query') {
    const [types = '', sort = 'nosort'] = words;
    const separator = body.indexOf('----');
    if (/^[TIR]+$/.test(types) && (sort === 'nosort' || sort === 'rowsort' || sort === 'valuesort') && separator > 0) {
      const sql = body.slice(0, separator).join('\n');
      return {kind, line, sql, columns: types.length, sort, rows: body.slice(separator + 1).map(row => row.trim().replaceAll(/\s+/g, ' '))};
    }
  }
  throw new Error(`line ${line}: not an entry of a sqllogictest file: ${head}`);
}
