import {SqlError, sqlError} from '../../common/sql-error.ts';
import {AuthenticationFailed, BrokerRefused, BrokerUnreachable} from './connection/broker-error.ts';
import {ERROR_CODE, errorName} from './protocol/error-code.ts';
import {MalformedResponse} from './protocol/wire-reader.ts';

/** The error that a user sees when a control request fails; it names the broker. */
export function kafkaSqlError(error: unknown): Error {
  if (error instanceof SqlError) return error;
  if (error instanceof AuthenticationFailed) {
    const hint = 'Check sasl.mechanism, sasl.username and sasl.password.';
    return sqlError('invalid_authorization_specification', `Kafka broker ${error.broker} refused the credentials: ${error.message}`, {
      hint,
    });
  }
  if (error instanceof BrokerUnreachable)
    return sqlError('connection_failure', `could not reach Kafka broker ${error.broker}: ${error.message}`);
  if (error instanceof MalformedResponse) return sqlError('protocol_violation', error.message);
  if (error instanceof BrokerRefused) {
    const message = `Kafka broker ${error.broker} refused ${error.message}: ${errorName(error.errorCode)}`;
    switch (error.errorCode) {
      case ERROR_CODE.unknown_topic_or_partition:
        return sqlError('undefined_object', `${error.message} does not exist on Kafka broker ${error.broker}`);
      case ERROR_CODE.topic_authorization_failed:
      case ERROR_CODE.group_authorization_failed:
      case ERROR_CODE.cluster_authorization_failed:
        return sqlError('insufficient_privilege', message);
      default:
        return sqlError('connection_exception', message);
    }
  }
  return error instanceof Error ? error : new Error(String(error));
}
