import {parentPort, receiveMessageOnPort, workerData, type MessagePort} from 'node:worker_threads';
import {assert} from '../../common/unreachable.ts';
import {RingConsumer, RingProducer, type RingMemory} from '../../runtime/ring/byte-ring.ts';
import {Doorbell} from '../../runtime/ring/doorbell.ts';
import {nodeFiles} from '../../runtime/durability/file-layer.ts';
import type {Command} from './commands.ts';
import type {CoreOptions} from './core-options.ts';
import {DataflowCore} from './dataflow-core.ts';
import {readLookup, type LookupRequest} from './lookup-messages.ts';
import {ResponseWriter} from './response-messages.ts';
import {SliceTimer} from './slice-clock.ts';

/** What main gives the thread at its start. `commands` is polled; replies go through the parent port. */
export type DataflowThreadData = {
  readonly commands: MessagePort;
  readonly bell: SharedArrayBuffer;
  readonly mainBell: SharedArrayBuffer;
  readonly requests: RingMemory;
  readonly responses: RingMemory;
  readonly options: CoreOptions;
};

/** Longest sleep: bounds how late the thread notices anything that rang no bell. */
const MAX_SLEEP_MS = 1000;

/**
 * The dataflow thread: never returns to its event loop. Between slices of work it takes lookups, commands and records; when there is
 * nothing to do it sleeps on the doorbell.
 */
function run(data: DataflowThreadData): void {
  const bell = new Doorbell(data.bell);
  const mainBell = new Doorbell(data.mainBell);
  const requests = new RingConsumer(data.requests);
  const responses = new ResponseWriter(new RingProducer(data.responses));
  const port = parentPort;
  assert(port !== null, 'the dataflow thread needs a parent');
  let answered = false;
  let heard = bell.count;
  const noting = (written: boolean): boolean => {
    answered ||= written;
    return written;
  };
  const core = new DataflowCore(data.options, {
    files: nodeFiles,
    slices: new SliceTimer(() => bell.count !== heard),
    output: {
      reply: reply => port.postMessage(reply),
      event: event => port.postMessage(event),
      rows: (query, count, bytes) => noting(responses.rows(query, count, bytes)),
      end: (query, end, warning) => noting(responses.end(query, end, warning)),
      error: (query, error) => noting(responses.error(query, error)),
    },
  });
  const tellMain = (): void => {
    if (answered) mainBell.ring();
    answered = false;
  };
  while (!core.stopped) {
    heard = bell.count;
    // A lookup may follow the command that prepares it at once: commands posted before it are taken before it is answered.
    const lookups: LookupRequest[] = [];
    for (let address = requests.take(); address >= 0; address = requests.take()) lookups.push(readLookup(requests, address));
    for (let message = receiveMessageOnPort(data.commands); message !== undefined; message = receiveMessageOnPort(data.commands))
      core.handle(message.message as Command);
    for (const lookup of lookups) core.lookup(lookup);
    requests.releaseTo(requests.position);
    tellMain();
    const busy = core.work();
    tellMain();
    if (!busy && !core.stopped) bell.sleep(heard, Math.min(MAX_SLEEP_MS, core.idleFor()));
  }
}

run(workerData as DataflowThreadData);
