import {readFileSync} from 'node:fs';
import {sqlError} from '../../common/sql-error.ts';
import {SASL_MECHANISMS, type KafkaSecurity, type SaslOptions, type TlsOptions} from './connection/security.ts';
import type {OptionName} from './option-names.ts';
import {invalidValue, oneOf, type GivenOptions} from './given-options.ts';

const TLS_OPTIONS: readonly OptionName[] = [
  'caLocation',
  'caPem',
  'certificateLocation',
  'certificatePem',
  'keyLocation',
  'keyPem',
  'keyPassword',
  'hostnameCheck',
];
const SASL_OPTIONS: readonly OptionName[] = ['saslMechanism', 'saslUsername', 'saslPassword'];

/** TLS and SASL as `security.protocol` says; without it, as the other options imply. */
export function parseSecurity(given: GivenOptions): KafkaSecurity {
  const implied = implyProtocol(given);
  const protocol = oneOf(given, 'securityProtocol', ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']) ?? implied;
  const tls = protocol === 'SSL' || protocol === 'SASL_SSL';
  const sasl = protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';
  refuse(given, tls ? [] : TLS_OPTIONS, protocol);
  refuse(given, sasl ? [] : SASL_OPTIONS, protocol);
  return {tls: tls ? parseTls(given) : undefined, sasl: sasl ? parseSasl(given) : undefined};
}

function implyProtocol(given: GivenOptions): 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL' {
  const tls = TLS_OPTIONS.some(name => given.has(name));
  const sasl = SASL_OPTIONS.some(name => given.has(name));
  if (sasl) return tls ? 'SASL_SSL' : 'SASL_PLAINTEXT';
  return tls ? 'SSL' : 'PLAINTEXT';
}

function refuse(given: GivenOptions, names: readonly OptionName[], protocol: string): void {
  for (const name of names) {
    const option = given.get(name);
    if (option !== undefined)
      throw sqlError('invalid_parameter_value', `option "${option.key}" has no meaning with security.protocol ${protocol}`);
  }
}

function parseSasl(given: GivenOptions): SaslOptions {
  const mechanism = oneOf(given, 'saslMechanism', SASL_MECHANISMS);
  const username = given.get('saslUsername')?.value;
  const password = given.get('saslPassword')?.value;
  if (mechanism === undefined || username === undefined || password === undefined) {
    const hint = `Give sasl.mechanism (${SASL_MECHANISMS.join(', ')}), sasl.username and sasl.password.`;
    throw sqlError('invalid_parameter_value', 'the options for SASL are not complete', {hint});
  }
  return {mechanism, username, password};
}

function parseTls(given: GivenOptions): TlsOptions {
  const check = given.get('hostnameCheck');
  if (check !== undefined && !['', 'none', 'https'].includes(check.value.toLowerCase()))
    throw invalidValue(check, 'Valid values: "https", "none".');
  return {
    ca: pem(given, 'caPem', 'caLocation'),
    cert: pem(given, 'certificatePem', 'certificateLocation'),
    key: pem(given, 'keyPem', 'keyLocation'),
    passphrase: given.get('keyPassword')?.value,
    checkHostname: check === undefined || check.value.toLowerCase() === 'https',
  };
}

function pem(given: GivenOptions, inline: OptionName, location: OptionName): string | undefined {
  const text = given.get(inline);
  if (text !== undefined) return text.value;
  const file = given.get(location);
  if (file === undefined) return undefined;
  try {
    return readFileSync(file.value, 'utf8');
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw sqlError('invalid_parameter_value', `could not read the file of option "${file.key}"`, {detail});
  }
}
