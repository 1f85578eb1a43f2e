import type {ErrorRelation, MaterializedView, Sink} from '../catalog/relation.ts';
import type {DataflowPlan} from '../planner/dataflow/dataflow-plan.ts';
import type {SqlType} from '../types/sql-type.ts';
import type {RelationChange} from './dataflow/commands.ts';
import {unplannableHint, unplannableText, type Unplannable} from '../planner/unplannable.ts';
import {sinkConnector} from './statements/sink-connectors.ts';

/*
 * What stands for a view or sink whose query cannot be planned: the same object with a plan that yields nothing. A checkpoint knows state by
 * its plan, so that the state of one plan is never taken for that of the other.
 */
const nothing = (types: readonly SqlType[]): DataflowPlan => ({kind: 'values', types, rows: []});

const ownIds = (own: readonly ErrorRelation[]): {errors: number; late: number | undefined} => ({
  errors: own.find(o => o.variety === 'view-errors')!.id,
  late: own.find(o => o.variety === 'view-late')?.id,
});

export function unplannedView(view: MaterializedView, own: readonly ErrorRelation[], unplannable: Unplannable): RelationChange {
  const {id, name, columns, key, appendOnly, onErrorFail} = view;
  return {
    kind: 'add-view',
    view: {
      relation: id,
      name,
      plan: nothing(columns.map(c => c.type)),
      columns: columns.map(c => c.name),
      key,
      appendOnly,
      ...ownIds(own),
      failOnError: onErrorFail,
      unplannable,
    },
  };
}

/** One that delivers has stopped for good: what its query would yield later may be rows that it has delivered. */
export function unplannedSink(sink: Sink, own: readonly ErrorRelation[], unplannable: Unplannable): RelationChange {
  const {id, name, connector} = sink;
  const plan = nothing([]);
  // Which columns name directories matters to new files only.
  const options = Object.fromEntries(Object.entries(sink.options).filter(([option]) => option !== 'partition_by'));
  const target = sinkConnector(connector, 0)({...sink, options}, []);
  if (target === undefined) return {kind: 'add-sink', sink: {relation: id, name, plan, connector, options, unplannable}};
  const stopped = `${unplannableText(unplannable)}. ${unplannableHint(unplannable)}`;
  return {
    kind: 'add-view',
    view: {
      relation: id,
      name,
      plan,
      columns: [],
      key: null,
      appendOnly: true,
      ...ownIds(own),
      failOnError: false,
      delivery: {target, stopped},
      unplannable,
    },
  };
}
