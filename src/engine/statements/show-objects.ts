import type {Relation} from '../../catalog/relation.ts';
import {isRelation} from '../../catalog/catalog-object.ts';
import {requireRelation} from '../../catalog/resolve-name.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {ShowObjects} from '../../parser/ast/session.ts';
import type {Datum} from '../../types/datum.ts';
import {T} from '../../types/sql-type.ts';
import type {DataflowStatus} from '../dataflow/status.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {rowsStatement} from './datum-rows.ts';
import {nameScope, partsOf} from './name-scope.ts';
import type {StatementContext} from './statement-context.ts';
import {deliveryText} from './delivery-text.ts';
import {waitText} from './view-waits.ts';
import {WATERMARK_COLUMNS, watermarkRows} from './watermarks.ts';

const KINDS: Partial<Record<ShowObjects['what'], Relation['kind']>> = {
  streams: 'stream',
  sources: 'stream',
  tables: 'table',
  views: 'view',
  'materialized-views': 'materialized-view',
  sinks: 'sink',
};
const text = (name: string) => ({name, type: T.text});
const int8 = (name: string) => ({name, type: T.int8});

/** SHOW STREAMS | TABLES | … lists objects of the search path's schemas; SHOW STATUS says how each relation, or one, is doing. */
export function analyzeShowObjects(statement: ShowObjects, context: StatementContext): AnalyzedStatement {
  const {session} = context;
  const settings = () => session.textSettings();
  const kind = KINDS[statement.what];
  if (kind !== undefined)
    return rowsStatement([text('schema'), text('name')], 'SHOW', settings, () => listed(context, kind).map(r => [r.schema, r.name]));
  const {name} = statement;
  const only = name && requireRelation(nameScope(context), partsOf(name), name.span.start);
  switch (statement.what) {
    case 'schemas':
      return rowsStatement([text('name')], 'SHOW', settings, () =>
        [...session.catalog.objects()].flatMap(o => (o.kind === 'schema' ? [[o.name]] : [])),
      );
    case 'databases':
      return rowsStatement([text('name')], 'SHOW', settings, () => [[session.database]]);
    case 'status': {
      const columns = [
        text('kind'),
        text('name'),
        text('state'),
        int8('rows'),
        int8('lag'),
        int8('bad_records'),
        int8('state_bytes'),
        text('message'),
      ];
      return rowsStatement(columns, 'SHOW', settings, async () => {
        const rows = await statusRows(context);
        return rows.filter(({relation}) => only === undefined || relation === only.id).map(({row}) => row);
      });
    }
    case 'watermarks':
      if (only !== undefined && (only.kind !== 'stream' || only.time === undefined))
        throw sqlError('wrong_object_type', `"${only.name}" is not a stream with a watermark`, {position: name?.span.start});
      return rowsStatement(WATERMARK_COLUMNS, 'SHOW', settings, () => watermarkRows(only?.id, context));
    default:
      throw sqlError('feature_not_supported', `SHOW ${statement.what.toUpperCase()} is not supported yet`, {
        position: statement.span.start,
      });
  }
}

function listed({session}: StatementContext, kind: Relation['kind']): Relation[] {
  const {catalog} = session;
  const relations = [...catalog.objects()].filter((o): o is Relation => isRelation(o) && o.kind === kind);
  return relations.sort((a, b) => (a.schema + a.name < b.schema + b.name ? -1 : 1));
}

type StatusRow = {readonly relation: number; readonly row: readonly Datum[]};

async function statusRows({session, services}: StatementContext): Promise<StatusRow[]> {
  const status = (await services.dataflow.send({kind: 'status', session: 0})).data as DataflowStatus;
  const rows: StatusRow[] = [];
  const add = ({id}: Relation, ...row: Datum[]) => rows.push({relation: id, row});
  for (const stream of status.streams) {
    const relation = session.catalog.relation(stream.relation);
    if (relation === undefined) continue;
    const known = stream.partitions.filter(p => p.endOffset >= 0);
    const lag = known.reduce((sum, p) => sum + Math.max(0, p.endOffset - p.nextOffset), 0);
    const report = services.sourceReports.get(stream.relation);
    const recovering = recoveryText(status, stream.relation, report?.message);
    add(
      relation,
      'stream',
      relation.name,
      status.rests !== undefined ? 'paused' : recovering !== undefined ? 'recovering' : (report?.state ?? 'idle'),
      BigInt(stream.rows),
      BigInt(lag),
      BigInt(stream.badRecords),
      null,
      status.rests ??
        recovering ??
        stream.missing ??
        report?.message ??
        report?.missingColumns ??
        droppedText(`${relation.name}$errors`, stream.dropped) ??
        null,
    );
  }
  for (const view of status.views) {
    const relation = session.catalog.relation(view.relation);
    if (relation !== undefined) {
      const message = viewText(view, relation.name, waitText(view, {catalog: session.catalog, settings: session.textSettings(), status}));
      const state = view.notServed === undefined ? view.state : 'not served';
      add(relation, 'materialized view', relation.name, state, BigInt(view.rows), null, null, BigInt(view.stateBytes), message);
    }
  }
  for (const sink of status.sinks) {
    const relation = session.catalog.relation(sink.relation);
    if (relation === undefined) continue;
    const failed = sink.failures === 0 ? '' : `, ${sink.failures} left out: ${sink.lastFailure ?? ''}`;
    const state = sink.notServed === undefined ? 'running' : 'not served';
    const message = sink.notServed ?? `${sink.retracted} rows retracted${failed}`;
    add(relation, 'sink', relation.name, state, BigInt(sink.inserted), null, null, null, message);
  }
  for (const sink of status.deliveries) {
    const relation = session.catalog.relation(sink.relation);
    if (relation === undefined) continue;
    const {state, message} = deliveryText(sink, relation.name);
    add(relation, 'sink', relation.name, state, BigInt(sink.rows), null, null, BigInt(sink.stateBytes), message);
  }
  return rows;
}

function viewText(
  {obstacle, notServed, errors, firstError, late, dropped}: DataflowStatus['views'][number],
  name: string,
  wait: string | undefined,
): string | null {
  if (notServed !== undefined) return notServed;
  if (obstacle !== undefined) return obstacle;
  const parts: string[] = [];
  if (errors > 0) parts.push(`${errors} errors in "${name}$errors": ${firstError ?? ''}`);
  if (wait !== undefined) parts.push(wait);
  if (late > 0) parts.push(`${late} ${late === 1 ? 'row' : 'rows'} in "${name}$late"`);
  const gone = droppedText(`${name}$late`, dropped);
  if (gone !== null) parts.push(gone);
  return parts.length === 0 ? null : parts.join('; ');
}

/** What a list that has grown too long does not hold any more. */
function droppedText(list: string, dropped: DataflowStatus['views'][number]['dropped']): string | null {
  if (dropped.length === 0) return null;
  const parts = dropped.map(({partition, rows, first, last}) =>
    partition < 0 || Number.isNaN(first) ? `${rows} rows` : `${rows} of partition ${partition}, offsets ${first} to ${last}`,
  );
  return `"${list}" holds the newest rows only; older ones: ${parts.join('; ')}`;
}

/** What a restart does with the stream's records, and what it waits for. */
function recoveryText({recovery}: DataflowStatus, relation: number, message: string | null | undefined): string | undefined {
  if (recovery === undefined) return undefined;
  const {done, steps, missing} = recovery;
  if (missing?.relation !== relation) return `step ${done} of ${steps} after the last checkpoint`;
  const {partition, nextOffset} = missing.piece;
  const why = message === null || message === undefined ? '' : `: ${message}`;
  return `step ${done + 1} of ${steps} after the last checkpoint waits for partition ${partition} up to offset ${nextOffset}${why}`;
}
