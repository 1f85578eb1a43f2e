import type {MessageWriter} from './message-writer.ts';

/** Messages without a body. */
const constant = (type: string): Uint8Array => Uint8Array.of(type.charCodeAt(0), 0, 0, 0, 4);
export const PARSE_COMPLETE = constant('1');
export const BIND_COMPLETE = constant('2');
export const CLOSE_COMPLETE = constant('3');
export const EMPTY_QUERY_RESPONSE = constant('I');
export const NO_DATA = constant('n');
export const PORTAL_SUSPENDED = constant('s');
export const AUTHENTICATION_OK = Uint8Array.of(0x52, 0, 0, 0, 8, 0, 0, 0, 0);

const ready = (status: string): Uint8Array => Uint8Array.of(0x5a, 0, 0, 0, 5, status.charCodeAt(0));
/** ReadyForQuery by transaction status. */
export const READY_FOR_QUERY = {idle: ready('I'), 'in-transaction': ready('T'), failed: ready('E')} as const;

/** The answer to SSLRequest and GSSENCRequest: go on without encryption. */
export const ENCRYPTION_REFUSED = Uint8Array.of(0x4e);

const COMMAND_COMPLETE = 0x43;
const PARAMETER_STATUS = 0x53;
const BACKEND_KEY_DATA = 0x4b;
const PARAMETER_DESCRIPTION = 0x74;
const NEGOTIATE_PROTOCOL_VERSION = 0x76;
const PROTOCOL_3_0 = 196_608;

export function writeCommandComplete(out: MessageWriter, tag: string): void {
  out.begin(COMMAND_COMPLETE);
  out.cstring(tag);
  out.end();
}

export function writeParameterStatus(out: MessageWriter, name: string, value: string): void {
  out.begin(PARAMETER_STATUS);
  out.cstring(name);
  out.cstring(value);
  out.end();
}

export function writeBackendKeyData(out: MessageWriter, processId: number, secretKey: number): void {
  out.begin(BACKEND_KEY_DATA);
  out.int32(processId);
  out.int32(secretKey);
  out.end();
}

export function writeParameterDescription(out: MessageWriter, oids: readonly number[]): void {
  out.begin(PARAMETER_DESCRIPTION);
  out.int16(oids.length);
  for (const oid of oids) out.int32(oid);
  out.end();
}

/** Carries the full version number, as PostgreSQL sends it, not only the minor part that its manual names. */
export function writeNegotiateProtocolVersion(out: MessageWriter, unknownOptions: readonly string[]): void {
  out.begin(NEGOTIATE_PROTOCOL_VERSION);
  out.int32(PROTOCOL_3_0);
  out.int32(unknownOptions.length);
  for (const option of unknownOptions) out.cstring(option);
  out.end();
}
