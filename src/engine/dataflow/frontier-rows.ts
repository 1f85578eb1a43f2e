import {datumsToBatch} from '../../codegen/datum-column.ts';
import type {Batch} from '../../runtime/batch/batch.ts';
import {T} from '../../types/sql-type.ts';
import type {FrontierNames} from './commands.ts';
import type {Snapshot, SnapshotRows} from './snapshot.ts';

const TYPES = [T.text, T.text, T.int4, T.int8];

/** The snapshot with `millrace.frontier` among its relations: where the streams stand in the very step that its rows are of. */
export function withFrontier(snapshot: Snapshot, names: FrontierNames | undefined): Snapshot {
  if (names === undefined) return snapshot;
  const rows = frontierBatch(snapshot, names);
  return {
    step: snapshot.step,
    positions: snapshot.positions,
    frontier: snapshot.frontier,
    endsOf: (relation, found) => snapshot.endsOf(relation, found),
    isStream: relation => snapshot.isStream(relation),
    warning: relation => (relation === names.relation ? undefined : snapshot.warning(relation)),
    open: (relation): SnapshotRows | undefined =>
      relation === names.relation ? {scan: out => out.emit(rows), release: () => {}} : snapshot.open(relation),
  };
}

function frontierBatch({positions}: Snapshot, {streams}: FrontierNames): Batch {
  const known = new Map(streams.map(stream => [stream.relation, stream]));
  const rows = positions.flatMap(({relation, partition, nextOffset}) => {
    const stream = known.get(relation);
    return stream === undefined ? [] : [[stream.schema, stream.name, partition, BigInt(nextOffset)]];
  });
  return datumsToBatch(TYPES, rows);
}
