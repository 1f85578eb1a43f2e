import type {Catalog} from '../../catalog/catalog.ts';
import type {Stream} from '../../catalog/relation.ts';
import {sqlError} from '../../common/sql-error.ts';
import {SQLSTATE} from '../../common/sqlstate.ts';
import {generatorEnds} from '../../connectors/generator/open-generator-source.ts';
import {KafkaAdmin} from '../../connectors/kafka/admin.ts';
import {parseKafkaOptions} from '../../connectors/kafka/options.ts';
import type {ResultSink} from '../api.ts';
import type {PartitionOffset, StreamBounds} from '../dataflow/commands.ts';
import type {StatementContext} from './statement-context.ts';

/** Those of the relations that are streams whose records are stored at their source only. */
export function externalStreams(relations: readonly number[], catalog: Catalog): readonly Stream[] {
  return relations.flatMap(id => {
    const relation = catalog.relation(id);
    return relation?.kind === 'stream' && relation.connector !== 'embedded' ? [relation] : [];
  });
}

/** Where the query's reading of streams begins and ends, as far as only their sources know. A NOTICE names records that are gone. */
export async function resolveStreamBounds(
  streams: readonly Stream[],
  block: number,
  {session, services}: StatementContext,
  out: ResultSink,
): Promise<StreamBounds[]> {
  const {data} = await services.dataflow.send({kind: 'unread-streams', session: block, relations: streams.map(s => s.id)});
  const unread = new Set(data as readonly number[]);
  return session.orCancelled(Promise.all(streams.map(stream => boundsOf(stream, unread.has(stream.id), out))));
}

async function boundsOf(stream: Stream, isUnread: boolean, out: ResultSink): Promise<StreamBounds> {
  const {id, connector, options, start} = stream;
  const from = start?.offsets ?? [];
  if (connector === 'generator') return {relation: id, from, ends: isUnread ? generatorEnds(options) : undefined};
  return withTopic(stream, async admin => {
    const earliest = await admin.earliestOffsets();
    return {relation: id, from: beginningOf(stream, earliest, out), ends: isUnread ? await admin.lastStableOffsets() : undefined};
  });
}

/** Asks the broker about a stream's topic, after making sure that it is the one that the stream was created over. */
export async function withTopic<R>({name, options}: Stream, ask: (admin: KafkaAdmin) => Promise<R>): Promise<R> {
  const kafka = parseKafkaOptions(options, () => true);
  const admin = new KafkaAdmin(kafka);
  try {
    const {id} = await admin.describeTopic();
    if (kafka.topicId !== undefined && id !== undefined && kafka.topicId !== id)
      throw sqlError('object_not_in_prerequisite_state', `the topic "${kafka.topic}" of stream "${name}" was deleted and created again`, {
        hint: `ALTER STREAM ${name} RESET TO EARLIEST goes on with the new one.`,
      });
    return await ask(admin);
  } finally {
    admin.close();
  }
}

/** The stream's start, moved on where its records are gone. */
function beginningOf({name, start}: Stream, earliest: readonly PartitionOffset[], out: ResultSink): PartitionOffset[] {
  const starts = new Map(start?.offsets.map(({partition, offset}) => [partition, offset]));
  return earliest.map(({partition, offset}) => {
    const wanted = starts.get(partition) ?? 0;
    if (offset > wanted) {
      const message = `stream "${name}" begins at offset ${offset} of partition ${partition}: records from ${wanted} on were deleted from the topic`;
      out.notice({severity: 'NOTICE', code: SQLSTATE.warning, message, fields: {}});
    }
    return {partition, offset: Math.max(wanted, offset)};
  });
}
