import type {Command} from './commands.ts';
import type {LookupRequest} from './lookup-messages.ts';

/** What came before the state, or the view that it reads, was there. */
export class EarlyRequests {
  #requests: (Command | LookupRequest)[] = [];

  command(command: Command): void {
    this.#requests.push(command);
  }

  /** Its parameters lie in memory that is used again. */
  lookup(request: LookupRequest): void {
    this.#requests.push({...request, parameters: request.parameters.map(({format, bytes}) => ({format, bytes: bytes?.slice() ?? null}))});
  }

  /** The query was closed before it began. */
  forget(query: number): void {
    this.#requests = this.#requests.filter(item => !('kind' in item && item.kind === 'query' && item.query.query === query));
  }

  /** Tries all of them, in their order; what still has to wait comes here again. */
  retry(handlers: {handle(command: Command): void; lookup(request: LookupRequest): void}): void {
    const requests = this.#requests;
    this.#requests = [];
    for (const request of requests) {
      if ('kind' in request) handlers.handle(request);
      else handlers.lookup(request);
    }
  }
}
