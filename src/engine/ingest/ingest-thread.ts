import {parentPort, workerData} from 'node:worker_threads';
import {assert} from '../../common/unreachable.ts';
import {Doorbell} from '../../runtime/ring/doorbell.ts';
import {CONNECTORS} from './connectors.ts';
import {IngestCore} from './ingest-core.ts';
import type {IngestCommand} from './reader-spec.ts';

/** What main gives the thread at its start: the doorbell of the dataflow thread. */
export type IngestThreadData = {readonly bell: SharedArrayBuffer};

/** The ingest thread: sockets, decompression, decoding. Its event loop serves the sockets; commands come through the parent port. */
function run({bell}: IngestThreadData): void {
  const port = parentPort;
  assert(port !== null, 'the ingest thread needs a parent');
  const core = new IngestCore(new Doorbell(bell), CONNECTORS, event => port.postMessage(event));
  port.on('message', (command: IngestCommand) => {
    void core.handle(command).then(() => {
      if (command.kind === 'shutdown') port.close();
    });
  });
}

run(workerData as IngestThreadData);
