import type {Comment, Drop, Grant, ObjectKind, Truncate} from '../ast/ddl.ts';
import type {Identifier, QualifiedName} from '../ast/names.ts';
import {K, T} from '../tokens/token-types.ts';
import {AlterRules} from './alter-rules.ts';
import type {Rule} from './grammar-base.ts';

type GrantTarget = Pick<Grant, 'objectKind' | 'names'>;

/** DROP, TRUNCATE, COMMENT, GRANT, REVOKE. */
export abstract class DdlRules extends AlterRules {
  readonly drop: Rule<Drop> = this.RULE('drop', (): Drop => {
    const start = this.offset();
    this.CONSUME(K.drop);
    const objectKind = this.SUBRULE(this.objectKind);
    this.OPTION(() => this.CONSUME(K.concurrently));
    const ifExists = this.SUBRULE(this.ifExists);
    const names = this.SUBRULE(this.qualifiedNameList);
    const behavior = this.SUBRULE(this.dropBehavior);
    return {kind: 'drop', objectKind, ifExists, names, behavior, span: this.spanFrom(start)};
  });

  readonly truncate: Rule<Truncate> = this.RULE('truncate', (): Truncate => {
    const start = this.offset();
    let restartIdentity = false;
    this.CONSUME(K.truncate);
    this.OPTION(() => this.CONSUME(K.table));
    this.OPTION2(() => this.CONSUME(K.only));
    const tables = this.SUBRULE(this.qualifiedNameList);
    this.OPTION3(() => {
      restartIdentity = this.OR([
        {ALT: () => (this.CONSUME(K.restart), true)},
        {ALT: () => (this.CONSUME(T.Identifier), false)}, // CONTINUE
      ]);
      this.CONSUME(K.identity);
    });
    const behavior = this.SUBRULE(this.dropBehavior);
    return {kind: 'truncate', tables, restartIdentity, behavior, span: this.spanFrom(start)};
  });

  readonly comment: Rule<Comment> = this.RULE('comment', (): Comment => {
    const start = this.offset();
    this.CONSUME(K.comment);
    this.CONSUME(K.on);
    const objectKind = this.OR<Comment['objectKind']>([
      {ALT: () => (this.CONSUME(K.column), 'column')},
      {ALT: () => (this.CONSUME(K.role), 'role')},
      {ALT: () => this.SUBRULE(this.objectKind)},
    ]);
    const name = this.SUBRULE(this.qualifiedName);
    this.CONSUME(K.is);
    const comment = this.OR2([{ALT: () => this.SUBRULE(this.string)}, {ALT: () => (this.CONSUME(K.null), undefined)}]);
    return {kind: 'comment', objectKind, name, comment, span: this.spanFrom(start)};
  });

  /** GRANT privileges ON objects TO roles, GRANT role TO role; REVOKE the same with FROM. */
  readonly grant: Rule<Grant> = this.RULE('grant', (): Grant => {
    const start = this.offset();
    const kind = this.OR<Grant['kind']>([{ALT: () => (this.CONSUME(K.grant), 'grant')}, {ALT: () => (this.CONSUME(K.revoke), 'revoke')}]);
    const words = this.SUBRULE(this.privileges);
    const target = this.OPTION(() => this.SUBRULE(this.grantTarget));
    this.OR2([{ALT: () => this.CONSUME(K.to)}, {ALT: () => this.CONSUME(K.from)}]);
    const grantees: Identifier[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        this.OPTION2(() => this.CONSUME(K.group));
        grantees.push(this.SUBRULE(this.role));
      },
    });
    this.OPTION3(() => (this.CONSUME(K.with), this.CONSUME2(K.grant), this.CONSUME(K.option)));
    this.SUBRULE(this.dropBehavior);
    return this.ACTION(() => {
      const roles = (): QualifiedName[] =>
        words.map(({name, span}) => ({kind: 'qualified-name', parts: [{kind: 'identifier', name, quoted: false, span}], span}));
      return {
        kind,
        privileges: target === undefined ? [] : words.map(word => word.name),
        objectKind: target?.objectKind ?? 'role',
        names: target?.names ?? roles(),
        grantees,
        span: this.spanFrom(start),
      };
    });
  });

  /** Empty for ALL [PRIVILEGES]. Column lists are accepted and dropped. */
  protected readonly privileges: Rule<Identifier[]> = this.RULE('privileges', (): Identifier[] => {
    const words: Identifier[] = [];
    this.OR([
      {
        ALT: () => {
          this.CONSUME(K.all);
          this.OPTION(() => this.CONSUME(K.privileges));
        },
      },
      {
        ALT: () =>
          this.AT_LEAST_ONE_SEP({
            SEP: T.Comma,
            DEF: () => {
              words.push(this.SUBRULE(this.label));
              this.OPTION2(() => this.SUBRULE(this.parenthesizedNames));
            },
          }),
      },
    ]);
    return words;
  });

  protected readonly grantTarget: Rule<GrantTarget> = this.RULE('grantTarget', (): GrantTarget => {
    this.CONSUME(K.on);
    return this.OR<GrantTarget>([
      {
        ALT: () => {
          this.CONSUME(K.all);
          this.CONSUME(K.tables);
          this.CONSUME(K.in);
          this.CONSUME(K.schema);
          return {objectKind: 'all-tables-in-schema', names: this.SUBRULE(this.qualifiedNameList)};
        },
      },
      {ALT: () => ({objectKind: this.SUBRULE(this.objectKind), names: this.SUBRULE2(this.qualifiedNameList)})},
      {ALT: () => ({objectKind: 'table' as ObjectKind, names: this.SUBRULE3(this.qualifiedNameList)})},
    ]);
  });
}
