/** A statement of a script: its text, and the line on which it starts (from 1). */
export type ScriptStatement = {readonly sql: string; readonly line: number};

const SKIPPED = /\s+|--[^\n]*/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;

/**
 * Splits a script at its semicolons as psql does: not inside quotes, dollar quotes, comments or parentheses. Statements keep what is
 * inside them; white space and comments before them are left out.
 */
export function splitStatements(script: string): ScriptStatement[] {
  const statements: ScriptStatement[] = [];
  let at = 0;
  let line = 1;
  let counted = 0;
  while ((at = skipBlank(script, at)) < script.length) {
    const end = statementEnd(script, at);
    for (; counted < at; counted++) if (script[counted] === '\n') line++;
    const sql = script.slice(at, end).trimEnd();
    if (sql !== ';') statements.push({sql, line});
    at = end;
  }
  return statements;
}

function skipBlank(script: string, from: number): number {
  let at = from;
  for (;;) {
    const next = script.startsWith('/*', at) ? blockCommentEnd(script, at) : at + matchLength(SKIPPED, script, at);
    if (next === at) return at;
    at = next;
  }
}

/** Index behind the semicolon that ends the statement at `from`, or the end of the script. */
function statementEnd(script: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < script.length) {
    const character = script.charAt(at);
    if (character === ';' && depth <= 0) return at + 1;
    if (character === '(') depth++;
    if (character === ')') depth--;
    at = tokenEnd(script, at, character);
  }
  return script.length;
}

function tokenEnd(script: string, at: number, character: string): number {
  switch (character) {
    case "'":
      return quoteEnd(script, at, "'", false);
    case '"':
      return quoteEnd(script, at, '"', false);
    case '-':
      return script.startsWith('--', at) ? at + matchLength(SKIPPED, script, at) : at + 1;
    case '/':
      return script.startsWith('/*', at) ? blockCommentEnd(script, at) : at + 1;
    case '$': {
      const length = matchLength(DOLLAR_TAG, script, at);
      if (length === 0) return at + 1;
      const close = script.indexOf(script.slice(at, at + length), at + length);
      return close < 0 ? script.length : close + length;
    }
    default: {
      const length = matchLength(WORD, script, at); // as a whole, so that $ inside a name opens nothing
      const escape = length === 1 && (character === 'e' || character === 'E') && script[at + 1] === "'";
      return escape ? quoteEnd(script, at + 1, "'", true) : at + Math.max(1, length);
    }
  }
}

/** A doubled quote is read as the end of one string and the start of the next, which comes to the same. */
function quoteEnd(script: string, at: number, quote: string, backslashes: boolean): number {
  for (let i = at + 1; i < script.length; i++) {
    if (backslashes && script[i] === '\\') i++;
    else if (script[i] === quote) {
      if (backslashes && script[i + 1] === quote) i++;
      else return i + 1;
    }
  }
  return script.length;
}

function blockCommentEnd(script: string, from: number): number {
  let depth = 0;
  for (let at = from; at < script.length; at++) {
    if (script.startsWith('/*', at)) depth++;
    else if (script.startsWith('*/', at)) depth--;
    else continue;
    at++;
    if (depth === 0) return at + 1;
  }
  return script.length;
}

function matchLength(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
