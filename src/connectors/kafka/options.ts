import {sqlError} from '../../common/sql-error.ts';
import type {Endpoint} from './connection/endpoint.ts';
import {parseEndpoints} from './connection/parse-endpoints.ts';
import type {KafkaSecurity} from './connection/security.ts';
import {invalidValue, oneOf, type GivenOptions} from './given-options.ts';
import {optionName, validOptions, type OptionName} from './option-names.ts';
import type {Isolation} from './protocol/list-offsets.ts';
import {parseSecurity} from './security-options.ts';
import {parseStartPosition, type StartPosition} from './start-position.ts';

/** Checked options of a Kafka stream. */
export type KafkaOptions = {
  readonly brokers: readonly Endpoint[];
  readonly topic: string;
  /** Id of the topic at CREATE STREAM: another one at a later start means that it was created again. */
  readonly topicId: string | undefined;
  readonly format: string | undefined;
  readonly start: StartPosition;
  readonly isolation: Isolation;
  readonly checkCrcs: boolean;
  /** Consumer group to which positions are committed for lag tools. */
  readonly group: string | undefined;
  readonly clientId: string | undefined;
  readonly fetchMaxBytes: number | undefined;
  readonly metadataIntervalMs: number | undefined;
  readonly security: KafkaSecurity;
  /** What belongs to the format and not to Kafka, as written. */
  readonly formatOptions: Readonly<Record<string, string>>;
};

/**
 * Checks the WITH options of a stream; certificate files are read here. Keys that `isFormatOption` accepts are passed on.
 * Throws invalid_parameter_value for unknown keys (with the valid ones as hint), for bad values, and when brokers or topic are missing.
 */
export function parseKafkaOptions(
  options: Readonly<Record<string, string>>,
  isFormatOption: (key: string) => boolean = () => false,
): KafkaOptions {
  const given = new Map<OptionName, {key: string; value: string}>();
  const formatOptions: Record<string, string> = {};
  for (const [key, value] of Object.entries(options)) {
    const name = optionName(key);
    if (name === undefined) {
      if (!isFormatOption(key))
        throw sqlError('invalid_parameter_value', `unrecognized option "${key}"`, {hint: `Valid options: ${validOptions()}.`});
      formatOptions[key] = value;
      continue;
    }
    const before = given.get(name);
    if (before !== undefined) throw sqlError('invalid_parameter_value', `options "${before.key}" and "${key}" mean the same`);
    given.set(name, {key, value});
  }
  return {
    brokers: parseBrokers(given),
    topic: parseTopic(given),
    topicId: given.get('topicId')?.value,
    format: given.get('format')?.value.toLowerCase(),
    start: parseStart(given),
    isolation: oneOf(given, 'isolation', ['read_committed', 'read_uncommitted']) ?? 'read_committed',
    checkCrcs: (oneOf(given, 'checkCrcs', ['true', 'false']) ?? 'false') === 'true',
    group: given.get('group')?.value,
    clientId: given.get('clientId')?.value,
    fetchMaxBytes: parseInteger(given, 'fetchMaxBytes', 1024, 128 * 1024 * 1024),
    metadataIntervalMs: parseInteger(given, 'metadataInterval', 10, 86_400_000),
    security: parseSecurity(given),
    formatOptions,
  };
}

function parseBrokers(given: GivenOptions): Endpoint[] {
  const option = given.get('brokers');
  if (option === undefined) throw missing('brokers', "WITH (…, brokers = 'host:9092')");
  try {
    return parseEndpoints(option.value);
  } catch {
    throw invalidValue(option, 'Write broker addresses as host:port, separated by commas.');
  }
}

function parseTopic(given: GivenOptions): string {
  const option = given.get('topic');
  if (option === undefined) throw missing('topic', "WITH (…, topic = 'name')");
  const legal = /^[a-zA-Z0-9._-]{1,249}$/.test(option.value) && option.value !== '.' && option.value !== '..';
  if (!legal) throw invalidValue(option, 'A topic name has up to 249 letters, digits, dots, underscores and hyphens.');
  return option.value;
}

function parseStart(given: GivenOptions): StartPosition {
  const option = given.get('start');
  const timestamp = given.get('startTimestamp');
  const hint =
    "Valid values: 'earliest', 'latest', or a timestamp such as '2026-01-31 12:00:00' (UTC unless it has an offset) or in milliseconds.";
  if (timestamp !== undefined && (option === undefined || option.value.toLowerCase() === 'timestamp')) {
    const parsed = /^\d{1,15}$/.test(timestamp.value) ? parseStartPosition(timestamp.value) : undefined;
    if (parsed === undefined) throw invalidValue(timestamp, 'Write the time in milliseconds since 1970.');
    return parsed;
  }
  if (option === undefined) return {kind: 'earliest'};
  const parsed = parseStartPosition(option.value);
  if (parsed === undefined) throw invalidValue(option, hint);
  return parsed;
}

function parseInteger(given: GivenOptions, name: OptionName, least: number, most: number): number | undefined {
  const option = given.get(name);
  if (option === undefined) return undefined;
  const value = Number(option.value);
  if (!/^\d+$/.test(option.value) || value < least || value > most)
    throw invalidValue(option, `Write an integer from ${least} to ${most}.`);
  return value;
}

function missing(name: string, example: string): Error {
  return sqlError('invalid_parameter_value', `option "${name}" is missing`, {hint: `Write ${example}.`});
}
