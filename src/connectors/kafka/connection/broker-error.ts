/** No answer from a broker: refused, timed out, reset, a failed TLS handshake, or an answer that is not Kafka's. */
export class BrokerUnreachable extends Error {
  readonly broker: string;

  constructor(broker: string, reason: string) {
    super(reason);
    this.name = 'BrokerUnreachable';
    this.broker = broker;
  }
}

/** The broker answered and refused the credentials, or the mechanism. */
export class AuthenticationFailed extends Error {
  readonly broker: string;

  constructor(broker: string, reason: string) {
    super(reason);
    this.name = 'AuthenticationFailed';
    this.broker = broker;
  }
}

/** The broker answered a request with one of Kafka's error codes. */
export class BrokerRefused extends Error {
  readonly broker: string;
  readonly errorCode: number;

  constructor(broker: string, errorCode: number, what: string) {
    super(what);
    this.name = 'BrokerRefused';
    this.broker = broker;
    this.errorCode = errorCode;
  }
}
