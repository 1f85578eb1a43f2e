import {datumsToBatch} from '../../codegen/datum-column.ts';
import {NO_SLICES} from '../../runtime/graph/no-slices.ts';
import type {BatchSink, Slices} from '../../runtime/graph/operator.ts';
import {T} from '../../types/sql-type.ts';
import {RowEncoder} from '../../serving/rows/row-encoder.ts';
import {Nap} from '../../serving/nap.ts';
import {QueryRun, WINDOW_BYTES} from '../../serving/query-run.ts';
import type {PartitionOffset, QuerySpec} from './commands.ts';
import {evaluationOf} from './evaluation-of.ts';
import {withFrontier} from './frontier-rows.ts';
import {PrivateQuery, type StreamAccess} from './private-query.ts';
import type {QueryRunner} from './query-runner.ts';
import type {Relations} from './relations.ts';
import type {Snapshot} from './snapshot.ts';
import {scannedRelations} from './view-runtime.ts';
import type {ViewWarning} from './view-warning.ts';

/** Starts an ad-hoc query: its plan as a private graph, fed once with the rows of `snapshot`. Returns what the client is to be told. */
export function startQuery(spec: QuerySpec, snapshot: Snapshot, relations: Relations, runner: QueryRunner): readonly ViewWarning[] {
  const {settings, plan, parameters, credit} = spec;
  relations.requireServed(scannedRelations(plan));
  const streams = streamAccess(spec, snapshot, relations);
  const nap = new Nap();
  const query = new PrivateQuery({
    plan,
    parameters,
    evaluation: {...evaluationOf(settings, snapshot.step), sleep: seconds => nap.sleep(seconds)},
    snapshot: withFrontier(snapshot, spec.frontier),
    streams,
  });
  // Columns that only the order needs come last.
  const types = spec.analyze === true ? [T.text] : plan.types.slice(0, spec.formats.length);
  const encoder = new RowEncoder(types, spec.formats, {timeZone: settings.timeZone});
  const work = (run: QueryRun): Slices => (spec.analyze === true ? analyzed(query, run) : query.run(run, () => run.awaitInput()));
  const dispose = (): void => query.dispose();
  runner.add(spec.query, output => new QueryRun({encoder, output, credit, window: WINDOW_BYTES, work, dispose, nap}));
  return query.warnings;
}

/** Runs a query whose rows nobody gets; what its operators did is the result. */
function* analyzed(query: PrivateQuery, run: QueryRun): Slices {
  yield* query.run(NOWHERE, () => run.awaitInput());
  yield* run.emit(datumsToBatch([T.text], [[JSON.stringify(query.figures())]]));
}

const NOWHERE: BatchSink = {wanted: true, emit: () => NO_SLICES};

/** Streams are read up to where the snapshot has them, or, when no view reads them, up to the end that the statement found. */
function streamAccess(spec: QuerySpec, snapshot: Snapshot, {streams, readers}: Relations): StreamAccess {
  return {
    readers,
    extent: relation => {
      const runtime = streams.get(relation);
      if (runtime === undefined) return undefined;
      const {spec: stream, refusals} = runtime;
      const found = spec.streams?.find(s => s.relation === relation);
      return {
        stream,
        from: found?.from ?? stream.start,
        refusals,
        ends: snapshot.frontier.get(relation) ?? snapshot.endsOf(relation, found?.ends ?? NOTHING),
      };
    },
  };
}

const NOTHING: readonly PartitionOffset[] = [];
