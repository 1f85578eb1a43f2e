/** TLS towards the broker; certificates and keys as PEM text. Without `ca` the system's authorities count. */
export type TlsOptions = {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly passphrase?: string | undefined;
  /** Whether the certificate must name the host that was dialled. */
  readonly checkHostname: boolean;
};

export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

export type SaslOptions = {readonly mechanism: SaslMechanism; readonly username: string; readonly password: string};

export type KafkaSecurity = {readonly tls?: TlsOptions | undefined; readonly sasl?: SaslOptions | undefined};
