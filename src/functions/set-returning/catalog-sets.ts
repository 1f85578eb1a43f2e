import type {ArrayDatum} from '../../types/datum.ts';
import {interval} from '../../types/interval.ts';
import {T} from '../../types/sql-type.ts';
import {timeZone} from '../../types/time-zone.ts';
import type {SetReturningDefinition} from '../definition.ts';
import {column, setReturning} from './set-returning-definer.ts';

const stable = {volatility: 'stable'} as const;

/** Functions that clients list the server with. Where Millrace has nothing of the kind they give no rows. */
export const CATALOG_SETS: readonly SetReturningDefinition[] = [
  setReturning(
    'pg_partition_ancestors',
    3425,
    'regclass',
    'regclass',
    'The relation and what it is a partition of',
    ([oid]) => [[oid ?? null]],
    {
      ...stable,
      columns: () => [column('relid', T.regclass)],
    },
  ),
  setReturning(
    'pg_options_to_table',
    2289,
    'text[]',
    'record',
    'Options as rows',
    ([options]) =>
      (options as ArrayDatum).items.flatMap(option => {
        if (typeof option !== 'string') return [];
        const at = option.indexOf('=');
        return [at < 0 ? [option, null] : [option.slice(0, at), option.slice(at + 1)]];
      }),
    {...stable, columns: () => [column('option_name', T.text), column('option_value', T.text)]},
  ),
  setReturning('pg_available_extensions', 3082, '', 'record', 'No rows', () => [], {
    ...stable,
    columns: () => [column('name', T.name), column('default_version', T.text), column('comment', T.text)],
  }),
  setReturning('pg_get_keywords', 1686, '', 'record', 'No rows', () => [], {
    ...stable,
    columns: () => [
      column('word', T.text),
      column('catcode', T.char),
      column('barelabel', T.bool),
      column('catdesc', T.text),
      column('baredesc', T.text),
    ],
  }),
  setReturning(
    'pg_timezone_names',
    2856,
    '',
    'record',
    'Time zones',
    (_, context) =>
      Intl.supportedValuesOf('timeZone').map(name => {
        const seconds = timeZone(name).offsetAt(Number(context.now / 1_000_000n));
        return [name, name, interval(0, 0, BigInt(seconds) * 1_000_000n), false];
      }),
    {
      ...stable,
      columns: () => [column('name', T.text), column('abbrev', T.text), column('utc_offset', T.interval), column('is_dst', T.bool)],
    },
  ),
  setReturning('aclexplode', 1689, 'aclitem[]', 'record', 'No rows', () => [], {
    ...stable,
    columns: () => [column('grantor', T.oid), column('grantee', T.oid), column('privilege_type', T.text), column('is_grantable', T.bool)],
  }),
  setReturning('pg_lock_status', 1371, '', 'record', 'No rows', () => [], {
    ...stable,
    columns: () => [
      column('locktype', T.text),
      column('relation', T.oid),
      column('pid', T.int4),
      column('mode', T.text),
      column('granted', T.bool),
    ],
  }),
];
