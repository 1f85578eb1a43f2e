import {Worker} from 'node:worker_threads';
import type {IngestThreadData} from './ingest-thread.ts';
import type {IngestCommand, IngestEvent} from './reader-spec.ts';

/** Main's side of the ingest thread. */
export class IngestClient {
  readonly #worker: Worker;
  onEvent: (event: IngestEvent) => void = () => {};
  onExit: (error: Error | undefined) => void = () => {};

  constructor(bell: SharedArrayBuffer) {
    const data: IngestThreadData = {bell};
    this.#worker = new Worker(new URL('./ingest-thread.js', import.meta.url), {workerData: data});
    this.#worker.on('message', (event: IngestEvent) => this.onEvent(event));
    this.#worker.on('error', error => this.onExit(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => this.onExit(undefined));
  }

  post(command: IngestCommand): void {
    this.#worker.postMessage(command);
  }

  async close(): Promise<void> {
    const ended = new Promise<void>(resolve => this.#worker.once('exit', () => resolve()));
    this.post({kind: 'shutdown'});
    await ended;
  }
}
