import {LIVE, type OpenSlabSource, type SlabHandlers} from '../slab-source.ts';
import {openRecordReader} from './fetch/open-record-reader.ts';
import {describeProblem, type ReaderProblem, type ReaderStatus} from './fetch/reader-problem.ts';
import {parseKafkaOptions} from './options.ts';

/**
 * A Kafka topic as a source of slabs. Partitions of the topic that have no position are new ones and begin at offset 0. After a stop for
 * `topic_missing` the topic is still looked for, so that `running` may follow; the other stops are final.
 */
export const openKafkaSource: OpenSlabSource = (options, positions, handlers, {skipLost} = LIVE) => {
  // Which keys belong to the format was checked at CREATE STREAM.
  const kafka = parseKafkaOptions(options, () => true);
  let stopped = false;
  const reader = openRecordReader({
    ...kafka,
    partitions: positions,
    onRecords: slab => handlers.onSlab(slab),
    onNewPartition: partition => {
      handlers.onEvent({kind: 'partition', partition, offset: 0});
      return 0;
    },
    onLost: (partition, from, to) => {
      if (skipLost) handlers.onEvent({kind: 'skipped', partition, from, to});
      return skipLost;
    },
    onEnd: (partition, nextOffset, endOffset) => handlers.onEvent({kind: 'end', partition, nextOffset, endOffset}),
    onStatus: status => {
      if (stopped) return;
      stopped = tell(status, handlers);
      if (stopped) setImmediate(() => void reader.close());
    },
  });
  return {
    resume: () => reader.resume(),
    pausePartition: partition => reader.pausePartition(partition),
    resumePartition: partition => reader.resumePartition(partition),
    refresh: () => void reader.refresh(),
    endOffset: partition => reader.endOffset(partition),
    close: () => reader.close(),
  };
};

/** Whether the source has come to its end. */
function tell(status: ReaderStatus, handlers: SlabHandlers): boolean {
  const {problem} = status;
  if (problem === undefined) {
    if (status.state === 'reading') handlers.onEvent({kind: 'running'});
    return false;
  }
  const message = describeProblem(problem);
  const stop = stopReason(problem, status);
  if (stop !== undefined) {
    handlers.onEvent({kind: 'stopped', reason: stop, message});
    return stop !== 'topic_missing';
  }
  const since = 'since' in problem ? problem.since : Date.now();
  handlers.onEvent({kind: 'retrying', message, since, nextAttempt: 'nextRetryAt' in problem ? problem.nextRetryAt : Date.now() + 1000});
  return false;
}

function stopReason(
  problem: ReaderProblem,
  status: ReaderStatus,
): 'offset_out_of_range' | 'topic_recreated' | 'auth_failed' | 'topic_missing' | undefined {
  switch (problem.kind) {
    case 'offset_out_of_range':
    case 'topic_recreated':
    case 'topic_missing':
      return problem.kind;
    case 'auth_failed':
      // Once it has worked the broker may only be restarting with its users not loaded yet.
      return status.everRead ? undefined : problem.kind;
    default:
      return undefined;
  }
}
