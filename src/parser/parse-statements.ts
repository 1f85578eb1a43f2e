import type {Statement} from './ast/statement.ts';
import {runRule} from './run-rule.ts';
import {T} from './tokens/token-types.ts';

/**
 * One statement of a script. `text` is its source without the semicolon and the blanks and comments around it, `start` its offset in the script.
 * Spans and error positions count from the beginning of the script.
 */
export type ParsedStatement = {readonly statement: Statement; readonly text: string; readonly start: number};

/** Parses statements with semicolons between them; empty ones are dropped. Errors: see `runRule`; one error and nothing is returned. */
export function parseStatements(sql: string): ParsedStatement[] {
  const {result: statements, tokens} = runRule('script', sql);
  const parsed: ParsedStatement[] = [];
  let at = 0;
  for (const statement of statements) {
    while (tokens[at]?.tokenType === T.Semicolon) at++;
    const start = tokens[at]!.startOffset;
    while (at < tokens.length && tokens[at]!.tokenType !== T.Semicolon) at++;
    parsed.push({statement, text: sql.slice(start, tokens[at - 1]!.endOffset + 1), start});
  }
  return parsed;
}
