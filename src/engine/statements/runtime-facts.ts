import {NO_FACTS, type RuntimeFacts} from '../../catalog/system/runtime-facts.ts';
import type {DataflowStatus} from '../dataflow/status.ts';
import type {EngineServices} from '../services.ts';
import {watermarkFacts} from './watermarks.ts';
import type {SessionState} from '../sessions/session-state.ts';

/** What the system relations show of the running server, as of now. The dataflow side is asked only when a relation may show it. */
export async function runtimeFacts(session: SessionState, services: EngineServices, relations: readonly number[]): Promise<RuntimeFacts> {
  const settings = () =>
    session.settings.all().map(({definition, value}) => ({
      name: definition.name,
      setting: value,
      type: definition.type,
      context: definition.context,
      source: 'default' as const,
      description: definition.description,
      unit: definition.unit,
      minimum: definition.min === undefined ? undefined : String(definition.min),
      maximum: definition.max === undefined ? undefined : String(definition.max),
      enumValues: definition.values,
      bootValue: definition.value,
      resetValue: definition.value,
    }));
  const live = relations.some(id => session.catalog.relation(id)?.schema === 'millrace');
  if (!live) return {...NO_FACTS, settings};
  const block = session.begun().isBlock ? await session.onDataflow() : 0;
  const status = (await services.dataflow.send({kind: 'status', session: block})).data as DataflowStatus;
  const knownEnd = (offset: number): bigint | undefined => (offset < 0 ? undefined : BigInt(offset));
  return {
    ...NO_FACTS,
    settings,
    sources: () =>
      status.streams.flatMap(stream =>
        stream.partitions.map(p => {
          const report = services.sourceReports.get(stream.relation);
          return {
            relation: stream.relation,
            partition: p.partition,
            nextOffset: BigInt(p.nextOffset),
            endOffset: knownEnd(p.endOffset),
            rows: BigInt(stream.rows),
            badRecords: BigInt(stream.badRecords),
            state: report?.state ?? 'paused',
            message: report?.message ?? undefined,
          };
        }),
      ),
    views: () =>
      status.views.map(view => ({
        relation: view.relation,
        state: view.notServed === undefined ? view.state : 'not served',
        rows: BigInt(view.rows),
        stateBytes: BigInt(view.stateBytes),
        errors: BigInt(view.errors),
        late: BigInt(view.late),
      })),
    operators: () =>
      status.operators.map((operator, i) => ({
        relation: operator.relation,
        operator: `${i}`,
        kind: operator.label,
        rowsIn: BigInt(operator.rowsIn),
        rowsOut: BigInt(operator.rowsOut),
        stateRows: BigInt(operator.stateRows),
        stateBytes: BigInt(operator.stateBytes),
        expired: operator.expired === undefined ? undefined : BigInt(operator.expired),
        position: operator.position,
        retractedIn: BigInt(operator.retractedIn),
        retractedOut: BigInt(operator.retractedOut),
        selfMs: operator.selfMs,
      })),
    frontier: () => status.frontier.map(({relation, partition, nextOffset}) => ({relation, partition, nextOffset: BigInt(nextOffset)})),
    watermarks: () => watermarkFacts(status),
    size: relation => {
      const view = status.views.find(v => v.relation === relation);
      return view === undefined ? undefined : {rows: BigInt(view.rows), bytes: BigInt(view.stateBytes)};
    },
  };
}
