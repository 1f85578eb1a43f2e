import type {Catalog} from '../../catalog/catalog.ts';
import {isRelation} from '../../catalog/catalog-object.ts';
import type {Stream} from '../../catalog/relation.ts';
import type {StreamEnds} from '../dataflow/commands.ts';
import type {StatementContext} from './statement-context.ts';
import {withTopic} from './stream-bounds.ts';

let nextWait = 1;

/**
 * SET real_time_recency = on: waits until everything that is committed in the topics below these relations now has been processed. A
 * block that has read already stays at its step.
 */
export async function awaitRecency(relations: readonly number[], {session, services}: StatementContext): Promise<void> {
  if (session.begun().openOnDataflow) return;
  const streams = streamsBelow(relations, session.catalog);
  if (streams.length === 0) return;
  const endsOf = async (stream: Stream): Promise<StreamEnds> => ({
    relation: stream.id,
    ends: await withTopic(stream, admin => admin.lastStableOffsets()),
  });
  const ends = await session.orCancelled(Promise.all(streams.map(endsOf)));
  const wait = nextWait++;
  const {dataflow} = services;
  try {
    await session.orCancelled(dataflow.send({kind: 'await-streams', wait, streams: ends}));
  } catch (error) {
    dataflow.post({kind: 'stop-waiting', wait});
    throw error;
  }
}

/** The streams over topics that the rows of these relations come from. */
function streamsBelow(relations: readonly number[], catalog: Catalog): Stream[] {
  const seen = new Set<number>();
  const visit = (id: number): Stream[] => {
    const object = catalog.object(id);
    if (seen.has(id) || object === undefined || !isRelation(object)) return [];
    seen.add(id);
    if (object.kind === 'stream') return object.connector === 'kafka' ? [object] : [];
    return object.dependsOn.flatMap(visit);
  };
  return relations.flatMap(visit);
}
