import type {FunctionColumn, TableAlias} from '../ast/from-item.ts';
import type {Identifier} from '../ast/names.ts';
import {K, T} from '../tokens/token-types.ts';
import type {Rule} from './grammar-base.ts';
import {StreamWindowRules} from './stream-window-rules.ts';

type AliasWithColumns = {alias: TableAlias | undefined; columns: FunctionColumn[]};

/** Aliases of the items of FROM, and column definition lists of functions. */
export abstract class AliasRules extends StreamWindowRules {
  /** `[AS] alias [(a, b)]`, maybe nothing. */
  readonly optionalAlias: Rule<TableAlias | undefined> = this.RULE('optionalAlias', (): TableAlias | undefined =>
    this.OPTION(() => {
      const start = this.offset();
      this.OPTION2(() => this.CONSUME(K.as));
      const name = this.SUBRULE(this.name);
      const columns = this.OPTION3(() => this.SUBRULE(this.parenthesizedNames));
      return {kind: 'table-alias' as const, name, columns: columns ?? [], span: this.spanFrom(start)};
    }),
  );

  /** `AS t(a, b)`, `AS t(a int, b text)`, `AS (a int, b text)`. */
  protected readonly aliasWithColumns: Rule<AliasWithColumns> = this.RULE('aliasWithColumns', (): AliasWithColumns => {
    const start = this.offset();
    let name: Identifier | undefined;
    let columns: (Identifier | FunctionColumn)[] | undefined;
    this.OPTION(() =>
      this.OR([
        {
          ALT: () => {
            this.CONSUME(K.as);
            this.OR2([
              {ALT: () => (columns = this.SUBRULE(this.functionColumns))},
              {
                ALT: () => {
                  name = this.SUBRULE(this.name);
                  columns = this.OPTION2(() => this.SUBRULE(this.aliasColumns));
                },
              },
            ]);
          },
        },
        {
          ALT: () => {
            name = this.SUBRULE2(this.name);
            columns = this.OPTION3(() => this.SUBRULE2(this.aliasColumns));
          },
        },
      ]),
    );
    return this.ACTION(() => {
      const names = columns?.filter(c => c.kind === 'identifier') ?? [];
      const definitions = columns?.filter(c => c.kind === 'function-column') ?? [];
      const alias: TableAlias | undefined = name && {kind: 'table-alias', name, columns: names, span: this.spanFrom(start)};
      return {alias, columns: definitions};
    });
  });

  /** All names or all definitions; the first decides. */
  protected readonly aliasColumns: Rule<(Identifier | FunctionColumn)[]> = this.RULE(
    'aliasColumns',
    (): (Identifier | FunctionColumn)[] => {
      const columns: (Identifier | FunctionColumn)[] = [];
      this.CONSUME(T.LParenPlain);
      const typed = ![T.Comma, T.RParen].includes(this.LA(2).tokenType);
      this.AT_LEAST_ONE_SEP({
        SEP: T.Comma,
        DEF: () => {
          const start = this.offset();
          const name = this.SUBRULE(this.name);
          const typeName = this.OPTION({GATE: () => typed, DEF: () => this.SUBRULE(this.typeName)});
          columns.push(typeName === undefined ? name : {kind: 'function-column', name, typeName, span: this.spanFrom(start)});
        },
      });
      this.CONSUME(T.RParen);
      return columns;
    },
  );

  protected readonly functionColumns: Rule<FunctionColumn[]> = this.RULE('functionColumns', (): FunctionColumn[] => {
    const columns: FunctionColumn[] = [];
    this.CONSUME(T.LParenPlain);
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        const start = this.offset();
        const name = this.SUBRULE(this.name);
        const typeName = this.SUBRULE(this.typeName);
        columns.push({kind: 'function-column', name, typeName, span: this.spanFrom(start)});
      },
    });
    this.CONSUME(T.RParen);
    return columns;
  });
}
