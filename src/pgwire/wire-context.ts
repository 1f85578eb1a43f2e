import type {Engine} from '../engine/api.ts';
import type {AuthPolicy} from './auth.ts';
import type {WireLogger} from './logger.ts';

/** What all connections of a listener share. */
export type WireContext = {
  readonly engine: Engine;
  readonly logger: WireLogger;
  readonly auth: AuthPolicy;
  readonly maxMessageBytes: number;
  /** Time for the start-up exchange. */
  readonly startUpTimeoutMs: number;
  /** Takes one of the places for sessions. @throws FatalError 53300 when there is none. */
  admit(): void;
  /** Gives the place back. */
  leave(): void;
};
