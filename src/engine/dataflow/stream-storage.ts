import type {Graph} from '../../runtime/graph/graph.ts';
import type {StreamSpec} from './commands.ts';
import {LogPosition} from './log-position.ts';
import {ERROR_TYPES, StoredRelation, type StoredSpec} from './stored-relation.ts';
import type {EventTime} from './time/event-time.ts';
import {logColumns} from './write-target.ts';

const ERROR_COLUMNS = ['_partition', '_offset', '_timestamp', 'column', 'reason', 'payload', 'at'].map((name, i) => ({
  name,
  type: ERROR_TYPES[i]!,
  notNull: false,
}));

/** A stream's `$errors`: the newest `limit` rows. */
export function streamErrors({errors, name}: StreamSpec, graph: Graph, limit: number): StoredRelation {
  const kept = {limit, partition: 0, offset: 1};
  return new StoredRelation(
    {relation: errors, name: `${name}$errors`, columns: ERROR_COLUMNS, primaryKey: [], appendOnly: true, kept},
    graph,
  );
}

/** The rows of an embedded stream. */
export function embeddedLog(spec: StreamSpec, graph: Graph, time: EventTime): StoredRelation {
  const {relation, name, columns} = spec;
  const stored = new StoredRelation(
    {relation, name, columns: logColumns(columns), primaryKey: [], appendOnly: true, kept: keptRows(spec, time)},
    graph,
  );
  stored.errors = spec.errors;
  stored.log = new LogPosition();
  return stored;
}

/** What retention leaves, by the time of the step. */
function keptRows({columns, retention}: StreamSpec, time: EventTime): StoredSpec['kept'] {
  if (retention === undefined) return undefined;
  const place = {partition: columns.length, offset: columns.length + 1};
  if (retention.kind === 'rows') return {limit: retention.rows, ...place};
  if (retention.kind === 'size') return {limit: Infinity, bytes: retention.bytes, ...place};
  const least = (): number => time.now.current - retention.micros;
  return {limit: Infinity, age: {column: columns.length + 2, least}, ...place};
}
