/** Kafka's error codes, as far as a reader meets them (Apache Kafka protocol guide, "Error Codes"). */
export const ERROR_CODE = {
  none: 0,
  offset_out_of_range: 1,
  corrupt_message: 2,
  unknown_topic_or_partition: 3,
  leader_not_available: 5,
  not_leader_or_follower: 6,
  request_timed_out: 7,
  replica_not_available: 9,
  network_exception: 13,
  coordinator_load_in_progress: 14,
  coordinator_not_available: 15,
  not_coordinator: 16,
  topic_authorization_failed: 29,
  group_authorization_failed: 30,
  cluster_authorization_failed: 31,
  unsupported_sasl_mechanism: 33,
  unsupported_version: 35,
  kafka_storage_error: 56,
  sasl_authentication_failed: 58,
  fetch_session_id_not_found: 70,
  invalid_fetch_session_epoch: 71,
  fenced_leader_epoch: 74,
  unknown_leader_epoch: 75,
  offset_not_available: 78,
  unstable_offset_commit: 88,
  unknown_topic_id: 100,
  inconsistent_topic_id: 103,
} as const;

const NAMES = new Map<number, string>(Object.entries(ERROR_CODE).map(([name, code]) => [code, name.toUpperCase()]));

/** Kafka's own name of an error code, or its number where we have no name. */
export function errorName(code: number): string {
  return NAMES.get(code) ?? `error code ${code}`;
}

/** Errors that pass by themselves once the cluster has settled and metadata has been read again. */
export function isLeadershipError(code: number): boolean {
  switch (code) {
    case ERROR_CODE.leader_not_available:
    case ERROR_CODE.not_leader_or_follower:
    case ERROR_CODE.replica_not_available:
    case ERROR_CODE.request_timed_out:
    case ERROR_CODE.network_exception:
    case ERROR_CODE.kafka_storage_error:
    case ERROR_CODE.fenced_leader_epoch:
    case ERROR_CODE.unknown_leader_epoch:
    case ERROR_CODE.offset_not_available:
      return true;
    default:
      return false;
  }
}
