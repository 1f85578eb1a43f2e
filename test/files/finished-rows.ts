import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import type {Row} from '../server/query.ts';

/** A finished file: its path below the sink's directory, and what is in it. */
export type FinishedFile = {readonly name: string; readonly text: string};

const isHidden = (name: string): boolean => name.split('/').some(part => /^[._]/.test(part));

/** What a reader of a sink's directory sees. */
export function finishedFiles(directory: string): FinishedFile[] {
  return readdirSync(directory, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .filter(name => !isHidden(name))
    .map(name => ({name, text: readFileSync(path.join(directory, name), 'utf8')}));
}

/** Rows of CSV files: their columns, then those of their directories. */
export function csvRows(files: readonly FinishedFile[]): Row[] {
  return files.flatMap(({name, text}) => {
    const partitions = path
      .dirname(name)
      .split('/')
      .filter(part => part.includes('='))
      .map(part => partitionValue(part.slice(part.indexOf('=') + 1)));
    return parseCsv(text, name).map(row => [...row, ...partitions]);
  });
}

const partitionValue = (text: string): string | null => (text === '__HIVE_DEFAULT_PARTITION__' ? null : decodeURIComponent(text));

/** NULL is nothing, an empty text is quoted. Throws where a file ends within a row. */
function parseCsv(text: string, name: string): Row[] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  for (let at = 0; at < text.length;) {
    let value: string | null;
    if (text[at] === '"') {
      const [quoted] = /"(?:[^"]|"")*"/y.exec(text.slice(at)) ?? [];
      if (quoted === undefined) throw new Error(`${name} ends within quotes`);
      value = quoted.slice(1, -1).replaceAll('""', '"');
      at += quoted.length;
    } else {
      const start = at;
      while (at < text.length && text[at] !== ',' && text[at] !== '\n') at++;
      value = at === start ? null : text.slice(start, at);
    }
    row.push(value);
    if (at === text.length) throw new Error(`${name} ends within a row`);
    if (text[at++] === '\n') {
      rows.push(row);
      row = [];
    } else if (text[at] === '\n') {
      rows.push([...row, null]);
      row = [];
      at++;
    }
  }
  return rows;
}
