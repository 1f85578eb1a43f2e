import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

/** A statement text from a fixture file; `fails` = it is there for its error. */
export type FixtureStatement = {readonly file: string; readonly sql: string; readonly fails: boolean};

/** What clients send: `*.sql` files in which a line `--@ {json}` begins a statement and `--! {json}` an event without text. */
export function clientStatements(directory: string): FixtureStatement[] {
  const found: FixtureStatement[] = [];
  for (const file of readdirSync(directory)
    .filter(name => name.endsWith('.sql'))
    .toSorted()) {
    const blocks = `\n${readFileSync(join(directory, file), 'utf8')}`.split(/\n(?=--[@!] )/).slice(1);
    for (const block of blocks.filter(text => text.startsWith('--@ '))) {
      const end = block.indexOf('\n');
      const head = end < 0 ? block : block.slice(0, end);
      found.push({file, sql: end < 0 ? '' : block.slice(end + 1), fails: head.includes('"err":')});
    }
  }
  return found;
}

/** Statements and queries of sqllogictest files; `list` names them one a line, relative to `root`. */
export function sltStatements(root: string, list: string): FixtureStatement[] {
  const found: FixtureStatement[] = [];
  for (const file of readFileSync(join(root, list), 'utf8').trim().split('\n')) {
    const records = readFileSync(join(root, file), 'utf8').split(/\n\s*\n/);
    for (const record of records) {
      const lines = record.split('\n').filter(line => !line.startsWith('#') && !/^(skipif|onlyif)/.test(line));
      const head = lines[0] ?? '';
      if (!/^(statement|query)\b/.test(head)) continue;
      const results = lines.indexOf('----');
      const sql = lines.slice(1, results < 0 ? undefined : results).join('\n');
      found.push({file, sql, fails: /\berror\b/.test(head)});
    }
  }
  return found;
}
