import type {Statement} from './ast/statement.ts';

/** One statement of a script. `text` is its source without the semicolon and blanks around it; `start` its 0-based offset in the script. */
export type ParsedStatement = {readonly statement: Statement; readonly text: string; readonly start: number};
