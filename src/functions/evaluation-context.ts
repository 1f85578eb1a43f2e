import type {TextSettings} from '../types/text-settings.ts';
import type {CatalogFunctions} from './catalog-functions.ts';

/**
 * What the evaluation of an expression may know besides its arguments. Times are µs since 1970-01-01 UTC. The owner may change the fields
 * between two batches or statements (a view's `now` is the step's time), never within one.
 */
export type EvaluationContext = TextSettings & {
  /** now(), current_timestamp: start of the transaction, or the time of the step in a maintained view. */
  readonly now: bigint;
  /** statement_timestamp(). */
  readonly statementTime: bigint;
  /** clock_timestamp(): the wall clock. */
  readonly clock: () => bigint;
  /** The session's TimeZone setting. */
  readonly timeZone: string;
  /** millrace_step(): the step that the statement's snapshot shows; absent where there is none. */
  readonly step?: number | undefined;
  /** current_setting; undefined when there is no such setting. Names are lower case. */
  readonly setting: (name: string) => string | undefined;
  /** set_config; absent where settings cannot be changed (maintained views). Returns the value as stored. */
  readonly changeSetting?: ((name: string, value: string, local: boolean) => string) | undefined;
  /** pg_sleep: waits, or arranges for the statement to wait; absent where nothing may wait. */
  readonly sleep?: ((seconds: number) => void) | undefined;
  readonly session: SessionInfo;
  readonly catalog?: CatalogFunctions | undefined;
};

export type SessionInfo = {
  readonly user: string;
  readonly sessionUser: string;
  readonly database: string;
  /** Schemas of search_path that exist, in order, without the implicit pg_catalog. */
  readonly searchPath: readonly string[];
  readonly backendPid: number;
};

/** A context without a session: for constants, tests and tools. Fields can be overridden. */
export function detachedContext(overrides: Partial<EvaluationContext> = {}): EvaluationContext {
  const started = BigInt(Date.now()) * 1000n;
  return {
    now: started,
    statementTime: started,
    clock: () => BigInt(Date.now()) * 1000n,
    timeZone: 'UTC',
    setting: () => undefined,
    session: {user: 'millrace', sessionUser: 'millrace', database: 'millrace', searchPath: ['public'], backendPid: 0},
    ...overrides,
  };
}
