import type {Endpoint} from '../../src/connectors/kafka/connection/endpoint.ts';
import {parseEndpoints} from '../../src/connectors/kafka/connection/parse-endpoints.ts';
import {openRecordReader} from '../../src/connectors/kafka/fetch/open-record-reader.ts';
import type {ReaderProblem, ReaderStatus} from '../../src/connectors/kafka/fetch/reader-problem.ts';
import type {RecordReader, RecordReaderOptions} from '../../src/connectors/kafka/fetch/record-reader.ts';
import {decodeRecordHeaders} from '../../src/connectors/kafka/protocol/record-headers.ts';
import type {RecordSlab} from '../../src/connectors/slab-source.ts';

/** One record as an object, for comparing with what another client saw. */
export type PlainRecord = {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string | null>>;
};

const latin1 = (bytes: Uint8Array, start: number, end: number): string => Buffer.from(bytes.subarray(start, end)).toString('utf8');

export function recordsOf(slab: RecordSlab): PlainRecord[] {
  const {bytes} = slab;
  return Array.from({length: slab.count}, (_, i) => {
    const headers = slab.headersStart[i]! < 0 ? [] : decodeRecordHeaders(bytes, slab.headersStart[i]!, slab.headersEnd[i]!);
    return {
      partition: slab.partition,
      offset: slab.offsets[i]!,
      timestamp: slab.timestamps[i]!,
      key: slab.keyStart[i]! < 0 ? null : latin1(bytes, slab.keyStart[i]!, slab.keyEnd[i]!),
      value: slab.valueStart[i]! < 0 ? null : latin1(bytes, slab.valueStart[i]!, slab.valueEnd[i]!),
      headers: Object.fromEntries(headers.map(({key, value}) => [key, value === null ? null : Buffer.from(value).toString('utf8')])),
    };
  });
}

/** A reader whose records and events are kept in lists. */
export type ReadLog = {
  readonly reader: RecordReader;
  readonly records: PlainRecord[];
  readonly problems: ReaderProblem[];
  readonly statuses: ReaderStatus[];
  /** Partition → position of its latest `onEnd`. */
  readonly ends: Map<number, number>;
  /** Partition → `nextOffset` of the latest slab. */
  readonly positions: Map<number, number>;
  /** Resolves when `condition` holds; rejects after `timeoutMs`, telling what there was. */
  until(condition: (log: ReadLog) => boolean, timeoutMs?: number): Promise<void>;
};

export type ReadOptions = Partial<Omit<RecordReaderOptions, 'brokers' | 'partitions'>> & {
  readonly brokers: string;
  readonly topic: string;
  /** Start offset of partition 0, 1, …. */
  readonly from: readonly number[];
};

export function readLog({brokers, from, ...options}: ReadOptions): ReadLog {
  const endpoints: Endpoint[] = parseEndpoints(brokers);
  const records: PlainRecord[] = [];
  const problems: ReaderProblem[] = [];
  const statuses: ReaderStatus[] = [];
  const ends = new Map<number, number>();
  const positions = new Map<number, number>();
  const reader = openRecordReader({
    security: {},
    isolation: 'read_committed',
    onRecords: slab => {
      records.push(...recordsOf(slab));
      positions.set(slab.partition, slab.nextOffset);
      return true;
    },
    onProblem: problem => problems.push(problem),
    onStatus: status => statuses.push(status),
    onEnd: (partition, nextOffset) => ends.set(partition, nextOffset),
    ...options,
    brokers: endpoints,
    partitions: from.map((offset, partition) => ({partition, offset})),
  });
  const log: ReadLog = {
    reader,
    records,
    problems,
    statuses,
    ends,
    positions,
    async until(condition, timeoutMs = 15_000) {
      const deadline = Date.now() + timeoutMs;
      while (!condition(log)) {
        if (Date.now() > deadline) {
          const seen = {records: records.length, problems, status: reader.status(), progress: reader.progress()};
          throw new Error(`not reached within ${timeoutMs} ms: ${condition.toString()}\n${JSON.stringify(seen, undefined, 1)}`);
        }
        await new Promise(resolve => setTimeout(resolve, 10));
      }
    },
  };
  return log;
}

/** Reads every partition to its end and closes. */
export async function readToEnd(options: ReadOptions): Promise<ReadLog> {
  const log = readLog(options);
  try {
    await log.until(({ends}) => ends.size === options.from.length, 30_000);
  } finally {
    await log.reader.close();
  }
  return log;
}

/** By partition, then offset. */
export function sorted(records: readonly PlainRecord[]): PlainRecord[] {
  return [...records].sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}
