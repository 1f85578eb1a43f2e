import {errorRelation} from '../../catalog/error-relation.ts';
import type {SourceConnector, Stream, StreamKey} from '../../catalog/relation.ts';
import {sqlError} from '../../common/sql-error.ts';
import {generatorSchema} from '../../connectors/generator/generator-schema.ts';
import {parseGeneratorOptions} from '../../connectors/generator/generator-options.ts';
import {KafkaAdmin} from '../../connectors/kafka/admin.ts';
import {parseKafkaOptions} from '../../connectors/kafka/options.ts';
import type {StreamSpec} from '../dataflow/commands.ts';
import {jsonOptions} from '../ingest/json-options.ts';
import type {AnalyzedStatement} from './analyzed-statement.ts';
import type {Catalog} from '../../catalog/catalog.ts';
import {interpret} from '../../codegen/interpret.ts';
import {detachedContext} from '../../functions/evaluation-context.ts';
import type {Span} from '../../parser/ast/span.ts';
import {bindStreamColumns, type StreamColumns} from '../../planner/binder/bind-stream-columns.ts';
import {bindStreamKeys} from '../../planner/binder/bind-stream-keys.ts';
import {planStreamEntry} from '../../planner/time/stream-entry.ts';
import {commandStatement} from './datum-rows.ts';
import {optionRecord} from './option-text.ts';
import {binderContext, targetOf} from './name-scope.ts';
import {parseRetention} from './retention.ts';
import {refuseShape, streamTag, type StreamStatement} from './stream-shape.ts';
import {streamTime, withoutTimeOptions} from './stream-time.ts';
import {skipExisting} from './skip-existing.ts';
import {sourceText} from './source-text.ts';
import type {StatementContext} from './statement-context.ts';

const CONNECTORS: readonly SourceConnector[] = ['kafka', 'generator', 'embedded'];
/** Options of a stream that are not the connector's. */
const FORMAT_OPTIONS = new Set<string>(['connector', 'format', 'value_format', 'timestamp_format', 'coerce_strings', 'start', 'retention']);

/** CREATE STREAM: a Kafka topic, a generator, or an embedded log. The start is resolved to offsets here, once. */
export function analyzeCreateStream(statement: StreamStatement, context: StatementContext): AnalyzedStatement {
  refuseShape(statement);
  const tag = streamTag(statement);
  const given = optionRecord(statement.options);
  // What says how time goes on is the stream's; the connector is given the rest.
  const options = withoutTimeOptions(given);
  const connector = connectorOf(options, statement);
  return commandStatement(async out => {
    const {session} = context;
    const transaction = session.begun();
    transaction.assertWritable(tag);
    const target = targetOf(statement.name, context);
    if (statement.ifNotExists && skipExisting(session.catalog, target, out)) return tag;
    const {columns, watermark, keys} = streamColumns(statement, connector, options, context);
    const time = streamTime(watermark, given);
    parseRetention(connector, options);
    const start = await resolveStart(connector, options);
    const id = session.newIds(2);
    const stream: Stream = {
      kind: 'stream',
      id,
      ...target,
      columns,
      connector,
      options: start.options,
      start: {requested: start.requested, offsets: start.offsets},
      time,
      keys,
      dependsOn: [],
    };
    const errors = errorRelation(stream, 'stream-errors', id + 1);
    const catalog = session.catalog.withObject(stream).withObject(errors);
    transaction.change(
      catalog,
      [
        {kind: 'put', object: stream},
        {kind: 'put', object: errors},
      ],
      [{kind: 'add-stream', relation: streamSpec(stream, errors.id, catalog)}],
    );
    return tag;
  });
}

/** What the dataflow side needs to know of a stream. */
export function streamSpec(stream: Stream, errors: number, catalog: Catalog): StreamSpec {
  const {id, name, columns, connector, options, start, time} = stream;
  return {
    relation: id,
    name,
    columns: columns.map(c => ({name: c.name, type: c.type, notNull: c.notNull})),
    errors,
    connector,
    options,
    start: start?.offsets ?? [],
    reset: start?.reset,
    entry: planStreamEntry(stream, catalog, {evaluateConstant: expression => interpret(expression, [], [], detachedContext())}),
    time,
    retention: parseRetention(connector, options),
  };
}

function connectorOf(options: Readonly<Record<string, string>>, {span}: StreamStatement): SourceConnector {
  const given = options['connector'] ?? (options['kafka_topic'] === undefined && options['topic'] === undefined ? 'embedded' : 'kafka');
  const connector = CONNECTORS.find(c => c === given);
  if (connector === undefined)
    throw sqlError('invalid_parameter_value', `unknown connector "${given}"`, {
      position: span.start,
      hint: `Valid connectors: ${CONNECTORS.join(', ')}.`,
    });
  return connector;
}

function streamColumns(
  statement: StreamStatement,
  connector: SourceConnector,
  options: Readonly<Record<string, string>>,
  context: StatementContext,
): StreamColumns & {readonly keys: readonly StreamKey[] | undefined} {
  const source = {
    table: statement.name.parts.at(-1)!.name,
    columns: statement.columns,
    constraints: statement.constraints,
    textAt: (span: Span) => sourceText(context, span),
  };
  const isComputed = (c: (typeof statement.columns)[number]) => c.constraints.some(x => x.kind === 'generated');
  // A generator knows its columns; a list with computed columns only adds to them.
  const known =
    connector === 'generator' && statement.columns.every(isComputed)
      ? generatorSchema(parseGeneratorOptions(options).generator).map(({name, type}) => ({name, type, notNull: false}))
      : [];
  if (known.length === 0 && statement.columns.length === 0)
    throw sqlError('invalid_table_definition', 'a stream needs at least one column', {position: statement.name.span.start});
  const binder = binderContext(context);
  const declared = bindStreamColumns(binder, source, statement.watermarks, known);
  const keys = bindStreamKeys(binder, source, declared.columns);
  return {...declared, keys: keys.length === 0 ? undefined : keys};
}

type ResolvedStart = {
  readonly requested: 'earliest' | 'latest' | {readonly timestamp: string};
  readonly offsets: readonly {readonly partition: number; readonly offset: number}[];
  readonly options: Record<string, string>;
};

async function resolveStart(connector: SourceConnector, options: Record<string, string>): Promise<ResolvedStart> {
  if (connector === 'embedded') return {requested: 'earliest', offsets: [], options};
  if (connector === 'generator') {
    const {partitions} = parseGeneratorOptions(options);
    return {requested: 'earliest', offsets: Array.from({length: partitions}, (_, partition) => ({partition, offset: 0})), options};
  }
  const format = options['format'] ?? options['value_format'] ?? 'json';
  if (format.toLowerCase() !== 'json')
    throw sqlError('feature_not_supported', `format "${format}" is not supported`, {hint: 'Supported: json.'});
  jsonOptions(options);
  const given = options['start'] ?? 'earliest';
  const requested = given === 'earliest' || given === 'latest' ? given : {timestamp: given};
  const admin = new KafkaAdmin(parseKafkaOptions(options, key => FORMAT_OPTIONS.has(key)));
  try {
    const {id} = await admin.describeTopic();
    const offsets = await admin.resolveStart();
    return {requested, offsets, options: id === undefined ? options : {...options, 'topic.id': id}};
  } finally {
    admin.close();
  }
}
