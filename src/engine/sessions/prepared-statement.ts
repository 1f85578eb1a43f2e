import type {Statement} from '../../parser/ast/statement.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {AnalyzedStatement} from '../statements/analyzed-statement.ts';

/** A parsed statement with what was found out about it the last time it was analyzed. */
export class PreparedStatement {
  readonly text: string;
  /** Where `text` begins in what was parsed. */
  readonly start: number;
  /** null = an empty query string. */
  readonly statement: Statement | null;
  /** Types declared by the client; undefined = to be inferred. */
  readonly declaredTypes: readonly (SqlType | undefined)[];
  #analyzed: {readonly key: string; readonly value: AnalyzedStatement} | undefined;

  constructor(text: string, start: number, statement: Statement | null, declaredTypes: readonly (SqlType | undefined)[]) {
    this.text = text;
    this.start = start;
    this.statement = statement;
    this.declaredTypes = declaredTypes;
  }

  /** The analysis made under the same `key` (catalog version and the settings that names depend on), or a new one. */
  analyzed(key: string, analyze: () => AnalyzedStatement): AnalyzedStatement {
    if (this.#analyzed?.key !== key) {
      this.release();
      this.#analyzed = {key, value: analyze()};
    }
    return this.#analyzed.value;
  }

  release(): void {
    this.#analyzed?.value.release?.();
    this.#analyzed = undefined;
  }
}
