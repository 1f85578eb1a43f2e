import {describe, expect, test} from 'vitest';
import {SqlError} from '../../common/sql-error.ts';
import {parseKafkaOptions} from './options.ts';
import {parseStartPosition} from './start-position.ts';

const base = {connector: 'kafka', brokers: 'a:9092, [::1]:9093,b', topic: 'bids'};

function failure(options: Record<string, string>): {code: string; message: string; hint: string | undefined} {
  try {
    parseKafkaOptions(options);
  } catch (error) {
    if (error instanceof SqlError) return {code: error.code, message: error.message, hint: error.fields.hint};
    throw error;
  }
  throw new Error('accepted');
}

describe('options of a Kafka stream', () => {
  test('the least that is needed, and its defaults', () => {
    expect(parseKafkaOptions(base)).toMatchObject({
      brokers: [
        {host: 'a', port: 9092},
        {host: '::1', port: 9093},
        {host: 'b', port: 9092},
      ],
      topic: 'bids',
      start: {kind: 'earliest'},
      isolation: 'read_committed',
      checkCrcs: false,
      security: {},
    });
  });

  test('the spellings of other systems mean the same', () => {
    const risingWave = {
      'properties.bootstrap.server': 'a:1',
      topic: 't',
      'scan.startup.mode': 'latest',
      'properties.security.protocol': 'SSL',
    };
    expect(parseKafkaOptions(risingWave)).toMatchObject({start: {kind: 'latest'}, security: {tls: {checkHostname: true}}});
    const byTime = {...risingWave, 'scan.startup.mode': 'timestamp', 'scan.startup.timestamp.millis': '12345'};
    expect(parseKafkaOptions(byTime)).toMatchObject({start: {kind: 'timestamp', ms: 12345}});
    expect(parseKafkaOptions({brokers: 'a', KAFKA_TOPIC: 'T', VALUE_FORMAT: 'JSON'})).toMatchObject({topic: 'T', format: 'json'});
  });

  test('security: what is given implies the protocol, what cannot be meant is refused', () => {
    const sasl = {'sasl.mechanism': 'scram-sha-512', 'sasl.username': 'u', 'sasl.password': 'p'};
    expect(parseKafkaOptions({...base, ...sasl}).security).toEqual({sasl: {mechanism: 'SCRAM-SHA-512', username: 'u', password: 'p'}});
    expect(parseKafkaOptions({...base, ...sasl, 'security.protocol': 'SASL_SSL'}).security.tls).toBeDefined();
    expect(failure({...base, ...sasl, 'security.protocol': 'SSL'}).message).toContain('has no meaning with security.protocol SSL');
    expect(failure({...base, 'sasl.username': 'u'}).message).toContain('not complete');
    expect(failure({...base, 'ssl.ca.location': '/nowhere/ca.pem'}).message).toContain('could not read the file');
  });

  test('errors name the key, and the hint what would be right', () => {
    expect(failure({...base, topicc: 'x'})).toEqual({
      code: '22023',
      message: 'unrecognized option "topicc"',
      hint: expect.stringContaining('brokers, topic,') as string,
    });
    expect(failure({...base, kafka_topic: 'x'}).message).toBe('options "topic" and "kafka_topic" mean the same');
    expect(failure({topic: 'x'}).message).toBe('option "brokers" is missing');
    expect(failure({brokers: 'a'}).message).toBe('option "topic" is missing');
    expect(failure({...base, brokers: 'a:port'}).message).toBe('invalid value for option "brokers": "a:port"');
    expect(failure({...base, start: 'yesterday'}).hint).toContain("'earliest'");
    expect(failure({...base, 'isolation.level': 'dirty'}).hint).toContain('"read_uncommitted"');
    expect(failure({...base, 'fetch.max.bytes': '1'}).code).toBe('22023');
    expect(failure({...base, topic: 'a b'}).code).toBe('22023');
  });

  test('keys of the format are passed on', () => {
    const {formatOptions} = parseKafkaOptions({...base, 'json.timestamp': 'ms'}, key => key.startsWith('json.'));
    expect(formatOptions).toEqual({'json.timestamp': 'ms'});
  });
});

test('start positions', () => {
  const at = (text: string): unknown => {
    const position = parseStartPosition(text);
    return position?.kind === 'timestamp' ? new Date(position.ms).toISOString() : position?.kind;
  };
  expect(at('Earliest')).toBe('earliest');
  expect(at('latest-offset')).toBe('latest');
  expect(at('1700000000000')).toBe('2023-11-14T22:13:20.000Z');
  expect(at('2026-01-31')).toBe('2026-01-31T00:00:00.000Z');
  expect(at('2026-01-31 12:30')).toBe('2026-01-31T12:30:00.000Z');
  expect(at('2026-01-31 12:30:01.123456')).toBe('2026-01-31T12:30:01.123Z');
  expect(at('2026-01-31T12:30:01-0530')).toBe('2026-01-31T18:00:01.000Z');
  expect(at('2026-01-31T12:30:01+02')).toBe('2026-01-31T10:30:01.000Z');
  expect(at('2026-01-31T12:30:01z')).toBe('2026-01-31T12:30:01.000Z');
  for (const bad of ['', 'soon', '2026-13-01', '2026-01-31 25:00', '12:00', '2026-01-31Tx']) expect(at(bad)).toBeUndefined();
});
