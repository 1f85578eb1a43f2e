/**
 * The options of a Kafka stream by their first spelling; the others are those of librdkafka and Java clients, ksqlDB and RisingWave.
 * A prefix `properties.` is taken off before the look-up.
 */
export const OPTION_NAMES = {
  connector: ['connector'],
  brokers: ['brokers', 'bootstrap.servers', 'bootstrap.server', 'bootstrap_servers', 'kafka_broker'],
  topic: ['topic', 'kafka_topic'],
  topicId: ['topic.id'],
  format: ['format', 'value_format', 'value.format'],
  start: ['start', 'scan.startup.mode', 'auto.offset.reset'],
  startTimestamp: ['scan.startup.timestamp.millis', 'scan.startup.timestamp_millis'],
  isolation: ['isolation.level', 'isolation'],
  checkCrcs: ['check_crcs', 'check.crcs'],
  group: ['group.id', 'group'],
  clientId: ['client.id'],
  fetchMaxBytes: ['fetch.max.bytes'],
  metadataInterval: ['topic.metadata.refresh.interval.ms', 'metadata.max.age.ms'],
  securityProtocol: ['security.protocol'],
  saslMechanism: ['sasl.mechanism', 'sasl.mechanisms'],
  saslUsername: ['sasl.username'],
  saslPassword: ['sasl.password'],
  caLocation: ['ssl.ca.location'],
  caPem: ['ssl.ca.pem'],
  certificateLocation: ['ssl.certificate.location'],
  certificatePem: ['ssl.certificate.pem'],
  keyLocation: ['ssl.key.location'],
  keyPem: ['ssl.key.pem'],
  keyPassword: ['ssl.key.password'],
  hostnameCheck: ['ssl.endpoint.identification.algorithm'],
} as const satisfies Record<string, readonly string[]>;

export type OptionName = keyof typeof OPTION_NAMES;

const BY_SPELLING = new Map<string, OptionName>(
  Object.entries(OPTION_NAMES).flatMap(([name, spellings]) =>
    spellings.map((spelling): [string, OptionName] => [spelling, name as OptionName]),
  ),
);

/** Case does not matter. Undefined for what is no Kafka option. */
export function optionName(key: string): OptionName | undefined {
  const lower = key.toLowerCase();
  return BY_SPELLING.get(lower.startsWith('properties.') ? lower.slice('properties.'.length) : lower);
}

/** The first spellings, for hints. */
export function validOptions(): string {
  return Object.values(OPTION_NAMES)
    .map(spellings => spellings[0])
    .join(', ');
}
