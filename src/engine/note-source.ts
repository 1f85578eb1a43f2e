import {describeMissing} from './ingest/missing-columns.ts';
import type {IngestEvent} from './ingest/reader-spec.ts';
import type {EngineServices, SourceReport} from './services.ts';

/** Keeps what a stream's source last said of itself, and tells the dataflow side what it waits for. */
export function noteSource(
  {reader, relation, shared, event}: IngestEvent,
  reports: Map<number, SourceReport>,
  {log, dataflow}: Pick<EngineServices, 'log' | 'dataflow'>,
): void {
  switch (event.kind) {
    case 'partition':
    case 'end':
      // What the stream's clock asks about its partitions.
      if (!shared) return;
      break;
    case 'running':
      if (shared) reports.set(relation, {...reports.get(relation), state: 'running', message: null});
      break;
    case 'retrying':
      if (shared) reports.set(relation, {...reports.get(relation), state: 'retrying', message: event.message});
      log('warn', event.message, {relation});
      break;
    case 'missing-columns': {
      if (!shared) return;
      const before = reports.get(relation) ?? {state: 'running', message: null};
      const missingColumns = describeMissing(event);
      reports.set(relation, {...before, missingColumns});
      log('warn', missingColumns, {relation});
      return;
    }
    case 'skipped':
      log('warn', `offsets ${event.from} to ${event.to - 1} of partition ${event.partition} were deleted before they were read`, {
        relation,
      });
      break;
    case 'stopped':
      if (shared) reports.set(relation, {...reports.get(relation), state: 'stopped', message: event.message});
      log('error', event.message, {relation});
      break;
  }
  dataflow.post({kind: 'source-event', reader, event});
}
