import type {TestCertificates} from './certificates.ts';

export type ListenerPorts = {
  readonly plain: number;
  readonly controller: number;
  readonly sasl?: number | undefined;
  readonly tls?: number | undefined;
};

export type ServerPropertiesArgs = {
  readonly dataDir: string;
  readonly ports: ListenerPorts;
  readonly certificates?: TestCertificates | undefined;
  readonly extra?: Readonly<Record<string, string>> | undefined;
};

/** Users that a broker with SASL knows; SCRAM credentials are written when its storage is formatted. */
export const SASL_USER = {username: 'millrace', password: 'mill=race secret'} as const;

/** One-node KRaft broker: a plain listener always, SASL_PLAINTEXT and SSL ones when they have a port. */
export function serverProperties({dataDir, ports, certificates, extra}: ServerPropertiesArgs): string {
  const listeners = [`PLAINTEXT://127.0.0.1:${ports.plain}`];
  const protocols = ['PLAINTEXT:PLAINTEXT', 'CONTROLLER:PLAINTEXT'];
  const properties: Record<string, string> = {};
  if (ports.sasl !== undefined) {
    listeners.push(`SASL://127.0.0.1:${ports.sasl}`);
    protocols.push('SASL:SASL_PLAINTEXT');
    properties['sasl.enabled.mechanisms'] = 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512';
    properties['listener.name.sasl.plain.sasl.jaas.config'] =
      `org.apache.kafka.common.security.plain.PlainLoginModule required user_${SASL_USER.username}="${SASL_USER.password}";`;
    for (const mechanism of ['scram-sha-256', 'scram-sha-512']) {
      properties[`listener.name.sasl.${mechanism}.sasl.jaas.config`] = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
    }
  }
  if (ports.tls !== undefined && certificates !== undefined) {
    listeners.push(`TLS://127.0.0.1:${ports.tls}`);
    protocols.push('TLS:SSL');
    properties['ssl.keystore.type'] = 'PEM';
    properties['ssl.keystore.location'] = certificates.brokerPemFile;
    properties['ssl.truststore.type'] = 'PEM';
    properties['ssl.truststore.location'] = certificates.caFile;
    properties['ssl.client.auth'] = 'requested';
  }
  const all: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    listeners: [...listeners, `CONTROLLER://127.0.0.1:${ports.controller}`].join(','),
    'advertised.listeners': listeners.join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': protocols.join(','),
    'log.dirs': dataDir,
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // A broker that was killed may register again only when its old session is over.
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '300',
    'num.network.threads': '1',
    'num.io.threads': '2',
    ...properties,
    ...extra,
  };
  return Object.entries(all)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
