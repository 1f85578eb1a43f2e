import {displayWidth} from './display-width.ts';
import type {ServerReport} from './sql-client.ts';

/** libpq's limits for the line that is shown with an error, in columns of the terminal. */
const LINE_WIDTH = 60;
const MIN_RIGHT = 10;

/** An error or notice as psql prints it: severity and message, the line with a caret below, DETAIL, HINT. */
export function formatReport(report: ServerReport, sql: string): string {
  let text = `${report.severity}:  ${report.message}\n`;
  if (report.position !== undefined) text += pointAt(sql, report.position);
  if (report.detail !== undefined) text += `DETAIL:  ${report.detail}\n`;
  if (report.hint !== undefined) text += `HINT:  ${report.hint}\n`;
  return text;
}

/** The line (from 1) that `position`, in characters from 1, means in `sql`. */
export function lineOf(sql: string, position: number): number {
  return (
    Array.from(sql)
      .slice(0, position - 1)
      .filter(character => character === '\n').length + 1
  );
}

function pointAt(sql: string, position: number): string {
  const characters = Array.from(sql);
  const at = position - 1;
  if (at < 0 || at > characters.length) return '';
  const begin = at === 0 ? 0 : characters.lastIndexOf('\n', at - 1) + 1;
  const newline = characters.indexOf('\n', at);
  const line = characters.slice(begin, newline < 0 ? undefined : newline).map(character => (/\s/.test(character) ? ' ' : character));
  const {shown, caret} = cut(line, at - begin);
  const head = `LINE ${lineOf(sql, position)}: `;
  return `${head}${shown}\n${' '.repeat(head.length + caret)}^\n`;
}

/** A line that is too wide is cut to a window around the caret: on the right first, on the left when that is not enough. */
function cut(line: readonly string[], at: number): {shown: string; caret: number} {
  const widths = line.map(character => Math.max(1, displayWidth(character)));
  const width = (from: number, to: number): number => widths.slice(from, to).reduce((sum, each) => sum + each, 0);
  let begin = 0;
  let end = line.length;
  if (width(0, end) > LINE_WIDTH) {
    const enough = width(0, at) + MIN_RIGHT <= LINE_WIDTH;
    while (enough ? width(0, end) > LINE_WIDTH : width(at, end) > MIN_RIGHT) end--;
    while (width(begin, end) > LINE_WIDTH) begin++;
  }
  const before = begin > 0 ? '...' : '';
  const shown = `${before}${line.slice(begin, end).join('')}${end < line.length ? '...' : ''}`;
  return {shown, caret: before.length + width(begin, at)};
}
