import type {Identifier} from '../ast/names.ts';
import type {Option} from '../ast/option.ts';
import type {
  Checkpoint,
  Deallocate,
  Execute,
  Explain,
  Explainable,
  Flush,
  Listen,
  Lock,
  Notify,
  Prepare,
  RunningDataflow,
  Subscribe,
  Unlisten,
  Vacuum,
  Wait,
} from '../ast/session.ts';
import {sqlError} from '../../common/sql-error.ts';
import type {Expression} from '../ast/expression.ts';
import type {Query} from '../ast/query.ts';
import type {TypeName} from '../ast/type-name.ts';
import {K, T} from '../tokens/token-types.ts';
import {CursorRules} from './cursor-rules.ts';
import type {Rule} from './grammar-base.ts';

/** Prepared statements, notifications, EXPLAIN, SUBSCRIBE and maintenance. */
export abstract class SessionRules extends CursorRules {
  readonly prepare: Rule<Prepare> = this.RULE('prepare', (): Prepare => {
    const start = this.offset();
    const types: TypeName[] = [];
    this.CONSUME(K.prepare);
    const name = this.SUBRULE(this.name);
    this.OPTION(() => {
      this.CONSUME(T.LParen);
      this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => types.push(this.SUBRULE(this.typeName))});
      this.CONSUME(T.RParen);
    });
    this.CONSUME(K.as);
    const statement = this.SUBRULE(this.dataStatement);
    return {kind: 'prepare', name, types, statement, span: this.spanFrom(start)};
  });

  readonly execute: Rule<Execute> = this.RULE('execute', (): Execute => {
    const start = this.offset();
    this.CONSUME(K.execute);
    const name = this.SUBRULE(this.name);
    const args = this.OPTION(() => {
      this.CONSUME(T.LParen);
      const values: Expression[] = [];
      this.MANY_SEP({SEP: T.Comma, DEF: () => values.push(this.SUBRULE(this.expression))});
      this.CONSUME(T.RParen);
      return values;
    });
    return {kind: 'execute', name, args: args ?? [], span: this.spanFrom(start)};
  });

  readonly deallocate: Rule<Deallocate> = this.RULE('deallocate', (): Deallocate => {
    const start = this.offset();
    this.CONSUME(K.deallocate);
    this.OPTION({GATE: () => !this.endsAt(2), DEF: () => this.CONSUME(K.prepare)});
    const name = this.OR<Identifier | undefined>([{ALT: () => (this.CONSUME(K.all), undefined)}, {ALT: () => this.SUBRULE(this.name)}]);
    return {kind: 'deallocate', name, span: this.spanFrom(start)};
  });

  readonly listen: Rule<Listen> = this.RULE('listen', (): Listen => {
    const start = this.offset();
    this.CONSUME(K.listen);
    const channel = this.SUBRULE(this.name);
    return {kind: 'listen', channel, span: this.spanFrom(start)};
  });

  readonly notify: Rule<Notify> = this.RULE('notify', (): Notify => {
    const start = this.offset();
    this.CONSUME(K.notify);
    const channel = this.SUBRULE(this.name);
    const payload = this.OPTION(() => {
      this.CONSUME(T.Comma);
      return this.SUBRULE(this.string);
    });
    return {kind: 'notify', channel, payload, span: this.spanFrom(start)};
  });

  readonly unlisten: Rule<Unlisten> = this.RULE('unlisten', (): Unlisten => {
    const start = this.offset();
    this.CONSUME(K.unlisten);
    const channel = this.OR<Identifier | undefined>([{ALT: () => (this.CONSUME(T.Star), undefined)}, {ALT: () => this.SUBRULE(this.name)}]);
    return {kind: 'unlisten', channel, span: this.spanFrom(start)};
  });

  readonly lock: Rule<Lock> = this.RULE('lock', (): Lock => {
    const start = this.offset();
    const words: string[] = [];
    this.CONSUME(K.lock);
    this.OPTION(() => this.CONSUME(K.table));
    this.OPTION2(() => this.CONSUME(K.only));
    const tables = this.SUBRULE(this.qualifiedNameList);
    this.OPTION3(() => {
      this.CONSUME(K.in);
      this.AT_LEAST_ONE({GATE: () => this.LA(1).tokenType !== K.mode, DEF: () => words.push(this.payloadOf(this.CONSUME(T.Label)))});
      this.CONSUME(K.mode);
    });
    const nowait = this.OPTION4(() => this.CONSUME(K.nowait)) !== undefined;
    return {kind: 'lock', tables, mode: words.length === 0 ? undefined : words.join(' '), nowait, span: this.spanFrom(start)};
  });

  readonly explain: Rule<Explain> = this.RULE('explain', (): Explain => {
    const start = this.offset();
    this.CONSUME(K.explain);
    const options = this.SUBRULE(this.explainOptions);
    const at = this.offset();
    const statement = this.OR2<Explainable>([
      {ALT: () => this.SUBRULE(this.dataStatement)},
      {
        ALT: () => {
          const created = this.SUBRULE(this.create);
          return this.ACTION((): Explainable => {
            switch (created.kind) {
              case 'create-materialized-view':
              case 'create-table':
              case 'create-view':
              case 'create-sink':
                return created;
              default:
                throw sqlError('syntax_error', 'only a statement with a query can be explained', {position: at});
            }
          });
        },
      },
      {ALT: () => this.SUBRULE(this.execute)},
      {ALT: () => this.SUBRULE(this.declareCursor)},
      {ALT: () => this.SUBRULE(this.subscribe)},
      {ALT: () => this.SUBRULE(this.copy)},
      {ALT: () => this.SUBRULE(this.runningDataflow)},
    ]);
    return {kind: 'explain', options, statement, span: this.spanFrom(start)};
  });

  /** `MATERIALIZED VIEW v`, `SINK s`, `CPU, MEMORY FOR MATERIALIZED VIEW v`. */
  protected readonly runningDataflow: Rule<RunningDataflow> = this.RULE('runningDataflow', (): RunningDataflow => {
    const start = this.offset();
    const aspects: RunningDataflow['aspects'][number][] = [];
    this.OPTION(() => {
      this.AT_LEAST_ONE_SEP({
        SEP: T.Comma,
        DEF: () => {
          const at = this.offset();
          const word = this.payloadOf(this.CONSUME(T.Identifier));
          this.ACTION(() => {
            if (word !== 'cpu' && word !== 'memory') throw sqlError('syntax_error', `syntax error at or near "${word}"`, {position: at});
            aspects.push(word);
          });
        },
      });
      this.CONSUME(K.for);
    });
    const objectKind = this.OR<RunningDataflow['objectKind']>([
      {ALT: () => (this.CONSUME(K.materialized), this.CONSUME(K.view), 'materialized-view')},
      {ALT: () => (this.CONSUME(K.sink), 'sink')},
    ]);
    const name = this.SUBRULE(this.qualifiedName);
    return {kind: 'running-dataflow', objectKind, name, aspects, span: this.spanFrom(start)};
  });

  /** `(LOGICAL, FORMAT JSON)`, or ANALYZE and VERBOSE as words. */
  protected readonly explainOptions: Rule<Option[]> = this.RULE('explainOptions', (): Option[] => {
    const words: Option[] = [];
    const list = this.OPTION(() => {
      // not before `(SELECT …)`
      this.CONSUME(T.LParenPlain);
      const options: Option[] = [];
      this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => options.push(this.SUBRULE(this.optionItem))});
      this.CONSUME(T.RParen);
      return options;
    });
    this.MANY(() => {
      const start = this.offset();
      const key = this.OR([
        {ALT: () => (this.CONSUME(K.analyze), 'analyze')},
        {ALT: () => (this.CONSUME(K.analyse), 'analyze')},
        {ALT: () => (this.CONSUME(K.verbose), 'verbose')},
      ]);
      words.push({kind: 'option', key, value: undefined, span: this.spanFrom(start)});
    });
    return this.ACTION(() => [...(list ?? []), ...words]);
  });

  protected readonly subscribe: Rule<Subscribe> = this.RULE('subscribe', (): Subscribe => {
    const start = this.offset();
    this.CONSUME(K.subscribe);
    this.OPTION(() => this.CONSUME(K.to));
    const {relation, query} = this.OR<Pick<Subscribe, 'relation' | 'query'>>([
      {ALT: () => ({relation: this.SUBRULE(this.qualifiedName), query: undefined})},
      {ALT: () => ({relation: undefined, query: this.SUBRULE(this.parenthesizedQuery)})},
      {ALT: () => ({relation: undefined, query: this.SUBRULE(this.bareQuery)})},
    ]);
    const options = this.OPTION2(() => this.SUBRULE(this.withOptions));
    return {kind: 'subscribe', relation, query, options: options ?? [], span: this.spanFrom(start)};
  });

  protected readonly bareQuery: Rule<Query> = this.RULE('bareQuery', (): Query => this.SUBRULE(this.query));

  readonly flush: Rule<Flush> = this.RULE('flush', (): Flush => {
    const start = this.offset();
    this.CONSUME(K.flush);
    return {kind: 'flush', span: this.spanFrom(start)};
  });

  readonly wait: Rule<Wait> = this.RULE('wait', (): Wait => {
    const start = this.offset();
    this.CONSUME(K.wait);
    const target = this.OPTION(() => {
      this.CONSUME(K.for);
      return this.SUBRULE(this.kindAndName);
    });
    return {kind: 'wait', target, span: this.spanFrom(start)};
  });

  readonly checkpoint: Rule<Checkpoint> = this.RULE('checkpoint', (): Checkpoint => {
    const start = this.offset();
    this.CONSUME(K.checkpoint);
    return {kind: 'checkpoint', span: this.spanFrom(start)};
  });

  /** VACUUM and ANALYZE: options in parentheses or as words, then tables with columns, which are dropped. */
  readonly vacuum: Rule<Vacuum> = this.RULE('vacuum', (): Vacuum => {
    const start = this.offset();
    const words: Option[] = [];
    const tables: Vacuum['tables'][number][] = [];
    const kind = this.OR<Vacuum['kind']>([
      {ALT: () => (this.CONSUME(K.vacuum), 'vacuum')},
      {ALT: () => (this.CONSUME(K.analyze), 'analyze')},
      {ALT: () => (this.CONSUME(K.analyse), 'analyze')},
    ]);
    const list = this.OPTION(() => this.SUBRULE(this.parenthesizedOptions));
    this.MANY(() => {
      const at = this.offset();
      const word = this.OR2([
        {ALT: () => this.CONSUME(K.full)},
        {ALT: () => this.CONSUME(K.freeze)},
        {ALT: () => this.CONSUME(K.verbose)},
        {ALT: () => this.CONSUME2(K.analyze)},
        {ALT: () => this.CONSUME2(K.analyse)},
      ]);
      words.push({kind: 'option', key: this.payloadOf(word), value: undefined, span: this.spanFrom(at)});
    });
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        tables.push(this.SUBRULE(this.qualifiedName));
        this.OPTION2(() => this.SUBRULE(this.parenthesizedNames));
      },
    });
    return this.ACTION(() => ({kind, options: [...(list ?? []), ...words], tables, span: this.spanFrom(start)}));
  });
}
