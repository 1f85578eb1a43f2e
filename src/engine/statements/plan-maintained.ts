import {setTimeout as sleep} from 'node:timers/promises';
import type {DataflowStatus} from '../dataflow/status.ts';
import type {Query} from '../../parser/ast/query.ts';
import type {PlannedQuery} from '../../planner/plan-query.ts';
import type {EngineServices} from '../services.ts';
import {planStatement} from './plan-statement.ts';
import type {StatementContext} from './statement-context.ts';

const LONGEST_WAIT_MS = 10_000;
const POLL_MS = 10;

/**
 * Plans what is to be kept up to date. If it reads views that are still catching up, it waits a while for them, so that a script may create one
 * over the other; those that take longer are refused by the dataflow side.
 */
export async function planMaintained(query: Query, context: StatementContext, ttl?: number): Promise<PlannedQuery> {
  const plan = planStatement(query, context, 'maintained', ttl);
  const {catalog} = context.session;
  if (plan.relations.some(id => catalog.relation(id)?.kind === 'materialized-view')) await awaitReady(plan.relations, context.services);
  return plan;
}

async function awaitReady(relations: readonly number[], {dataflow}: EngineServices): Promise<void> {
  for (const deadline = Date.now() + LONGEST_WAIT_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const {views} = (await dataflow.send({kind: 'status', session: 0})).data as DataflowStatus;
    if (!views.some(v => relations.includes(v.relation) && v.state === 'hydrating' && v.obstacle === undefined)) return;
  }
}
