import {displayWidth} from './display-width.ts';

export type TableColumn = {readonly name: string; readonly align: 'left' | 'right'};

/** A result as psql's default format prints it: aligned, a line below the head, `+` where a value goes on in the next line, row count. */
export function formatTable(columns: readonly TableColumn[], rows: readonly (readonly (string | null)[])[]): string {
  const heads = columns.map(column => linesOf(column.name));
  const cells = rows.map(row => columns.map((_, i) => linesOf(row[i] ?? '')));
  const widths = heads.map(lines => widest(lines, 0));
  for (const row of cells) for (let i = 0; i < widths.length; i++) widths[i] = widest(row[i] ?? [], widths[i] ?? 0);
  const count = `(${rows.length} row${rows.length === 1 ? '' : 's'})`;
  const out = [...headLines(heads, widths), widths.map(width => '-'.repeat(width + 2)).join('+') || '--'];
  for (const row of cells) out.push(...rowLines(row, columns, widths));
  return `${out.join('\n')}\n${count}\n\n`;
}

const widest = (lines: readonly string[], least: number): number => lines.reduce((most, line) => Math.max(most, displayWidth(line)), least);

function headLines(heads: readonly string[][], widths: readonly number[]): string[] {
  const height = Math.max(0, ...heads.map(lines => lines.length));
  return Array.from({length: height}, (_, n) =>
    heads
      .map((lines, i) => {
        const text = lines[n] ?? '';
        const space = (widths[i] ?? 0) - displayWidth(text);
        return ` ${' '.repeat(space >> 1)}${text}${' '.repeat((space + 1) >> 1)}${n + 1 < lines.length ? '+' : ' '}`;
      })
      .join('|'),
  );
}

function rowLines(cells: readonly string[][], columns: readonly TableColumn[], widths: readonly number[]): string[] {
  const height = Math.max(0, ...cells.map(lines => lines.length));
  return Array.from({length: height}, (_, n) =>
    cells
      .map((lines, i) => {
        const text = lines[n];
        const space = i < cells.length - 1; // nothing but needed blanks at the end of a line
        const width = widths[i] ?? 0;
        if (text === undefined) return ` ${space ? ' '.repeat(width + 1) : ''}`;
        const goesOn = n + 1 < lines.length;
        const pad = ' '.repeat(width - displayWidth(text));
        const end = goesOn ? '+' : space ? ' ' : '';
        return columns[i]?.align === 'right' ? ` ${pad}${text}${end}` : ` ${text}${space || goesOn ? pad : ''}${end}`;
      })
      .join('|'),
  );
}

/** Line feeds split a value; other control characters are made visible, so that data cannot steer the terminal. */
function linesOf(value: string): string[] {
  return value.split('\n').map(line => {
    if (!/\p{Cc}/u.test(line)) return line;
    let out = '';
    for (const character of line) {
      const code = character.codePointAt(0) ?? 0;
      if (character === '\t') out += ' '.repeat(8 - (displayWidth(out) % 8));
      else if (character === '\r') out += '\\r';
      else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
      else if (code >= 0x80 && code < 0xa0) out += `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
      else out += character;
    }
    return out;
  });
}
