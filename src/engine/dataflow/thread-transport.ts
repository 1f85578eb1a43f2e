import {MessageChannel, Worker} from 'node:worker_threads';
import {allocateRing, RingConsumer, RingProducer} from '../../runtime/ring/byte-ring.ts';
import {Doorbell} from '../../runtime/ring/doorbell.ts';
import type {Command, Reply} from './commands.ts';
import type {CoreEvent} from './core-output.ts';
import type {CoreOptions} from './core-options.ts';
import type {DataflowTransport} from './dataflow-client.ts';
import type {DataflowThreadData} from './dataflow-thread.ts';
import {type LookupRequest, writeLookup} from './lookup-messages.ts';
import {readResponse, type Response} from './response-messages.ts';

const REQUEST_BYTES = 1 << 20;
const RESPONSE_BYTES = 1 << 23;
/** Longest wait for space for a request, in ms. */
const POLL_MS = 1000;

/** The dataflow side on a thread of its own: commands by message port, lookups and rows by rings in shared memory. */
export class ThreadTransport implements DataflowTransport {
  onReply: (reply: Reply) => void = () => {};
  onResponse: (response: Response) => void = () => {};
  onEvent: (event: CoreEvent) => void = () => {};
  onExit: (error: Error | undefined) => void = () => {};
  /** The dataflow thread's doorbell, for the ingest side. */
  readonly bell: SharedArrayBuffer = Doorbell.allocate();
  readonly #bell = new Doorbell(this.bell);
  readonly #worker: Worker;
  readonly #channel = new MessageChannel();
  readonly #requests: RingProducer;
  readonly #responses: RingConsumer;
  readonly #mainBell: Doorbell;
  #closed = false;
  #rungThisTurn = false;

  constructor(options: CoreOptions) {
    const mainBell = Doorbell.allocate();
    const requests = allocateRing(REQUEST_BYTES);
    const responses = allocateRing(RESPONSE_BYTES);
    this.#mainBell = new Doorbell(mainBell);
    this.#requests = new RingProducer(requests);
    this.#responses = new RingConsumer(responses);
    const data: DataflowThreadData = {commands: this.#channel.port2, bell: this.bell, mainBell, requests, responses, options};
    this.#worker = new Worker(new URL('./dataflow-thread.js', import.meta.url), {workerData: data, transferList: [this.#channel.port2]});
    this.#worker.on('message', (message: Reply | CoreEvent) => ('ok' in message ? this.onReply(message) : this.onEvent(message)));
    this.#worker.on('error', error => this.onExit(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => {
      this.#closed = true;
      this.onExit(undefined);
    });
    void this.#readResponses();
  }

  post(command: Command): void {
    this.#channel.port1.postMessage(command);
    this.#ring();
  }

  lookup(request: LookupRequest): void | Promise<void> {
    if (writeLookup(this.#requests, request)) return this.#ring();
    return this.#requests.waitForSpace(POLL_MS).then(() => this.lookup(request));
  }

  /** Rings once for all that one turn of the event loop asked for. */
  #ring(): void {
    if (this.#rungThisTurn) return;
    this.#rungThisTurn = true;
    setImmediate(() => {
      this.#rungThisTurn = false;
      this.#bell.ring();
    });
  }

  async #readResponses(): Promise<void> {
    while (!this.#closed) {
      const heard = this.#mainBell.count;
      let taken = false;
      for (let address = this.#responses.take(); address >= 0; address = this.#responses.take()) {
        this.onResponse(readResponse(this.#responses, address));
        taken = true;
      }
      if (taken) {
        this.#responses.releaseTo(this.#responses.position);
        if (this.#responses.takeWanted()) this.#bell.ring();
      }
      await this.#mainBell.heard(heard);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>(resolve => {
      this.#worker.once('exit', () => resolve());
    });
    this.#channel.port1.close();
  }
}
