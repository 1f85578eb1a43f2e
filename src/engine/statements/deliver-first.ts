import {SQLSTATE} from '../../common/sqlstate.ts';
import type {Sink} from '../../catalog/relation.ts';
import {toSqlError} from '../../common/sql-error.ts';
import type {ResultSink} from '../api.ts';
import type {DataflowStatus} from '../dataflow/status.ts';
import type {StatementContext} from './statement-context.ts';

/** The sinks among objects that have something to deliver. */
export const deliveringSinks = (ids: readonly number[], {session}: StatementContext): Sink[] =>
  ids.flatMap(id => {
    const object = session.catalog.object(id);
    return object?.kind === 'sink' && object.connector !== 'blackhole' ? [object] : [];
  });

/** Sinks that are about to go finish what they have taken in; what they cannot is told. */
export async function deliverFirst(sinks: readonly Sink[], {services}: StatementContext, out: ResultSink): Promise<void> {
  let failure: string | undefined;
  await services.deliver().catch((error: unknown) => (failure = toSqlError(error).message));
  const {deliveries} = (await services.dataflow.send({kind: 'status', session: 0})).data as DataflowStatus;
  for (const {id, name} of sinks) {
    const delivery = deliveries.find(d => d.relation === id);
    const problem = failure ?? delivery?.problem;
    if (delivery === undefined || problem === undefined || delivery.rows === delivery.finishedRows) continue;
    const message = `${delivery.rows - delivery.finishedRows} rows of sink "${name}" are not delivered: ${problem}`;
    out.notice({severity: 'WARNING', code: SQLSTATE.warning, message, fields: {}});
  }
}
