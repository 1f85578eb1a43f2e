import type {Catalog} from '../catalog.ts';
import type {Relation} from '../relation.ts';
import {rowsOf} from './row-provider.ts';
import type {FrontierFact, OperatorFact, ProgressFact, SourceFact, ViewFact, WatermarkFact} from './runtime-facts.ts';

type About<F> = {readonly fact: F; readonly relation: Relation};

/** Facts about relations of this snapshot; what was dropped or is not yet committed for the reader is left out. */
function about<F extends {readonly relation: number}>(catalog: Catalog, facts: readonly F[]): readonly About<F>[] {
  return facts.flatMap(fact => {
    const relation = catalog.relation(fact.relation);
    return relation === undefined ? [] : [{fact, relation}];
  });
}

type Named = {readonly relation: Relation};
const NAMES = {
  relation: (r: Named) => r.relation.id,
  schema: (r: Named) => r.relation.schema,
  name: (r: Named) => r.relation.name,
};

export const MILLRACE_ROWS = [
  rowsOf<About<SourceFact>>('millrace.sources', ({catalog, facts}) => about(catalog, facts.sources()), {
    ...NAMES,
    connector: ({relation}) => (relation.kind === 'stream' ? relation.connector : 'embedded'),
    partition: ({fact}) => fact.partition ?? null,
    next_offset: ({fact}) => fact.nextOffset ?? null,
    end_offset: ({fact}) => fact.endOffset ?? null,
    lag: ({fact: {nextOffset, endOffset}}) => (nextOffset === undefined || endOffset === undefined ? null : endOffset - nextOffset),
    rows: ({fact}) => fact.rows,
    bad_records: ({fact}) => fact.badRecords,
    state: ({fact}) => fact.state,
    message: ({fact}) => fact.message ?? null,
  }),
  rowsOf<About<ViewFact>>('millrace.views', ({catalog, facts}) => about(catalog, facts.views()), {
    ...NAMES,
    state: ({fact}) => fact.state,
    rows: ({fact}) => fact.rows,
    state_bytes: ({fact}) => fact.stateBytes,
    errors: ({fact}) => fact.errors,
    late: ({fact}) => fact.late,
  }),
  rowsOf<About<ProgressFact>>('millrace.progress', ({catalog, facts}) => about(catalog, facts.progress()), {
    ...NAMES,
    done: ({fact}) => fact.done,
    total: ({fact}) => fact.total ?? null,
    percent: ({fact}) => percentOf(fact),
    eta: ({fact}) => fact.eta ?? null,
  }),
  rowsOf<About<OperatorFact>>('millrace.operators', ({catalog, facts}) => about(catalog, facts.operators()), {
    ...NAMES,
    operator: ({fact}) => fact.operator,
    kind: ({fact}) => fact.kind,
    rows_in: ({fact}) => fact.rowsIn,
    rows_out: ({fact}) => fact.rowsOut,
    state_rows: ({fact}) => fact.stateRows,
    state_bytes: ({fact}) => fact.stateBytes,
    expired: ({fact}) => fact.expired ?? null,
    position: ({fact}) => fact.position ?? null,
    rows_in_retracted: ({fact}) => fact.retractedIn,
    rows_out_retracted: ({fact}) => fact.retractedOut,
    self_ms: ({fact}) => fact.selfMs,
  }),
  rowsOf<About<FrontierFact>>('millrace.frontier', ({catalog, facts}) => about(catalog, facts.frontier()), {
    schema: NAMES.schema,
    stream: NAMES.name,
    partition: ({fact}) => fact.partition,
    next_offset: ({fact}) => fact.nextOffset,
  }),
  rowsOf<About<WatermarkFact>>('millrace.watermarks', ({catalog, facts}) => about(catalog, facts.watermarks()), {
    relation: NAMES.relation,
    schema: NAMES.schema,
    stream: NAMES.name,
    partition: ({fact}) => fact.partition,
    watermark: ({fact}) => fact.watermark ?? null,
    lag: ({fact: {lag}}) => (lag === undefined ? null : {tag: 'interval', months: 0, days: 0, micros: lag}),
    last_seen: ({fact}) => fact.lastSeen ?? null,
    idle: ({fact}) => fact.idle,
    holds_back: ({fact}) => fact.holdsBack,
  }),
];

function percentOf({done, total}: ProgressFact): number | null {
  if (total === undefined) return null;
  return total === 0n ? 100 : Math.min(100, (100 * Number(done)) / Number(total));
}
