import {sqlError, type SqlError} from '../common/sql-error.ts';
import type {SqlToken} from './tokens/sql-token.ts';
import {T} from './tokens/token-types.ts';
import {words} from './tokens/words.ts';

/** Statements of PostgreSQL that are not ours, by their first word. */
const STATEMENTS: ReadonlyMap<string, string | undefined> = new Map([
  ['call', undefined],
  ['cluster', undefined],
  ['do', undefined],
  ['import', undefined],
  ['load', undefined],
  ['merge', 'INSERT … ON CONFLICT covers most of it'],
  ['reassign', undefined],
  ['refresh', 'materialized views are always fresh'],
  ['reindex', undefined],
  ['security', undefined],
]);

/** Objects of PostgreSQL that are not ours: of CREATE, ALTER, DROP, COMMENT ON. */
const OBJECTS: ReadonlySet<string> = new Set([
  ...words('access aggregate cast collation connection constraint conversion database default domain event'),
  ...words('extension foreign function group language large operator owned policy procedural procedure'),
  ...words('publication role routine rule secret sequence server statistics subscription system tablespace'),
  ...words('text transform trigger user'),
]);

/** Clauses of PostgreSQL that are not ours, by the word that begins them. */
const CLAUSES: ReadonlyMap<string, string> = new Map([
  ['tablesample', 'TABLESAMPLE'],
  ['into', 'SELECT INTO'],
  ['inherits', 'INHERITS'],
  ['tablespace', 'TABLESPACE'],
  ['xmlelement', 'XMLELEMENT'],
  ['xmlforest', 'XMLFOREST'],
  ['xmlconcat', 'XMLCONCAT'],
  ['xmlparse', 'XMLPARSE'],
  ['xmlpi', 'XMLPI'],
  ['xmlroot', 'XMLROOT'],
  ['xmlserialize', 'XMLSERIALIZE'],
  ['xmlexists', 'XMLEXISTS'],
  ['xmltable', 'XMLTABLE'],
]);

/** If the statement in which parsing failed at `failed` is one that PostgreSQL knows and we do not, the error that says so. */
export function unsupportedStatement(tokens: readonly SqlToken[], failed: SqlToken): SqlError | undefined {
  const at = tokens.indexOf(failed);
  if (at < 0 || failed.quoted) return undefined;
  let first = at;
  while (first > 0 && tokens[first - 1]!.tokenType !== T.Semicolon) first--;
  const verb = tokens[first]!.payload;
  const position = tokens[first]!.startOffset;
  if (at === first) {
    if (!STATEMENTS.has(verb)) return undefined;
    return notSupported(verb.toUpperCase(), position, STATEMENTS.get(verb));
  }
  const object = failed.payload;
  if (['create', 'alter', 'drop'].includes(verb) && at - first <= 4 && OBJECTS.has(object))
    return notSupported(`${verb.toUpperCase()} ${object.toUpperCase()}`, position, undefined);
  if (verb === 'comment' && at - first === 2) return notSupported(`COMMENT ON ${object.toUpperCase()}`, position, undefined);
  const clause = CLAUSES.get(object);
  return clause === undefined || verb === 'insert' ? undefined : notSupported(clause, failed.startOffset, undefined);
}

function notSupported(what: string, position: number, hint: string | undefined): SqlError {
  return sqlError('feature_not_supported', `${what} is not supported`, {position, hint});
}
