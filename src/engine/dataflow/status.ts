import {NOTHING_DELIVERED, type OutputStatus} from '../../connectors/files/output-status.ts';
import type {SqlError} from '../../common/sql-error.ts';
import {NewestView, type DroppedRows} from '../../runtime/views/newest-view.ts';
import type {ReadableRows} from '../../runtime/views/readable-rows.ts';
import type {ViewSpec} from './commands.ts';
import {describeMissing, missingHint} from './missing-records.ts';
import {operatorFigures, stateBytesOf} from './operator-figures.ts';
import type {Relations} from './relations.ts';
import type {SinkRuntime} from './sink-runtime.ts';
import type {RecoveryProgress} from './recovery.ts';
import {operatorsInOrder} from './running-plan.ts';
import {openWindow, type OpenWindow} from './time/open-window.ts';
import type {PartitionClock} from './time/stream-clock.ts';
import type {Snapshot, StreamPosition} from './snapshot.ts';
import type {StreamRuntime} from './stream-runtime.ts';
import {unplannableError} from '../../planner/unplannable.ts';
import type {ViewRuntime, ViewState} from './view-runtime.ts';

/** What the dataflow side knows of itself, for SHOW STATUS and the millrace.* relations; plain data. */
export type DataflowStatus = {
  readonly step: number;
  /** Now, µs since 1970. */
  readonly time: number;
  /** As of `step`. */
  readonly frontier: readonly StreamPosition[];
  /** Why no stream is read at the moment. */
  readonly rests: string | undefined;
  /** How far a restart has come; absent once everything is as it was. */
  readonly recovery: RecoveryProgress | undefined;
  readonly streams: readonly {
    readonly relation: number;
    readonly rows: number;
    readonly badRecords: number;
    readonly bytes: number;
    /** Records that a restart could not read again, and what to do about them. */
    readonly missing: string | undefined;
    /** Of its `$errors`. */
    readonly dropped: readonly DroppedRows[];
    readonly partitions: readonly {readonly partition: number; readonly nextOffset: number; readonly endOffset: number}[];
  }[];
  /** Of every stream with a watermark: −Infinity = nothing is known yet. */
  readonly clocks: readonly {
    readonly relation: number;
    readonly watermark: number;
    readonly partitions: readonly PartitionClock[];
  }[];
  /** Embedded streams, and what retention has taken of them. */
  readonly logs: readonly {readonly relation: number; readonly dropped: readonly DroppedRows[]}[];
  readonly views: readonly ViewStatus[];
  readonly sinks: readonly {
    readonly relation: number;
    readonly inserted: number;
    readonly retracted: number;
    readonly failures: number;
    readonly lastFailure: string | undefined;
    /** Why it counts nothing, and what to do about it. */
    readonly notServed: string | undefined;
  }[];
  readonly deliveries: readonly DeliveryStatus[];
  readonly operators: readonly {
    readonly relation: number;
    readonly label: string;
    readonly rowsIn: number;
    readonly rowsOut: number;
    readonly retractedIn: number;
    readonly retractedOut: number;
    readonly selfMs: number;
    /** Which it is in the tree of its view or sink, from 1 on; undefined = it lists errors or late rows. */
    readonly position: number | undefined;
    readonly stateRows: number;
    readonly stateBytes: number;
    readonly expired: number | undefined;
  }[];
};

type ViewStatus = {
  readonly relation: number;
  readonly state: ViewState;
  readonly obstacle: string | undefined;
  /** Why it cannot be read, and what to do about it. */
  readonly notServed: string | undefined;
  /** Entries of its `$errors`, and the first reason. */
  readonly errors: number;
  readonly firstError: string | undefined;
  /** Rows of its `$late`. */
  readonly late: number;
  /** Why it does not show what it has. */
  readonly openWindow: OpenWindow | undefined;
  readonly rows: number;
  readonly stateBytes: number;
  /** Of its `$late`. */
  readonly dropped: readonly DroppedRows[];
};

/** Of a sink that delivers its rows. */
export type DeliveryStatus = OutputStatus &
  Pick<ViewStatus, 'relation' | 'state' | 'obstacle' | 'notServed' | 'errors' | 'firstError' | 'late' | 'stateBytes'>;

export function statusOf(
  relations: Relations,
  {step, positions}: Snapshot,
  core: Pick<DataflowStatus, 'rests' | 'recovery' | 'time'>,
): DataflowStatus {
  const owned = [...relations.views.values(), ...relations.sinks.values()];
  return {
    ...core,
    step,
    frontier: positions,
    streams: [...relations.streams.values()].map(stream => ({
      relation: stream.spec.relation,
      rows: stream.rows,
      badRecords: stream.badRecords,
      bytes: stream.sourceBytes,
      missing: missingText(stream),
      dropped: droppedOf(relations.stored.get(stream.spec.errors)?.rows),
      partitions: [...stream.offsets].map(([partition, nextOffset]) => ({
        partition,
        nextOffset,
        endOffset: stream.ends.get(partition) ?? -1,
      })),
    })),
    logs: [...relations.stored.values()].flatMap(({relation, log, rows}) =>
      log === undefined ? [] : [{relation, dropped: droppedOf(rows)}],
    ),
    clocks: [...relations.eventTime.clocks.values()].map(clock => ({
      relation: clock.relation,
      watermark: clock.watermark.previous,
      partitions: clock.partitions(core.time),
    })),
    views: [
      ...[...relations.views.values()]
        .filter(view => view.delivery === undefined)
        .map(view => viewStatus(view, relations.notServed(view.spec.relation))),
      ...relations.deferred.views.filter(view => view.delivery === undefined).map(deferredStatus),
    ],
    deliveries: [
      ...[...relations.deliveries.values()].map(({view, output}) => ({
        ...viewStatus(view, relations.notServed(view.spec.relation)),
        ...output.status(),
      })),
      ...relations.deferred.views
        .filter(view => view.delivery !== undefined)
        .map(view => ({...deferredStatus(view), ...NOTHING_DELIVERED})),
    ],
    sinks: [...relations.sinks.values()].map(({spec, end, failures}) => ({
      relation: spec.relation,
      inserted: end.taken.rows - end.taken.retracted,
      retracted: end.taken.retracted,
      failures: failures.count,
      lastFailure: failures.last,
      notServed: notServedText(spec.unplannable && unplannableError(spec.name, spec.unplannable)),
    })),
    operators: owned.flatMap(operatorStatus),
  };
}

function operatorStatus(owner: ViewRuntime | SinkRuntime): DataflowStatus['operators'] {
  const order = operatorsInOrder(owner);
  return owner.nodes.map(node => {
    const {state, ...figures} = operatorFigures(node);
    const position = order.indexOf(node) + 1;
    return {
      relation: owner.spec.relation,
      label: node.label,
      position: position === 0 ? undefined : position,
      ...figures,
      stateRows: state?.rows ?? 0,
      stateBytes: state?.bytes ?? 0,
      expired: figures.expired,
    };
  });
}

const droppedOf = (rows: ReadableRows | undefined): DroppedRows[] => (rows instanceof NewestView ? rows.dropped() : []);

function missingText({spec, missing}: StreamRuntime): string | undefined {
  return missing === undefined ? undefined : `${describeMissing(spec, missing)}. ${missingHint(spec)}`;
}

const notServedText = (error: SqlError | undefined): string | undefined => error && `${error.message}. ${error.fields.hint ?? ''}`;

function viewStatus(view: ViewRuntime, notServed: SqlError | undefined): ViewStatus {
  return {
    relation: view.spec.relation,
    state: view.state,
    obstacle: view.obstacle,
    notServed: notServedText(notServed),
    errors: view.errors.count(null),
    firstError: view.errors.first(null)?.message,
    late: view.late?.count ?? 0,
    openWindow: openWindow(view.windows),
    rows: view.reader.rows.rowCount(null),
    stateBytes: stateBytesOf(view.stores),
    dropped: view.late?.rows.dropped() ?? [],
  };
}

/** Of a view that has to wait until those are ready that it reads. */
function deferredStatus({relation}: ViewSpec): ViewStatus {
  return {
    relation,
    state: 'hydrating',
    obstacle: undefined,
    notServed: undefined,
    errors: 0,
    firstError: undefined,
    late: 0,
    openWindow: undefined,
    rows: 0,
    stateBytes: 0,
    dropped: [],
  };
}
