import type {WireLogger} from '../logger.ts';

/** Keeps what was logged as an error, drops the rest. */
export class TestLogger implements WireLogger {
  readonly errors: object[] = [];
  info(): void {}
  warn(): void {}
  error(details: object): void {
    this.errors.push(details);
  }
}
