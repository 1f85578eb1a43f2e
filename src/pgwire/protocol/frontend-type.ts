/** Type bytes of the messages that a client may send (PostgreSQL 55.7). */
export const BIND = 0x42; // B
export const CLOSE = 0x43; // C
export const DESCRIBE = 0x44; // D
export const EXECUTE = 0x45; // E
export const FUNCTION_CALL = 0x46; // F
export const FLUSH = 0x48; // H
export const PARSE = 0x50; // P
export const QUERY = 0x51; // Q
export const SYNC = 0x53; // S
export const TERMINATE = 0x58; // X
export const COPY_DONE = 0x63; // c
export const COPY_DATA = 0x64; // d
export const COPY_FAIL = 0x66; // f
/** PasswordMessage, SASLInitialResponse, SASLResponse: only valid while authenticating. */
export const PASSWORD = 0x70; // p

/** PostgreSQL's PQ_SMALL_MESSAGE_LIMIT: for messages that carry no more than a name. */
export const SMALL_MESSAGE_BYTES = 10_000;
const LARGE = -1;

const LIMITS = new Int32Array(256);
for (const type of [CLOSE, DESCRIBE, EXECUTE, FLUSH, SYNC, TERMINATE, COPY_DONE, COPY_FAIL]) LIMITS[type] = SMALL_MESSAGE_BYTES;
for (const type of [BIND, FUNCTION_CALL, PARSE, QUERY, COPY_DATA]) LIMITS[type] = LARGE;

/** Length limit of a message type: bytes, -1 = the configured maximum, 0 = no such message. */
export function lengthLimit(type: number): number {
  return LIMITS[type]!;
}

/** After an error in one of these, everything up to the next Sync is skipped. */
export function isExtendedQuery(type: number): boolean {
  return type === PARSE || type === BIND || type === EXECUTE || type === DESCRIBE || type === CLOSE || type === FLUSH;
}
