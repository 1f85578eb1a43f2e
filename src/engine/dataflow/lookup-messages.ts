import {payloadOf, type RingConsumer, type RingProducer} from '../../runtime/ring/byte-ring.ts';

/** The request ring from main to dataflow carries point lookups: query, prepared lookup, raw parameters as Bind brought them. */
export const REQUEST_LOOKUP = 1;

/** A parameter value in the wire's text (0) or binary (1) format; `bytes` null = NULL. */
export type RawParameter = {readonly format: number; readonly bytes: Uint8Array | null};
export type LookupRequest = {readonly query: number; readonly lookup: number; readonly parameters: readonly RawParameter[]};

/** False, having done nothing, while the ring is too full. */
export function writeLookup(ring: RingProducer, {query, lookup, parameters}: LookupRequest): boolean {
  let size = 0;
  for (const {bytes} of parameters) size += 8 + (((bytes?.length ?? 0) + 3) & ~3);
  const address = ring.reserve(size);
  if (address < 0) return false;
  const {words} = ring;
  const at = address >> 2;
  words[at + 2] = query;
  words[at + 3] = lookup;
  words[at + 4] = parameters.length;
  let w = payloadOf(address) >> 2;
  for (const {format, bytes} of parameters) {
    words[w] = format;
    words[w + 1] = bytes === null ? -1 : bytes.length;
    w += 2;
    if (bytes === null) continue;
    ring.bytes.set(bytes, w << 2);
    w += (bytes.length + 3) >> 2;
  }
  ring.commit(REQUEST_LOOKUP, size);
  return true;
}

/** The request at `address`; parameter bytes are views, valid until the region is released. */
export function readLookup(ring: RingConsumer, address: number): LookupRequest {
  const {words, bytes} = ring;
  const at = address >> 2;
  const parameters: RawParameter[] = [];
  let w = payloadOf(address) >> 2;
  for (let i = words[at + 4]!; i > 0; i--) {
    const format = words[w]!;
    const length = words[w + 1]!;
    w += 2;
    parameters.push({format, bytes: length < 0 ? null : bytes.subarray(w << 2, (w << 2) + length)});
    w += (Math.max(length, 0) + 3) >> 2;
  }
  return {query: words[at + 2]!, lookup: words[at + 3]!, parameters};
}
