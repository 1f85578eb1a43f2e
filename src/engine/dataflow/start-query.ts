import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import {RowEncoder} from '../../serving/rows/row-encoder.ts';
import {QueryRun, WINDOW_BYTES} from '../../serving/query-run.ts';
import type {QuerySpec} from './commands.ts';
import {evaluationOf} from './evaluation-of.ts';
import {PrivateQuery} from './private-query.ts';
import type {QueryRunner} from './query-runner.ts';
import type {Snapshot} from './snapshot.ts';
import type {ViewWarning} from './view-warning.ts';

/** Starts an ad-hoc query: its plan as a private graph, fed once with the rows of `snapshot`. Returns what the client is to be told. */
export function startQuery(spec: QuerySpec, snapshot: Snapshot, runner: QueryRunner): readonly ViewWarning[] {
  const {settings, plan, parameters, credit} = spec;
  const query = new PrivateQuery({plan, parameters, evaluation: evaluationOf(settings), snapshot});
  // Columns that only the order needs come last.
  const encoder = new RowEncoder(plan.types.slice(0, spec.formats.length), spec.formats, {timeZone: settings.timeZone});
  const work = (sink: BatchSink): Slices => query.run(sink);
  runner.add(spec.query, output => new QueryRun({encoder, output, credit, window: WINDOW_BYTES, work, dispose: () => query.dispose()}));
  return query.warnings;
}
