import {oidOf} from '../../types/oids.ts';
import {pgTypeByOid} from '../../types/pg-types.ts';
import {arrayDatum, vectorDatum} from './array-datum.ts';
import {indexEntriesOf, type IndexEntry} from './class-entries.ts';
import {operatorClassFor} from './operator-classes.ts';
import {rowsOf} from './row-provider.ts';

const attnums = (e: IndexEntry) => e.constraint.columns.map(ordinal => ordinal + 1);

/** A unique constraint has one id: that of its index in pg_class, of its row in pg_constraint and in pg_index. */
const INDEX = rowsOf<IndexEntry>('pg_catalog.pg_index', ({catalog}) => indexEntriesOf(catalog), {
  indexrelid: e => e.oid,
  indrelid: e => e.table.id,
  indnatts: e => e.columns.length,
  indnkeyatts: e => e.columns.length,
  indisunique: true,
  indnullsnotdistinct: false,
  indisprimary: e => e.primary,
  indisexclusion: false,
  indimmediate: true,
  indisclustered: false,
  indisvalid: true,
  indcheckxmin: false,
  indisready: true,
  indislive: true,
  indisreplident: false,
  indkey: e => vectorDatum(attnums(e)),
  indcollation: e => vectorDatum(e.columns.map(c => pgTypeByOid(oidOf(c.type))?.typcollation ?? 0)),
  indclass: e => vectorDatum(e.columns.map(c => operatorClassFor(c.type))),
  indoption: e => vectorDatum(e.columns.map(() => 0)),
});

const CONSTRAINT = rowsOf<IndexEntry>('pg_catalog.pg_constraint', ({catalog}) => indexEntriesOf(catalog), {
  oid: e => e.oid,
  conname: e => e.name,
  connamespace: e => e.namespace,
  contype: e => (e.primary ? 'p' : 'u'),
  condeferrable: false,
  condeferred: false,
  convalidated: true,
  conrelid: e => e.table.id,
  contypid: 0,
  conindid: e => e.oid,
  conparentid: 0,
  confrelid: 0,
  confupdtype: ' ',
  confdeltype: ' ',
  confmatchtype: ' ',
  conislocal: true,
  coninhcount: 0,
  connoinherit: true,
  conkey: e => arrayDatum(attnums(e)),
});

export const CONSTRAINT_ROWS = [INDEX, CONSTRAINT];
