import {requireRelation} from '../../catalog/resolve-name.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {RunningDataflow} from '../../parser/ast/session.ts';
import type {DataflowScan} from '../../planner/dataflow/dataflow-plan.ts';
import {T} from '../../types/sql-type.ts';
import {encodeText} from '../../types/text-codec.ts';
import type {RunningPlan} from '../dataflow/running-plan.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import type {ExplainOptions} from './explain-options.ts';
import {explanation, type Explanation} from './explanation.ts';
import {nameScope, partsOf} from './name-scope.ts';
import {planJson, rounded} from './plan-json.ts';
import {kilobytes, milliseconds, planLines, type Shown} from './plan-lines.ts';
import {planTree, totalOf, type PlanTree} from './plan-tree.ts';
import type {StatementContext} from './statement-context.ts';

/** EXPLAIN [ANALYZE] MATERIALIZED VIEW v | SINK s: the dataflow as it runs, with what its operators have done so far. */
export function analyzeExplainedDataflow(
  {objectKind, name, aspects}: RunningDataflow,
  options: ExplainOptions,
  context: StatementContext,
): AnalyzedStatement {
  const relation = requireRelation(nameScope(context), partsOf(name), name.span.start);
  const kind = objectKind.replace('-', ' ');
  if (relation.kind !== objectKind) throw sqlError('wrong_object_type', `"${relation.name}" is not a ${kind}`, {position: name.span.start});
  if (aspects.length > 0 && !options.analyze)
    throw sqlError('syntax_error', `EXPLAIN ${aspects.join(', ').toUpperCase()} FOR requires ANALYZE`, {position: name.span.start});
  return explanation(options, [], context, async () => {
    const {data} = await context.services.dataflow.send({kind: 'running-plan', relation: relation.id});
    const running = data as RunningPlan;
    const asked = (aspect: 'cpu' | 'memory'): boolean => options.analyze && (aspects.length === 0 || aspects.includes(aspect));
    const shown = {time: options.timing && asked('cpu'), rows: options.analyze, state: asked('memory')};
    return explain(running, shown, {title: `${kind} ${relation.name}`, options, context});
  });
}

type Target = {readonly title: string; readonly options: ExplainOptions; readonly context: StatementContext};

function explain(running: RunningPlan, shown: Shown, {title, options, context}: Target): Explanation {
  const trees = treesOf(running, context);
  const {selfMs, bytes} = totalOf(trees);
  const since = encodeText(T.timestamptz, BigInt(running.since) * 1000n, context.session.textSettings());
  const [tree, ...beside] = trees;
  const {state, obstacle} = running;
  if (options.format === 'json')
    return {
      json: {
        Plan: planJson(tree!, shown),
        State: state,
        ...(obstacle === undefined ? {} : {Obstacle: obstacle}),
        ...(options.analyze ? {Beside: beside.map(other => planJson(other, shown)), 'Counting Since': since} : {}),
        ...(shown.time ? {'Total Self Time': rounded(selfMs)} : {}),
        ...(shown.state ? {'Total State Bytes': bytes} : {}),
      },
    };
  const what = state === 'ready' ? title : `${title} hydrating: works through history${obstacle === undefined ? '' : `, ${obstacle}`}`;
  const total = [...(shown.time ? [`time=${milliseconds(selfMs)}`] : []), ...(shown.state ? [`state=${kilobytes(bytes)}`] : [])];
  return {
    lines: [
      options.analyze ? `${what}, counting since ${since}` : what,
      ...planLines(tree!, {...shown, totalMs: selfMs}),
      ...(options.analyze ? beside.filter(hasWorked).flatMap(other => planLines(other, {...shown, totalMs: selfMs})) : []),
      ...(total.length === 0 ? [] : [`Total: ${total.join(' ')}`]),
    ],
  };
}

const hasWorked = ({figures}: PlanTree): boolean => (figures?.rowsIn ?? 0) + (figures?.rowsOut ?? 0) + (figures?.state?.rows ?? 0) > 0;

/** The plan below what keeps or delivers its rows, then what stands beside it. */
function treesOf({plan, figures, end, beside, sharedSources}: RunningPlan, {session}: StatementContext): PlanTree[] {
  const {catalog} = session;
  const relationName = (id: number): string => catalog.relation(id)?.name ?? String(id);
  const notes = ({relation}: DataflowScan): string[] => {
    const readers = sharedSources.find(source => source.relation === relation)?.readers ?? [];
    return readers.length < 2 ? [] : [`read by ${readers.map(relationName).join(', ')}`];
  };
  const tree = planTree(plan, {relationName, maintained: true}, figures, notes);
  const leaf = (other: (typeof beside)[number], inputs: readonly PlanTree[]): PlanTree => ({
    kind: /^[a-z-]*/.exec(other.label)![0].replaceAll('-', ' '),
    title: other.label,
    figures: other.figures,
    inputs,
  });
  return [end === undefined ? tree : leaf(end, [tree]), ...beside.map(other => leaf(other, []))];
}
