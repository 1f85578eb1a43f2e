import type {Command, Reply} from '../dataflow/commands.ts';
import type {CoreEvent, CoreOutput} from '../dataflow/core-output.ts';
import type {DataflowTransport} from '../dataflow/dataflow-client.ts';
import type {LookupRequest} from '../dataflow/lookup-messages.ts';
import type {Response} from '../dataflow/response-messages.ts';
import type {DataflowCore} from '../dataflow/dataflow-core.ts';

/** The dataflow side in the same thread: works until it is idle, a turn of the event loop after it was asked. */
export class InlineTransport implements DataflowTransport {
  onReply: (reply: Reply) => void = () => {};
  onResponse: (response: Response) => void = () => {};
  onEvent: (event: CoreEvent) => void = () => {};
  /** Rows that the way to main takes before it is full for a moment; tests of backpressure lower it. */
  room = Infinity;
  /** Slices of work between two turns of the event loop. */
  slices = Infinity;
  core: DataflowCore | undefined;
  #scheduled = false;
  #sent = 0;
  #stopped = false;

  readonly output: CoreOutput = {
    reply: reply => queueMicrotask(() => this.#stopped || this.onReply(reply)),
    event: event => queueMicrotask(() => this.#stopped || this.onEvent(event)),
    rows: (query, count, bytes) => {
      if (this.#sent >= this.room) return false;
      this.#sent += count;
      return this.#respond({kind: 'rows', query, count, bytes: bytes.slice()});
    },
    end: (query, end, warning) => this.#respond({kind: 'end', query, end, warning}),
    error: (query, error) => this.#respond({kind: 'error', query, error}),
  };

  #respond(response: Response): boolean {
    queueMicrotask(() => this.#stopped || this.onResponse(response));
    return true;
  }

  post(command: Command): void {
    this.core!.handle(structuredClone(command));
    this.schedule();
  }

  lookup(request: LookupRequest): void {
    this.core!.lookup(request);
    this.schedule();
  }

  /** Nothing is heard of it any more. */
  stop(): void {
    this.#stopped = true;
  }

  schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#stopped || this.core!.stopped) return;
      this.#sent = 0;
      for (let slices = 1; this.core!.work(); slices++) if (this.#sent >= this.room || slices >= this.slices) return this.schedule();
      const idle = this.core!.idleFor();
      if (idle < Infinity) setTimeout(() => this.schedule(), idle).unref();
    });
  }

  async close(): Promise<void> {}
}
