import type {Graph, GraphNode} from '../../runtime/graph/graph.ts';
import {KeyedView} from '../../runtime/views/keyed-view.ts';
import type {ReadableRows} from '../../runtime/views/readable-rows.ts';
import {ZsetView} from '../../runtime/views/zset-view.ts';
import {NewestView, type NewestViewArgs} from '../../runtime/views/newest-view.ts';
import {AppendView} from '../../runtime/views/append-view.ts';
import {physicalOf, T, type SqlType} from '../../types/sql-type.ts';
import type {ColumnSpec} from './commands.ts';
import type {LogPosition} from './log-position.ts';
import type {EmbeddedTime} from './time/embedded-time.ts';

/** Columns of `<stream>$errors`: _partition, _offset, _timestamp, column, reason, payload, at. */
export const ERROR_TYPES: readonly SqlType[] = [T.int4, T.int8, T.timestamptz, T.text, T.text, T.bytea, T.timestamptz];

/** What a stored relation is made of. */
export type StoredSpec = {
  relation: number;
  name: string;
  columns: readonly ColumnSpec[];
  primaryKey: readonly number[];
  primaryKeyName?: string;
  appendOnly: boolean;
  /** What is kept of a log; absent = everything. */
  kept?: Pick<NewestViewArgs, 'limit' | 'bytes' | 'age' | 'partition' | 'offset'> | undefined;
};

/** Rows that Millrace stores itself, changed by deltas from outside of the graph: a table, an embedded stream, an `$errors` relation. */
export class StoredRelation {
  readonly relation: number;
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  readonly primaryKey: readonly number[];
  readonly primaryKeyName: string;
  /** A log: rows are only ever added. */
  readonly appendOnly: boolean;
  readonly rows: ReadableRows;
  /** Where an embedded stream goes on. */
  log: LogPosition | undefined;
  /** The event time of an embedded stream with a watermark. */
  time: EmbeddedTime | undefined;
  /** Its `$errors`, for a stream. */
  errors: number | undefined;
  /** Where its deltas enter the graph. */
  readonly source: GraphNode;
  /** Its store; passes deltas on to views. */
  readonly node: GraphNode;

  constructor(spec: StoredSpec, graph: Graph) {
    this.relation = spec.relation;
    this.name = spec.name;
    this.columns = spec.columns;
    this.primaryKey = spec.primaryKey;
    this.primaryKeyName = spec.primaryKeyName ?? '';
    this.appendOnly = spec.appendOnly;
    const schema = spec.columns.map(column => physicalOf(column.type));
    const label = `rows(${spec.name})`;
    const store = spec.appendOnly
      ? spec.kept === undefined
        ? new AppendView({label, schema})
        : new NewestView({label, schema, ...spec.kept})
      : spec.primaryKey.length > 0
        ? new KeyedView({label, schema, key: spec.primaryKey, ordered: true})
        : new ZsetView({label, schema});
    this.rows = store;
    this.source = graph.addSource(`table(${spec.name})`, schema);
    this.node = graph.add(store, [this.source]);
  }
}
