import {sqlError} from '../../common/sql-error.ts';
import {assert} from '../../common/unreachable.ts';
import type {ResultSink} from '../api.ts';
import type {AnalyzedStatement, BoundParameters, StatementOutcome} from '../statements/analyzed-statement.ts';

/** A bound statement that is run once, its rows taken in one or several portions (PostgreSQL 55.2.3). */
export class Portal {
  readonly statement: AnalyzedStatement | null;
  readonly formats: readonly number[];
  readonly #parameters: BoundParameters;
  #outcome: StatementOutcome | undefined;
  #finished = false;

  /** `statement` null = an empty query string. */
  constructor(statement: AnalyzedStatement | null, parameters: BoundParameters, formats: readonly number[]) {
    this.statement = statement;
    this.formats = formats;
    this.#parameters = parameters;
  }

  async execute(maxRows: number, out: ResultSink): Promise<'complete' | 'suspended'> {
    if (this.statement === null) {
      out.empty();
      return 'complete';
    }
    if (this.#finished) {
      if (this.#outcome?.kind === 'rows') {
        out.complete(this.#outcome.tag(0));
        return 'complete';
      }
      throw sqlError('object_not_in_prerequisite_state', 'portal has already been run');
    }
    this.#outcome ??= await this.statement.run(this.#parameters, this.formats, out);
    if (this.#outcome.kind === 'command') {
      this.#finished = true;
      out.complete(this.#outcome.tag);
      return 'complete';
    }
    const {count, done} = await this.#outcome.cursor.fetch(maxRows, out);
    if (!done) return 'suspended';
    this.#finished = true;
    out.complete(this.#outcome.tag(count));
    return 'complete';
  }

  /** Runs the statement and sends all its rows; the command tag is for the caller to send. May be called again: a command that is undone. */
  async runToEnd(out: ResultSink): Promise<string> {
    assert(this.statement !== null, 'an empty query is not run');
    this.#finished = true;
    this.#outcome = await this.statement.run(this.#parameters, this.formats, out);
    if (this.#outcome.kind === 'command') return this.#outcome.tag;
    const {count} = await this.#outcome.cursor.fetch(0, out);
    return this.#outcome.tag(count);
  }

  close(): void {
    if (this.#outcome?.kind === 'rows') this.#outcome.cursor.close();
    this.#finished = true;
  }
}
