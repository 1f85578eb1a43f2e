import type {IRecognitionException} from 'chevrotain';
import {sqlError, type SqlError} from '../common/sql-error.ts';
import {expectedTokens} from './expected-tokens.ts';
import {SqlParser} from './grammar/sql-parser.ts';
import {tokenize, type TokenizedSql} from './lexer/tokenize.ts';
import type {SqlToken} from './tokens/sql-token.ts';
import {T} from './tokens/token-types.ts';
import {unsupportedStatement} from './unsupported-statement.ts';

let instance: SqlParser | undefined;

/** The one parser. It is built at first use: analysing the grammar takes tens of milliseconds. */
function theParser(): SqlParser {
  // the grammar's own checks run in its test
  return (instance ??= new SqlParser({errorMessageProvider: expectedTokens, skipValidations: true}));
}

/** A rule that a whole text can be. */
export type RootRule = 'script' | 'wholeExpression' | 'wholeTypeName';

export type RuleResult<R extends RootRule> = {readonly result: ReturnType<SqlParser[R]>; readonly tokens: readonly SqlToken[]};

/**
 * Parses all of `sql` by one rule. Throws SqlError: syntax_error with position and what was expected, feature_not_supported for what PostgreSQL
 * knows and we do not, statement_too_complex if it nests too deeply for the stack.
 */
export function runRule<R extends RootRule>(rule: R, sql: string): RuleResult<R> {
  const parser = theParser();
  const tokenized = tokenize(sql);
  try {
    parser.input = tokenized.tokens;
    const result = parser[rule]() as ReturnType<SqlParser[R]>;
    const error = parser.errors[0];
    if (error !== undefined) throw errorOf(error, sql, tokenized);
    return {result, tokens: tokenized.tokens};
  } catch (error) {
    if (error instanceof RangeError)
      throw sqlError('statement_too_complex', 'statement nests too deeply', {hint: 'Split the statement or nest it less.'});
    throw error;
  } finally {
    parser.input = [];
  }
}

function errorOf(error: IRecognitionException, sql: string, {tokens, error: lexical}: TokenizedSql): SqlError {
  const token = error.token as SqlToken;
  if (token.tokenType === T.Invalid && lexical !== undefined) return lexical;
  const hint = error.message === '' ? undefined : `expected ${error.message}`;
  if (Number.isNaN(token.startOffset)) return sqlError('syntax_error', 'syntax error at end of input', {position: sql.length, hint});
  return (
    unsupportedStatement(tokens, token) ??
    sqlError('syntax_error', `syntax error at or near "${token.image}"`, {position: token.startOffset, hint})
  );
}
