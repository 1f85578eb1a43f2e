import type {SqlErrorData} from '../../common/sql-error.ts';
import type {ViewWarning} from './view-warning.ts';
import {payloadOf, type RingConsumer, type RingProducer} from '../../runtime/ring/byte-ring.ts';

/** Messages of the ring from dataflow to main. Word 2 of the header is the query they belong to. */
export const RESPONSE_ROWS = 1;
export const RESPONSE_END = 2;
export const RESPONSE_ERROR = 3;

/** How a query's rows end for now: all sent, or as many as its credit allowed. */
export type RowsEnd = 'complete' | 'suspended';

export type Response =
  | {readonly kind: 'rows'; readonly query: number; readonly count: number; readonly bytes: Uint8Array}
  | {readonly kind: 'end'; readonly query: number; readonly end: RowsEnd; readonly warning?: ViewWarning | undefined}
  | {readonly kind: 'error'; readonly query: number; readonly error: SqlErrorData};

/** Each write returns false, having done nothing, while the ring is too full. */
export class ResponseWriter {
  readonly #ring: RingProducer;

  constructor(ring: RingProducer) {
    this.#ring = ring;
  }

  get capacity(): number {
    return this.#ring.capacity;
  }

  rows(query: number, count: number, bytes: Uint8Array): boolean {
    return this.#write(RESPONSE_ROWS, query, count, bytes);
  }

  end(query: number, end: RowsEnd, warning?: ViewWarning): boolean {
    return this.#write(
      RESPONSE_END,
      query,
      end === 'complete' ? 0 : 1,
      warning === undefined ? EMPTY : Buffer.from(JSON.stringify(warning)),
    );
  }

  error(query: number, error: SqlErrorData): boolean {
    return this.#write(RESPONSE_ERROR, query, 0, Buffer.from(JSON.stringify(error)));
  }

  #write(kind: number, query: number, value: number, payload: Uint8Array): boolean {
    const ring = this.#ring;
    const address = ring.reserveOrAsk(payload.length);
    if (address < 0) return false;
    const at = address >> 2;
    ring.words[at + 2] = query;
    ring.words[at + 3] = value;
    ring.words[at + 4] = payload.length;
    ring.bytes.set(payload, payloadOf(address));
    ring.commit(kind, payload.length);
    return true;
  }
}

const EMPTY = new Uint8Array(0);

/** The response at `address`; its bytes are a copy, since sockets keep them longer than the ring may. */
export function readResponse(ring: RingConsumer, address: number): Response {
  const at = address >> 2;
  const query = ring.words[at + 2]!;
  const value = ring.words[at + 3]!;
  const start = payloadOf(address);
  const length = ring.words[at + 4]!;
  const json = (): unknown => JSON.parse(Buffer.from(ring.bytes.subarray(start, start + length)).toString());
  switch (ring.words[at + 1]) {
    case RESPONSE_ROWS:
      return {kind: 'rows', query, count: value, bytes: copied(ring.bytes, start, length)};
    case RESPONSE_END:
      return {kind: 'end', query, end: value === 0 ? 'complete' : 'suspended', warning: length === 0 ? undefined : (json() as ViewWarning)};
    default:
      return {kind: 'error', query, error: json() as SqlErrorData};
  }
}

/** Arrays this short live on the JavaScript heap. */
const ON_HEAP_BYTES = 64;

/** A copy that costs no memory block of its own where a row is short or fits into Node's shared pool. */
function copied(bytes: Uint8Array, start: number, length: number): Uint8Array {
  if (length <= ON_HEAP_BYTES) return bytes.slice(start, start + length);
  const copy = Buffer.allocUnsafe(length);
  copy.set(bytes.subarray(start, start + length));
  return copy;
}
