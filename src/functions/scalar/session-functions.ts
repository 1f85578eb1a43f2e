import {sqlError} from '../../common/sql-error.ts';
import {formatType, formatTypeOid} from '../../types/format-type.ts';
import {inferType} from '../../types/infer-type.ts';
import {oidOf} from '../../types/oids.ts';
import {pgTypeByOid} from '../../types/pg-types.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {FunctionDefinition} from '../definition.ts';
import type {EvaluationContext} from '../evaluation-context.ts';
import {definer} from '../signature.ts';

const {strict, nullable} = definer('session');

const stable = {volatility: 'stable', fallible: false} as const;
const failing = {volatility: 'stable'} as const;
const volatile = {volatility: 'volatile', fallible: false} as const;

/** What version() says: clients read the number behind "PostgreSQL". */
export const SERVER_VERSION = '15.8';

function setting(name: string, missingOk: boolean, context: EvaluationContext): string | null {
  const value = context.setting(name.toLowerCase());
  if (value !== undefined) return value;
  if (missingOk) return null;
  throw sqlError('undefined_object', `unrecognized configuration parameter "${name}"`);
}

/** format_type: typmod −1 or NULL = none. */
function typeText(oid: number | null, typmod: number | null, context: EvaluationContext): string | null {
  if (oid === null) return null;
  if (oid === 0) return '-';
  const declared = typmod === null || typmod < 0 ? undefined : modifiedType(oid, typmod);
  if (declared !== undefined) return declared;
  const name = formatTypeOid(oid) ?? context.catalog?.typeName(oid) ?? '???';
  // Without a typmod at all, bpchar would read as character(1).
  return typmod !== null && oid === 1042 ? 'bpchar' : name;
}

function modifiedType(oid: number, typmod: number): string | undefined {
  const row = pgTypeByOid(oid);
  if (row === undefined) return undefined;
  if (row.typinput === 'array_in') {
    const element = modifiedType(row.typelem, typmod);
    return element === undefined ? undefined : `${element}[]`;
  }
  const type = withModifier(row.typname, typmod);
  return type === undefined ? undefined : typeof type === 'string' ? type : formatType(type);
}

function withModifier(name: string, typmod: number): SqlType | string | undefined {
  switch (name) {
    case 'varchar':
      return {kind: 'varchar', length: typmod - 4};
    case 'bpchar':
      return {kind: 'bpchar', length: typmod - 4};
    case 'numeric':
      return {kind: 'numeric', precision: ((typmod - 4) >> 16) & 0xffff, scale: (((typmod - 4) & 0x7ff) ^ 1024) - 1024};
    case 'timestamp':
      return `timestamp(${typmod}) without time zone`;
    case 'timestamptz':
      return `timestamp(${typmod}) with time zone`;
    case 'time':
      return `time(${typmod}) without time zone`;
    default:
      return undefined;
  }
}

const implicitSchemas = (context: EvaluationContext) => {
  const {searchPath} = context.session;
  return searchPath.includes('pg_catalog') ? searchPath : ['pg_catalog', ...searchPath];
};

export const SESSION_FUNCTIONS: readonly FunctionDefinition[] = [
  strict(
    'version',
    89,
    '',
    'text',
    'Name and version of the server',
    () => `PostgreSQL ${SERVER_VERSION} (Millrace) on ${process.arch}-${process.platform}, 64-bit`,
    stable,
  ),
  strict('current_user', 745, '', 'name', 'The user whose rights apply', context => context.session.user, stable),
  strict('current_role', 12035, '', 'name', 'The user whose rights apply', context => context.session.user, stable),
  strict('user', 12036, '', 'name', 'The user whose rights apply', context => context.session.user, stable),
  strict('session_user', 746, '', 'name', 'The user who logged in', context => context.session.sessionUser, stable),
  strict('current_database', 861, '', 'name', 'Name of the database', context => context.session.database, stable),
  strict('current_catalog', 12037, '', 'name', 'Name of the database', context => context.session.database, stable),
  strict('current_schema', 1402, '', 'name', 'First schema of the search path', context => context.session.searchPath[0] ?? null, stable),
  strict(
    'current_schemas',
    1403,
    'bool',
    'name[]',
    'Schemas of the search path, implicit ones on request',
    (implicit, context) => ({
      tag: 'array',
      items: implicit ? implicitSchemas(context) : context.session.searchPath,
    }),
    stable,
  ),
  strict('current_setting', 2077, 'text', 'text', 'Value of a setting', (name, context) => setting(name, false, context), failing),
  strict(
    'current_setting',
    3294,
    'text,bool',
    'text',
    'Value of a setting, NULL when there is none',
    (name, missingOk, context) => setting(name, missingOk, context),
    failing,
  ),
  nullable(
    'set_config',
    2078,
    'text,text,bool',
    'text',
    'Changes a setting',
    (name, value, local, context) => {
      if (name === null) throw sqlError('null_value_not_allowed', 'SET requires parameter name');
      if (context.changeSetting === undefined) throw sqlError('feature_not_supported', 'settings cannot be changed here');
      return context.changeSetting(name.toLowerCase(), value ?? '', local ?? false);
    },
    {volatility: 'volatile'},
  ),
  nullable('pg_typeof', 1619, 'any', 'regtype', 'Type of the value', (value, _, types) => oidOf(types.args[0] ?? inferType(value)), stable),
  nullable('format_type', 1081, 'oid,int4', 'text', 'SQL name of a type', typeText, stable),
  strict(
    'millrace_step',
    15960,
    '',
    'int8',
    'Step whose rows the statement reads',
    ({step}) => {
      if (step === undefined) throw sqlError('feature_not_supported', 'millrace_step() has no meaning here');
      return BigInt(step);
    },
    failing,
  ),
  strict('pg_backend_pid', 2026, '', 'int4', 'Process id of the session', context => context.session.backendPid, stable),
  strict('pg_is_in_recovery', 3810, '', 'bool', 'Always false', () => false, volatile),
  strict('txid_current', 2943, '', 'int8', 'Id of the transaction', context => context.now / 1000n, stable),
  nullable('inet_server_addr', 2198, '', 'text', 'Always NULL', () => null, stable),
  nullable('inet_server_port', 2199, '', 'int4', 'Always NULL', () => null, stable),
  nullable('inet_client_addr', 2196, '', 'text', 'Always NULL', () => null, stable),
  nullable('inet_client_port', 2197, '', 'int4', 'Always NULL', () => null, stable),
  strict('pg_client_encoding', 810, '', 'name', 'Always UTF8', () => 'UTF8', stable),
  strict('getdatabaseencoding', 1039, '', 'name', 'Always UTF8', () => 'UTF8', stable),
  strict(
    'pg_encoding_to_char',
    1597,
    'int4',
    'name',
    'Name of an encoding number',
    encoding => (encoding === 6 ? 'UTF8' : encoding === 0 ? 'SQL_ASCII' : ''),
    stable,
  ),
  strict('pg_char_to_encoding', 1264, 'name', 'int4', 'Number of an encoding', name => (/^utf-?8$/i.test(name) ? 6 : -1), stable),
  strict('pg_my_temp_schema', 2854, '', 'oid', 'Always 0: there are no temporary schemas', () => 0, stable),
  strict('pg_is_other_temp_schema', 2855, 'oid', 'bool', 'Always false', () => false, stable),
  strict('pg_notify', 3036, 'text,text', 'void', 'Does nothing', () => '', volatile),
  strict(
    'pg_sleep',
    2626,
    'float8',
    'void',
    'Waits',
    (seconds, context) => {
      if (context.sleep === undefined) throw sqlError('feature_not_supported', 'pg_sleep() cannot be used here');
      context.sleep(seconds);
      return '';
    },
    {volatility: 'volatile'},
  ),
  strict('pg_advisory_unlock_all', 2892, '', 'void', 'Does nothing', () => '', volatile),
  strict('pg_advisory_lock', 2880, 'int8', 'void', 'Does nothing', () => '', volatile),
  strict('pg_try_advisory_lock', 2882, 'int8', 'bool', 'Always true', () => true, volatile),
  strict('pg_advisory_unlock', 2884, 'int8', 'bool', 'Always true', () => true, volatile),
];
