import type {QualifiedName} from '../ast/names.ts';
import type {ShowObjects, ShowParameter} from '../ast/session.ts';
import {K, T} from '../tokens/token-types.ts';
import type {Rule} from './grammar-base.ts';
import {SetRules} from './set-rules.ts';

type What = ShowObjects['what'];

/** SHOW parameter, and SHOW of objects. A word that names both is the list of objects. */
export abstract class ShowRules extends SetRules {
  readonly show: Rule<ShowParameter | ShowObjects> = this.RULE('show', (): ShowParameter | ShowObjects => {
    const start = this.offset();
    this.CONSUME(K.show);
    return this.OR<ShowParameter | ShowObjects>([
      {
        ALT: () => {
          const what = this.SUBRULE(this.listedObjects);
          const schema = this.OPTION(() => {
            this.OR2([{ALT: () => this.CONSUME(K.from)}, {ALT: () => this.CONSUME(K.in)}]);
            return this.SUBRULE(this.qualifiedName);
          });
          const like = this.OPTION2(() => {
            this.CONSUME(K.like);
            return this.SUBRULE(this.string);
          });
          return {kind: 'show-objects', what, schema, name: undefined, like, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          const what = this.OR3<What>([
            {ALT: () => (this.CONSUME(K.status), 'status')},
            {ALT: () => (this.CONSUME(K.watermarks), 'watermarks')},
          ]);
          const name = this.OPTION3(() => {
            this.CONSUME(K.for);
            return this.SUBRULE(this.kindAndName);
          });
          return {kind: 'show-objects', what, schema: undefined, name, like: undefined, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.columns);
          this.OR4([{ALT: () => this.CONSUME2(K.from)}, {ALT: () => this.CONSUME2(K.in)}]);
          const name = this.SUBRULE2(this.qualifiedName);
          return {kind: 'show-objects', what: 'columns', schema: undefined, name, like: undefined, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.create);
          const name = this.SUBRULE2(this.kindAndName);
          return {kind: 'show-objects', what: 'create', schema: undefined, name, like: undefined, span: this.spanFrom(start)};
        },
      },
      {
        ALT: () => {
          const name = this.SUBRULE(this.parameterName);
          return {kind: 'show', name, span: this.spanFrom(start)};
        },
      },
    ]);
  });

  protected readonly listedObjects: Rule<What> = this.RULE('listedObjects', (): What =>
    this.OR<What>([
      {ALT: () => (this.CONSUME(K.streams), 'streams')},
      {ALT: () => (this.CONSUME(K.tables), 'tables')},
      {ALT: () => (this.CONSUME(K.views), 'views')},
      {ALT: () => (this.CONSUME(K.materialized), this.CONSUME2(K.views), 'materialized-views')},
      {ALT: () => (this.CONSUME(K.sinks), 'sinks')},
      {ALT: () => (this.CONSUME(K.sources), 'sources')},
      {ALT: () => (this.CONSUME(K.schemas), 'schemas')},
      {ALT: () => (this.CONSUME(K.indexes), 'indexes')},
      {ALT: () => (this.CONSUME(K.databases), 'databases')},
      {ALT: () => (this.CONSUME(K.subscriptions), 'subscriptions')},
    ]),
  );

  /** `VIEW v`, `MATERIALIZED VIEW v`, or `v`: the kind is accepted and has no meaning, for relations share one name space. */
  protected readonly kindAndName: Rule<QualifiedName> = this.RULE('kindAndName', (): QualifiedName => {
    this.OPTION({
      GATE: () => this.LA(1).tokenType !== T.Identifier && this.LA(2).tokenType !== T.Dot && !this.endsAt(2),
      DEF: () => this.SUBRULE(this.objectKind),
    });
    return this.SUBRULE(this.qualifiedName);
  });
}
