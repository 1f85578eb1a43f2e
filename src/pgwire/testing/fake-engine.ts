import {sqlError} from '../../common/sql-error.ts';
import type {Engine, Session, SessionOptions} from '../../engine/api.ts';
import {FakeSession} from './fake-session.ts';

/** An engine without data: enough to show what the wire does with an engine's answers. */
export class FakeEngine implements Engine {
  readonly sessions: FakeSession[] = [];

  openSession(options: SessionOptions): Session {
    if (options.database === 'nosuchdb') throw sqlError('invalid_catalog_name', 'database "nosuchdb" does not exist');
    const session = new FakeSession(this.sessions.length + 1, options);
    this.sessions.push(session);
    return session;
  }

  cancel(processId: number, secretKey: number): void {
    const session = this.sessions[processId - 1];
    if (session?.secretKey === secretKey) session.cancel();
  }
}
