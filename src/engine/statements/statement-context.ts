import type {SqlType} from '../../types/sql-type.ts';
import type {ResultSink} from '../api.ts';
import type {EngineServices} from '../services.ts';
import type {SessionState} from '../sessions/session-state.ts';

/** What a statement is analyzed and run in. `text` is its source, which begins at `start` of what was parsed (spans count from there); `declaredTypes` those of its parameters that the client gave. */
export type StatementContext = {
  readonly session: SessionState;
  readonly services: EngineServices;
  readonly text: string;
  readonly start: number;
  readonly declaredTypes: readonly (SqlType | undefined)[];
  /** Where notices go; absent while only preparing. */
  readonly out: ResultSink | undefined;
};
