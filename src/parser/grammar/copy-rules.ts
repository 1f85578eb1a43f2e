import {sqlError} from '../../common/sql-error.ts';
import type {Copy} from '../ast/dml.ts';
import type {Option} from '../ast/option.ts';
import {K, T} from '../tokens/token-types.ts';
import {DmlRules} from './dml-rules.ts';
import type {Rule} from './grammar-base.ts';

/** COPY, in its present and its old form. */
export abstract class CopyRules extends DmlRules {
  readonly copy: Rule<Copy> = this.RULE('copy', (): Copy => {
    const start = this.offset();
    this.CONSUME(K.copy);
    const source = this.SUBRULE(this.copySource);
    const at = this.offset();
    const direction = this.OR<'from' | 'to'>([{ALT: () => (this.CONSUME(K.from), 'from')}, {ALT: () => (this.CONSUME(K.to), 'to')}]);
    const location = this.SUBRULE(this.copyLocation);
    this.OPTION(() => this.CONSUME(K.with));
    const options = this.SUBRULE(this.copyOptions);
    const where = this.OPTION2(() => this.SUBRULE(this.whereClause));
    return this.ACTION(() => {
      if (source.query !== undefined && direction === 'from')
        throw sqlError('syntax_error', 'syntax error at or near "FROM"', {position: at, hint: 'expected TO'});
      return {kind: 'copy', ...source, direction, location, options, where, span: this.spanFrom(start)};
    });
  });

  protected readonly copySource: Rule<Pick<Copy, 'table' | 'columns' | 'query'>> = this.RULE(
    'copySource',
    (): Pick<Copy, 'table' | 'columns' | 'query'> =>
      this.OR<Pick<Copy, 'table' | 'columns' | 'query'>>([
        {
          ALT: () => {
            this.CONSUME(T.LParen);
            const query = this.SUBRULE(this.dataStatement);
            this.CONSUME(T.RParen);
            return {table: undefined, columns: [], query};
          },
        },
        {
          ALT: () => {
            const table = this.SUBRULE(this.qualifiedName);
            const columns = this.OPTION(() => this.SUBRULE(this.parenthesizedNames));
            return {table, columns: columns ?? [], query: undefined};
          },
        },
      ]),
  );

  protected readonly copyLocation: Rule<Copy['location']> = this.RULE('copyLocation', (): Copy['location'] =>
    this.OR<Copy['location']>([
      {ALT: () => (this.CONSUME(K.stdin), 'stdio')},
      {ALT: () => (this.CONSUME(K.stdout), 'stdio')},
      {
        ALT: () => {
          this.CONSUME(K.program);
          return {program: this.SUBRULE(this.string)};
        },
      },
      {ALT: () => ({file: this.SUBRULE2(this.string)})},
    ]),
  );

  /** `(FORMAT csv, …)`, or words in a row: `CSV HEADER DELIMITER AS ','`. */
  protected readonly copyOptions: Rule<Option[]> = this.RULE('copyOptions', (): Option[] => {
    const words: Option[] = [];
    const list = this.OPTION(() =>
      this.OR<Option[]>([
        {ALT: () => this.SUBRULE(this.parenthesizedOptions)},
        {
          ALT: () => {
            this.AT_LEAST_ONE({
              GATE: () => this.LA(1).tokenType !== K.where,
              DEF: () => words.push(this.SUBRULE(this.copyWord)),
            });
            return words;
          },
        },
      ]),
    );
    return list ?? [];
  });

  protected readonly copyWord: Rule<Option> = this.RULE('copyWord', (): Option => {
    const start = this.offset();
    const word = this.CONSUME(T.Label);
    this.OPTION(() => this.CONSUME(K.as));
    const value = this.OPTION2(() => this.stringOf(this.CONSUME(T.String)));
    return this.ACTION((): Option => {
      const key = this.payloadOf(word);
      const span = this.spanFrom(start);
      if (key !== 'csv' && key !== 'binary') return {kind: 'option', key, value, span};
      return {kind: 'option', key: 'format', value: {kind: 'string-literal', value: key, span}, span};
    });
  });
}
