import type {Datum} from '../../types/datum.ts';
import {arrayDatum} from './array-datum.ts';
import {DATABASE_OID, rolesFor} from './owners.ts';
import {rowsOf} from './row-provider.ts';
import type {ActivityFact, CursorFact, PreparedStatementFact, SettingFact} from './runtime-facts.ts';

const SETTINGS = rowsOf<SettingFact>('pg_catalog.pg_settings', ({facts}) => facts.settings(), {
  name: s => s.name,
  setting: s => s.setting,
  unit: s => s.unit ?? null,
  category: s => s.category ?? 'Customized Options',
  short_desc: s => s.description ?? '',
  context: s => s.context,
  vartype: s => s.type,
  source: s => s.source,
  min_val: s => s.minimum ?? null,
  max_val: s => s.maximum ?? null,
  enumvals: s => (s.enumValues === undefined ? null : arrayDatum(s.enumValues)),
  boot_val: s => s.bootValue ?? null,
  reset_val: s => s.resetValue ?? null,
  pending_restart: false,
});

const userOid = (user: string) => rolesFor(user).at(-1)?.oid ?? null;

const ACTIVITY = rowsOf<ActivityFact>('pg_catalog.pg_stat_activity', ({facts}) => facts.activity(), {
  datid: DATABASE_OID,
  datname: a => a.database,
  pid: a => a.pid,
  usesysid: a => userOid(a.user),
  usename: a => a.user,
  application_name: a => a.applicationName,
  client_addr: a => a.clientAddress ?? null,
  client_port: a => a.clientPort ?? null,
  backend_start: a => a.started,
  xact_start: a => a.transactionStarted ?? null,
  query_start: a => a.queryStarted ?? null,
  state_change: a => a.stateChanged ?? null,
  wait_event_type: (a): Datum => (a.state === 'active' ? null : 'Client'),
  wait_event: (a): Datum => (a.state === 'active' ? null : 'ClientRead'),
  state: a => a.state,
  query_id: a => a.queryId ?? null,
  query: a => a.query,
  backend_type: 'client backend',
});

const PREPARED = rowsOf<PreparedStatementFact>('pg_catalog.pg_prepared_statements', ({facts}) => facts.preparedStatements(), {
  name: p => p.name,
  statement: p => p.statement,
  prepare_time: p => p.prepared,
  parameter_types: p => arrayDatum(p.parameterTypes),
  from_sql: p => p.fromSql,
  generic_plans: 0n,
  custom_plans: 0n,
});

const CURSORS = rowsOf<CursorFact>('pg_catalog.pg_cursors', ({facts}) => facts.cursors(), {
  name: c => c.name,
  statement: c => c.statement,
  is_holdable: c => c.holdable,
  is_binary: c => c.binary,
  is_scrollable: c => c.scrollable,
  creation_time: c => c.created,
});

export const SESSION_ROWS = [SETTINGS, ACTIVITY, PREPARED, CURSORS];
