import type {Stream} from '../../catalog/relation.ts';
import {requireRelation} from '../../catalog/resolve-name.ts';
import {sqlError} from '../../common/sql-error.ts';
import {KafkaAdmin} from '../../connectors/kafka/admin.ts';
import {parseKafkaOptions} from '../../connectors/kafka/options.ts';
import {parseStartPosition} from '../../connectors/kafka/start-position.ts';
import type {Alter, ResetPosition} from '../../parser/ast/ddl.ts';
import type {ResultSink} from '../api.ts';
import type {PartitionOffset, PausedStream} from '../dataflow/commands.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import {streamSpec} from './create-stream.ts';
import {commandStatement} from './datum-rows.ts';
import {nameScope, partsOf} from './name-scope.ts';
import {goOnAt, type ResetTopic} from './reset-positions.ts';
import type {StatementContext} from './statement-context.ts';

/** ALTER STREAM name RESET TO position: goes on reading elsewhere, for a stream that stopped because records are gone. */
export function analyzeAlter(statement: Alter, context: StatementContext): AnalyzedStatement {
  const {objectKind, actions, span} = statement;
  const [action] = actions;
  const isStream = objectKind === 'stream' || objectKind === 'source';
  if (!isStream || action?.kind !== 'reset-to' || actions.length > 1)
    throw sqlError('feature_not_supported', `ALTER ${objectKind.toUpperCase()} is not supported yet`, {
      position: span.start,
      hint: 'Supported: ALTER STREAM … RESET TO EARLIEST, LATEST, a timestamp, or OFFSETS (partition => offset).',
    });
  return commandStatement(async out => {
    const {session} = context;
    if (session.begun().isBlock) throw sqlError('active_sql_transaction', 'ALTER STREAM … RESET cannot run inside a transaction block');
    session.begun().assertWritable('ALTER STREAM');
    // Without success others have changed the stream meanwhile.
    while (!(await reset(streamOf(statement, context), action.position, context, out)));
    return 'ALTER STREAM';
  });
}

function streamOf({name, objectKind}: Alter, context: StatementContext): Stream {
  const position = name.span.start;
  const relation = requireRelation(nameScope(context), partsOf(name), position);
  if (relation.kind !== 'stream') throw sqlError('wrong_object_type', `"${relation.name}" is not a ${objectKind}`, {position});
  if (relation.connector !== 'kafka')
    throw sqlError('feature_not_supported', `stream "${relation.name}" is read from no topic: there is nothing to reset`, {position});
  return relation;
}

/**
 * The stream rests between two checkpoints while its position changes: whichever of them a crash leaves, its offsets are those of its
 * views' state.
 */
async function reset(stream: Stream, position: ResetPosition, context: StatementContext, out: ResultSink): Promise<boolean> {
  const {session, services} = context;
  const {dataflow} = services;
  const topic = await session.orCancelled(describe(stream, position));
  const paused = (await dataflow.send({kind: 'pause-stream', relation: stream.id})).data as PausedStream;
  try {
    const {offsets, skipped} = goOnAt(paused, topic);
    // The first may have been under way.
    await services.checkpoint();
    await services.checkpoint();
    const changed = resetStream(stream, offsets, topic, paused.isRead);
    const errors = [...session.catalog.objects()].find(o => o.kind === 'errors' && o.owner === stream.id && o.variety === 'stream-errors');
    session
      .begun()
      .change(
        session.catalog.withObject(changed),
        [{kind: 'put', object: changed}],
        [{kind: 'reset-stream', stream: streamSpec(changed, errors?.id ?? -1, session.catalog), skipped}],
      );
    if ((await session.tryCommit(out)) !== undefined) {
      dataflow.post({kind: 'resume-stream', relation: stream.id});
      return false;
    }
  } catch (error) {
    dataflow.post({kind: 'resume-stream', relation: stream.id});
    throw error;
  }
  await services.checkpoint();
  return true;
}

function resetStream(stream: Stream, offsets: readonly PartitionOffset[], topic: ResetTopic, isRead: boolean): Stream {
  const {start, options} = stream;
  // What views to come begin with: of a topic that is another one now, and before any view, where reading goes on.
  const moved = topic.isAnother || !isRead || start === undefined;
  const reset = {count: (start?.reset?.count ?? 0) + 1, offsets};
  return {
    ...stream,
    options: topic.id === undefined ? options : {...options, 'topic.id': topic.id},
    start: {requested: start?.requested ?? 'earliest', offsets: moved ? offsets : start.offsets, reset},
  };
}

/** What the topic holds now, and which of its offsets are asked for. */
async function describe({name, options}: Stream, position: ResetPosition): Promise<ResetTopic> {
  const kafka = parseKafkaOptions(options, () => true);
  const admin = new KafkaAdmin(kafka);
  try {
    const {id} = await admin.describeTopic();
    const [earliest, latest] = await Promise.all([admin.earliestOffsets(), admin.lastStableOffsets()]);
    const isAnother = kafka.topicId !== undefined && id !== undefined && kafka.topicId !== id;
    return {stream: name, topic: kafka.topic, id, isAnother, earliest, latest, ...(await wanted(position, admin, earliest, latest))};
  } finally {
    admin.close();
  }
}

async function wanted(
  position: ResetPosition,
  admin: KafkaAdmin,
  earliest: readonly PartitionOffset[],
  latest: readonly PartitionOffset[],
): Promise<Pick<ResetTopic, 'wanted' | 'isExact'>> {
  switch (position.kind) {
    case 'earliest':
      return {wanted: earliest, isExact: false};
    case 'latest':
      return {wanted: latest, isExact: false};
    case 'timestamp': {
      const start = parseStartPosition(position.value);
      if (start?.kind !== 'timestamp')
        throw sqlError('invalid_datetime_format', `invalid position "${position.value}"`, {
          hint: "Write EARLIEST, LATEST, a timestamp such as '2026-01-31 12:00:00', or OFFSETS (partition => offset, …).",
        });
      return {wanted: await admin.resolveStart(start), isExact: false};
    }
    case 'offset':
      return {wanted: latest.map(({partition}) => ({partition, offset: Number(position.value)})), isExact: true};
    case 'offsets':
      return {
        wanted: position.partitions.map(([partition, offset]) => ({partition: Number(partition), offset: Number(offset)})),
        isExact: true,
      };
  }
}
