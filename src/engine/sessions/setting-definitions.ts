/**
 * The run-time parameters that Millrace knows (PostgreSQL chapter 20 names and defaults). Some steer Millrace; the others are accepted
 * because clients set and read them. `internal` ones can only be shown.
 */
export type SettingDefinition = {
  readonly name: string;
  readonly type: 'bool' | 'integer' | 'real' | 'string' | 'enum';
  readonly value: string;
  readonly context: 'user' | 'internal';
  readonly unit?: 'ms' | 'kB' | 's' | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly values?: readonly string[] | undefined;
  /** Sent to the client as ParameterStatus at start and whenever it changes. */
  readonly reported?: boolean | undefined;
  readonly description: string;
};

const ISOLATION = ['serializable', 'repeatable read', 'read committed', 'read uncommitted'];
const MESSAGE_LEVELS = ['debug5', 'debug4', 'debug3', 'debug2', 'debug1', 'debug', 'log', 'info', 'notice', 'warning', 'error'];
const MAX_INT = 2147483647;

const bool = (name: string, value: 'on' | 'off', description: string, extra: Partial<SettingDefinition> = {}): SettingDefinition => ({
  name,
  type: 'bool',
  value,
  context: 'user',
  description,
  ...extra,
});
const text = (name: string, value: string, description: string, extra: Partial<SettingDefinition> = {}): SettingDefinition => ({
  name,
  type: 'string',
  value,
  context: 'user',
  description,
  ...extra,
});
const whole = (name: string, value: number, description: string, extra: Partial<SettingDefinition> = {}): SettingDefinition => ({
  name,
  type: 'integer',
  value: String(value),
  context: 'user',
  min: 0,
  max: MAX_INT,
  description,
  ...extra,
});
const oneOf = (
  name: string,
  value: string,
  values: readonly string[],
  description: string,
  extra: Partial<SettingDefinition> = {},
): SettingDefinition => ({name, type: 'enum', value, values, context: 'user', description, ...extra});
const fixed = (name: string, value: string, description: string, extra: Partial<SettingDefinition> = {}): SettingDefinition => ({
  name,
  type: 'string',
  value,
  context: 'internal',
  description,
  ...extra,
});

export const SERVER_VERSION = '15.8';

export const SETTINGS: readonly SettingDefinition[] = [
  // What steers Millrace.
  bool('real_time_recency', 'off', 'Reads wait until everything committed in their topics when they arrived has been processed.'),
  whole('statement_timeout', 0, 'Longest a statement may run; 0 = no limit.', {unit: 'ms'}),
  whole('idle_in_transaction_session_timeout', 0, 'Accepted; not enforced yet.', {unit: 'ms'}),
  text('search_path', '"$user", public', 'Schemas searched for unqualified names.'),
  text('TimeZone', 'UTC', 'Zone in which timestamptz is read and shown.', {reported: true}),
  text('application_name', '', 'Name of the client program.', {reported: true}),
  bool('default_transaction_read_only', 'off', 'New transactions may not write.', {reported: true}),
  bool('transaction_read_only', 'off', 'This transaction may not write.'),
  oneOf(
    'default_transaction_isolation',
    'read committed',
    ISOLATION,
    'Accepted; single statements are strictly serializable, read-write blocks snapshot-isolated.',
  ),
  oneOf('transaction_isolation', 'read committed', ISOLATION, 'Accepted; see default_transaction_isolation.'),
  oneOf('client_min_messages', 'notice', MESSAGE_LEVELS, 'Least severity of notices that are sent.'),
  oneOf('wait_for_ready', 'on', ['on', 'off'], 'on: a read of a hydrating view waits; off: it answers from what is there, with a notice.'),
  // What only PostgreSQL-style clients ask for.
  fixed('server_version', SERVER_VERSION, 'Version of PostgreSQL whose dialect is spoken.', {reported: true}),
  fixed('server_version_num', '150008', 'The same as a number.', {type: 'integer'}),
  fixed('server_encoding', 'UTF8', 'Encoding of stored text.', {reported: true}),
  text('client_encoding', 'UTF8', 'Encoding of the client; only UTF8.', {reported: true}),
  text('DateStyle', 'ISO, MDY', 'Format of dates; output is always ISO.', {reported: true}),
  oneOf(
    'IntervalStyle',
    'postgres',
    ['postgres', 'postgres_verbose', 'sql_standard', 'iso_8601'],
    'Format of intervals; output is postgres.',
    {reported: true},
  ),
  fixed('integer_datetimes', 'on', 'Timestamps are integers.', {type: 'bool', reported: true}),
  bool('standard_conforming_strings', 'on', "Backslashes in '…' are plain characters.", {reported: true}),
  fixed('is_superuser', 'on', 'Whether the user is a superuser.', {type: 'bool', reported: true}),
  text('session_authorization', '', 'Session user.', {reported: true}),
  fixed('in_hot_standby', 'off', 'Never a standby.', {type: 'bool', reported: true}),
  text('role', 'none', 'Current role.'),
  whole('extra_float_digits', 1, 'Floats are always shown in their shortest exact form.', {min: -15, max: 3}),
  oneOf('bytea_output', 'hex', ['hex', 'escape'], 'Output is hex.'),
  oneOf('backslash_quote', 'safe_encoding', ['safe_encoding', 'on', 'off'], 'Accepted.'),
  bool('escape_string_warning', 'on', 'Accepted.'),
  bool('array_nulls', 'on', 'Accepted.'),
  oneOf('xmloption', 'content', ['content', 'document'], 'Accepted.'),
  whole('lock_timeout', 0, 'Accepted; there are no locks to wait for.', {unit: 'ms'}),
  whole('idle_session_timeout', 0, 'Accepted; not enforced yet.', {unit: 'ms'}),
  whole('work_mem', 4096, 'Accepted.', {unit: 'kB', min: 64}),
  whole('maintenance_work_mem', 65536, 'Accepted.', {unit: 'kB', min: 1024}),
  whole('temp_buffers', 1024, 'Accepted.', {min: 100}),
  bool('row_security', 'on', 'Accepted.'),
  bool('check_function_bodies', 'on', 'Accepted.'),
  bool('default_transaction_deferrable', 'off', 'Accepted.'),
  bool('transaction_deferrable', 'off', 'Accepted.'),
  text('default_tablespace', '', 'Accepted.'),
  text('default_table_access_method', 'heap', 'Accepted.'),
  text('temp_tablespaces', '', 'Accepted.'),
  oneOf('default_toast_compression', 'pglz', ['pglz', 'lz4'], 'Accepted.'),
  bool('synchronize_seqscans', 'on', 'Accepted.'),
  oneOf(
    'synchronous_commit',
    'on',
    ['on', 'off', 'local', 'remote_write', 'remote_apply'],
    'Accepted; a write is always durable before it is acknowledged.',
  ),
  bool('quote_all_identifiers', 'off', 'Accepted.'),
  text('lc_messages', 'C', 'Language of messages.'),
  text('lc_monetary', 'C', 'Accepted.'),
  text('lc_numeric', 'C', 'Accepted.'),
  text('lc_time', 'C', 'Accepted.'),
  fixed('lc_collate', 'C', 'Text compares bytewise.'),
  fixed('lc_ctype', 'C', 'Character classification.'),
  text('default_text_search_config', 'pg_catalog.simple', 'Accepted.'),
  oneOf('plan_cache_mode', 'auto', ['auto', 'force_generic_plan', 'force_custom_plan'], 'Accepted.'),
  whole('max_parallel_workers_per_gather', 0, 'Accepted.', {max: 1024}),
  // RisingWave's, set by scripts written for it.
  bool('rw_implicit_flush', 'on', 'Accepted; a write is in every view as soon as it is acknowledged.'),
  bool('rw_streaming_enable_delta_join', 'off', 'Accepted; joins share their state anyway.'),
  whole('streaming_parallelism', 0, 'Accepted; there is one dataflow thread.', {max: 1024}),
  bool('jit', 'off', 'Accepted; expressions are always compiled.'),
  bool('enable_seqscan', 'on', 'Accepted.'),
  bool('enable_indexscan', 'on', 'Accepted.'),
  bool('enable_nestloop', 'on', 'Accepted.'),
  bool('enable_mergejoin', 'on', 'Accepted.'),
  bool('enable_hashjoin', 'on', 'Accepted.'),
  whole('geqo_threshold', 12, 'Accepted.', {min: 2}),
  whole('from_collapse_limit', 8, 'Accepted.', {min: 1}),
  whole('join_collapse_limit', 8, 'Accepted.', {min: 1}),
  bool('geqo', 'on', 'Accepted.'),
  fixed('max_identifier_length', '63', 'Longest identifier.', {type: 'integer'}),
  fixed('max_index_keys', '32', 'Most columns of a key.', {type: 'integer'}),
  fixed('block_size', '8192', 'As PostgreSQL reports it.', {type: 'integer'}),
  fixed('max_connections', '100', 'Most client connections.', {type: 'integer'}),
  fixed('superuser_reserved_connections', '3', 'As PostgreSQL reports it.', {type: 'integer'}),
  fixed('port', '5440', 'Port of this server.', {type: 'integer'}),
  fixed('ssl', 'off', 'TLS of client connections.', {type: 'bool'}),
  fixed('wal_level', 'replica', 'As PostgreSQL reports it.'),
  fixed('data_directory', '', 'Where state is kept.'),
  fixed('listen_addresses', '127.0.0.1', 'Where the server listens.'),
  fixed('unix_socket_directories', '', 'None.'),
  fixed('config_file', '', 'None.'),
  fixed('hba_file', '', 'None.'),
  fixed('data_checksums', 'on', 'Segments and journal carry checksums.', {type: 'bool'}),
  fixed('password_encryption', 'scram-sha-256', 'As PostgreSQL reports it.'),
  fixed('debug_assertions', 'off', 'As PostgreSQL reports it.', {type: 'bool'}),
  fixed('autovacuum', 'on', 'State is compacted as it changes.', {type: 'bool'}),
  fixed('track_activities', 'on', 'As PostgreSQL reports it.', {type: 'bool'}),
];
