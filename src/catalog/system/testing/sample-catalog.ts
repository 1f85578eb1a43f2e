import {T, arrayOf} from '../../../types/sql-type.ts';
import {Catalog} from '../../catalog.ts';
import {compositeTypeOf, type CatalogObject, type CompositeTypeObject} from '../../catalog-object.ts';
import {column} from '../../column.ts';
import {errorRelation} from '../../error-relation.ts';
import type {MaterializedView, Sink, Stream, Table, View} from '../../relation.ts';
import {NO_FACTS} from '../runtime-facts.ts';
import type {SystemContext} from '../system-context.ts';
import {SYSTEM_RELATIONS} from '../system-relations.ts';

const searchPath = ['public'];

const address: CompositeTypeObject = {
  kind: 'type',
  id: 16384,
  schema: 'public',
  name: 'address',
  fields: [
    {name: 'street', type: T.text},
    {name: 'zip', type: {kind: 'varchar', length: 5}},
  ],
  dependsOn: [],
};

const customers: Table = {
  kind: 'table',
  id: 16386,
  schema: 'public',
  name: 'customers',
  columns: [
    {name: 'id', type: T.int4, notNull: true},
    {name: 'name', type: {kind: 'varchar', length: 50}, notNull: true, default: "'x'::character varying", comment: 'full name'},
    column('email', T.text),
    column('amount', {kind: 'numeric', precision: 10, scale: 2}),
    {name: 'At', type: T.timestamptz, notNull: false, default: 'now()'},
    column('tags', arrayOf(T.text)),
    column('home', compositeTypeOf(address)),
    column('score', T.float8),
    column('day', T.date),
    column('doc', T.jsonb),
  ],
  primaryKey: {id: 16387, name: 'customers_pkey', columns: [0]},
  unique: [{id: 16388, name: 'customers_email_day_key', columns: [2, 8]}],
  appendOnly: false,
  dependsOn: [16384],
  comment: 'customer table',
};

const bids: Stream = {
  kind: 'stream',
  id: 16390,
  schema: 'public',
  name: 'bids',
  columns: [column('auction', T.int8), column('price', T.int8)],
  connector: 'kafka',
  options: {topic: 'bids'},
  dependsOn: [],
};

const richest: View = {
  kind: 'view',
  id: 16392,
  schema: 'sales',
  name: 'richest',
  columns: [column('id', T.int4), column('name', {kind: 'varchar', length: 50})],
  query: 'SELECT id, name FROM customers WHERE amount > 100',
  searchPath,
  dependsOn: [16386],
};

const totals: MaterializedView = {
  kind: 'materialized-view',
  id: 16393,
  schema: 'public',
  name: 'totals',
  columns: [column('auction', T.int8), column('n', T.int8)],
  query: 'SELECT auction, count(*) AS n FROM bids GROUP BY auction;',
  searchPath,
  key: [0],
  appendOnly: false,
  onErrorFail: false,
  options: {},
  dependsOn: [16390],
};

const drain: Sink = {
  kind: 'sink',
  id: 16395,
  schema: 'public',
  name: 'drain',
  columns: [],
  connector: 'filesystem',
  options: {},
  from: 16393,
  searchPath,
  dependsOn: [16393],
};

const USER_OBJECTS: readonly CatalogObject[] = [
  {kind: 'schema', id: 16391, name: 'sales', comment: 'sales area'},
  address,
  customers,
  bids,
  errorRelation(bids, 'stream-errors', 16389),
  richest,
  totals,
  errorRelation(totals, 'view-errors', 16394),
  drain,
  errorRelation(drain, 'view-errors', 16396),
];

/** One object of each kind beside the system relations. */
export const SAMPLE_CATALOG = Catalog.of([...SYSTEM_RELATIONS, ...USER_OBJECTS]);

export const SAMPLE_CONTEXT: SystemContext = {
  catalog: SAMPLE_CATALOG,
  facts: {
    ...NO_FACTS,
    settings: () => [{name: 'work_mem', setting: '4096', type: 'integer', context: 'user', source: 'default', unit: 'kB'}],
    sources: () => [{relation: 16390, partition: 0, nextOffset: 7n, endOffset: 10n, rows: 7n, badRecords: 1n, state: 'running'}],
    views: () => [{relation: 16393, state: 'ready', rows: 3n, stateBytes: 128n, errors: 0n, late: 0n}],
    watermarks: () => [{relation: 16390, partition: 0, watermark: 1767268800000000n, lag: 5000000n, idle: false, holdsBack: true}],
    progress: () => [{relation: 16393, done: 5n, total: 20n}],
    frontier: () => [
      {relation: 16390, partition: 0, nextOffset: 7n},
      {relation: 99999, partition: 0, nextOffset: 1n},
    ],
    size: relation => (relation === 16393 ? {rows: 3n, bytes: 8193n} : undefined),
  },
  session: {user: 'app', database: 'streamdb'},
};
