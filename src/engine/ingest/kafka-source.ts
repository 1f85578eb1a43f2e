import type {OpenSlabSource} from '../../connectors/slab-source.ts';
import {openRecordReader} from '../../connectors/kafka/fetch/open-record-reader.ts';
import {describeProblem} from '../../connectors/kafka/fetch/reader-problem.ts';
import {parseKafkaOptions} from '../../connectors/kafka/options.ts';

/** A Kafka topic as a source of slabs. Partitions that appear later are read from their beginning. */
export const openKafkaSource: OpenSlabSource = (options, positions, {onSlab, onEvent}) => {
  const {brokers, security, topic, isolation, checkCrcs} = parseKafkaOptions(options);
  const reader = openRecordReader({
    brokers,
    security,
    topic,
    isolation,
    checkCrcs,
    partitions: positions,
    onRecords: onSlab,
    onNewPartition: partition => {
      onEvent({kind: 'partition', partition, offset: 0});
      return 0;
    },
    onEnd: (partition, nextOffset, endOffset) => onEvent({kind: 'end', partition, nextOffset, endOffset}),
    onStatus: status => {
      if (status.state === 'reading') onEvent({kind: 'running'});
    },
    onProblem: problem => {
      const message = describeProblem(problem);
      if (problem.kind === 'offset_out_of_range' || problem.kind === 'topic_recreated')
        onEvent({kind: 'stopped', reason: problem.kind, message});
      else
        onEvent({
          kind: 'retrying',
          message,
          since: 'since' in problem ? problem.since : Date.now(),
          nextAttempt: 'nextRetryAt' in problem ? problem.nextRetryAt : 0,
        });
    },
  });
  return {
    resume: () => reader.resume(),
    endOffset: partition => {
      const progress = reader.progress().find(p => p.partition === partition);
      return progress === undefined ? -1 : isolation === 'read_committed' ? progress.lastStableOffset : progress.highWatermark;
    },
    close: () => reader.close(),
  };
};
