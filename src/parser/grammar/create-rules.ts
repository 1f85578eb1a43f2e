import type {
  CreateCompositeType,
  CreateEnumType,
  CreateIndex,
  CreateMaterializedView,
  CreateSchema,
  CreateSink,
  CreateView,
  DdlCreate,
} from '../ast/ddl.ts';
import type {Expression} from '../ast/expression.ts';
import type {Identifier, QualifiedName} from '../ast/names.ts';
import type {Query} from '../ast/query.ts';
import type {SortItem} from '../ast/sort-item.ts';
import type {StructField} from '../ast/type-name.ts';
import {K, T} from '../tokens/token-types.ts';
import {CreateRelationRules, type Create, type CreateModifiers} from './create-relation-rules.ts';
import type {Rule} from './grammar-base.ts';

/** CREATE of everything. */
export abstract class CreateRules extends CreateRelationRules {
  readonly create: Rule<DdlCreate> = this.RULE('create', (): DdlCreate => {
    const start = this.offset();
    this.CONSUME(K.create);
    const modifiers = this.SUBRULE(this.createModifiers);
    const ARGS: [number, CreateModifiers] = [start, modifiers];
    return this.OR<DdlCreate>([
      {ALT: () => this.SUBRULE(this.createStream, {ARGS})},
      {ALT: () => this.SUBRULE(this.createTable, {ARGS})},
      {ALT: () => this.SUBRULE(this.createSource, {ARGS})},
      {ALT: () => this.SUBRULE(this.createView, {ARGS})},
      {ALT: () => this.SUBRULE(this.createMaterializedView, {ARGS})},
      {ALT: () => this.SUBRULE(this.createSink, {ARGS})},
      {ALT: () => this.SUBRULE(this.createIndex, {ARGS})},
      {ALT: () => this.SUBRULE(this.createSchema, {ARGS})},
      {ALT: () => this.SUBRULE(this.createType, {ARGS})},
    ]);
  });

  protected readonly createModifiers: Rule<CreateModifiers> = this.RULE('createModifiers', (): CreateModifiers => {
    const orReplace = this.OPTION(() => (this.CONSUME(K.or), this.CONSUME(K.replace))) !== undefined;
    let temporary = false;
    let unlogged = false;
    let recursive = false;
    let unique = false;
    this.MANY(() =>
      this.OR([
        {ALT: () => this.CONSUME(K.local)},
        {ALT: () => this.CONSUME(K.global)},
        {ALT: () => (temporary = this.CONSUME(K.temporary) !== undefined)},
        {ALT: () => (temporary = this.CONSUME(K.temp) !== undefined)},
        {ALT: () => (unlogged = this.CONSUME(K.unlogged) !== undefined)},
        {ALT: () => (recursive = this.CONSUME(K.recursive) !== undefined)},
        {ALT: () => (unique = this.CONSUME(K.unique) !== undefined)},
      ]),
    );
    return {orReplace, temporary, unlogged, recursive, unique};
  });

  protected readonly createView: Create<CreateView> = this.RULE('createView', (start: number, modifiers: CreateModifiers): CreateView => {
    this.CONSUME(K.view);
    const ifNotExists = this.SUBRULE(this.ifNotExists);
    const name = this.SUBRULE(this.qualifiedName);
    const columns = this.OPTION(() => this.SUBRULE(this.parenthesizedNames));
    const options = this.OPTION2(() => this.SUBRULE(this.withOptions));
    this.CONSUME(K.as);
    const query = this.SUBRULE(this.query);
    const checkOption = this.OPTION3(() => this.SUBRULE(this.checkOption));
    return this.ACTION(() => ({
      kind: 'create-view',
      name,
      orReplace: modifiers.orReplace,
      ifNotExists,
      temporary: modifiers.temporary,
      recursive: modifiers.recursive,
      columns: columns ?? [],
      options: options ?? [],
      query,
      checkOption,
      span: this.spanFrom(start),
    }));
  });

  protected readonly checkOption: Rule<'local' | 'cascaded'> = this.RULE('checkOption', (): 'local' | 'cascaded' => {
    this.CONSUME(K.with);
    const scope = this.OPTION(() =>
      this.OR<'local' | 'cascaded'>([{ALT: () => (this.CONSUME(K.local), 'local')}, {ALT: () => (this.CONSUME(K.cascaded), 'cascaded')}]),
    );
    this.CONSUME(K.check);
    this.CONSUME(K.option);
    return scope ?? 'cascaded';
  });

  protected readonly createMaterializedView: Create<CreateMaterializedView> = this.RULE(
    'createMaterializedView',
    (start: number, modifiers: CreateModifiers): CreateMaterializedView => {
      this.CONSUME(K.materialized);
      this.CONSUME(K.view);
      const ifNotExists = this.SUBRULE(this.ifNotExists);
      const name = this.SUBRULE(this.qualifiedName);
      const columns = this.OPTION(() => this.SUBRULE(this.parenthesizedNames));
      const options = this.OPTION2(() => this.SUBRULE(this.withOptions));
      this.CONSUME(K.as);
      const query = this.SUBRULE(this.query);
      const withData = this.SUBRULE(this.withData);
      const onErrorFail = this.OPTION3(() => (this.CONSUME(K.on), this.CONSUME(K.error), this.CONSUME(K.fail))) !== undefined;
      return this.ACTION(() => ({
        kind: 'create-materialized-view',
        name,
        orReplace: modifiers.orReplace,
        ifNotExists,
        columns: columns ?? [],
        options: options ?? [],
        query,
        withData,
        onErrorFail,
        span: this.spanFrom(start),
      }));
    },
  );

  protected readonly createSink: Create<CreateSink> = this.RULE('createSink', (start: number, modifiers: CreateModifiers): CreateSink => {
    this.CONSUME(K.sink);
    const ifNotExists = this.SUBRULE(this.ifNotExists);
    const name = this.SUBRULE(this.qualifiedName);
    let from: QualifiedName | undefined;
    let query: Query | undefined;
    this.OR([
      {
        ALT: () => {
          this.CONSUME(K.from);
          from = this.SUBRULE2(this.qualifiedName);
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.as);
          query = this.SUBRULE(this.query);
        },
      },
    ]);
    const options = this.OPTION(() => this.SUBRULE(this.withOptions));
    const formatEncode = this.OPTION2(() => this.SUBRULE(this.formatEncode));
    return this.ACTION(() => ({
      kind: 'create-sink',
      name,
      orReplace: modifiers.orReplace,
      ifNotExists,
      from,
      query,
      options: options ?? [],
      formatEncode,
      span: this.spanFrom(start),
    }));
  });

  protected readonly createIndex: Create<CreateIndex> = this.RULE(
    'createIndex',
    (start: number, modifiers: CreateModifiers): CreateIndex => {
      this.CONSUME(K.index);
      const concurrently = this.OPTION(() => this.CONSUME(K.concurrently)) !== undefined;
      const ifNotExists = this.SUBRULE(this.ifNotExists);
      const name = this.OPTION2(() => this.SUBRULE(this.qualifiedName));
      this.CONSUME(K.on);
      const table = this.SUBRULE2(this.qualifiedName);
      const method = this.OPTION3(() => {
        this.CONSUME(K.using);
        return this.SUBRULE(this.name);
      });
      const columns: SortItem[] = [];
      this.CONSUME(T.LParen);
      this.AT_LEAST_ONE_SEP({SEP: T.Comma, DEF: () => columns.push(this.SUBRULE(this.sortItem))});
      this.CONSUME(T.RParen);
      const include = this.OPTION4(() => {
        this.CONSUME(K.include);
        return this.SUBRULE(this.parenthesizedNames);
      });
      const distributedBy = this.OPTION5((): Expression[] => {
        this.CONSUME(K.distributed);
        this.CONSUME(K.by);
        this.CONSUME2(T.LParen);
        const keys = this.SUBRULE(this.expressionList);
        this.CONSUME2(T.RParen);
        return keys;
      });
      const options = this.OPTION6(() => this.SUBRULE(this.withOptions));
      const where = this.OPTION7(() => this.SUBRULE(this.whereClause));
      return this.ACTION(() => ({
        kind: 'create-index',
        name,
        unique: modifiers.unique,
        concurrently,
        ifNotExists,
        table,
        method,
        columns,
        include: include ?? [],
        distributedBy: distributedBy ?? [],
        options: options ?? [],
        where,
        span: this.spanFrom(start),
      }));
    },
  );

  protected readonly createSchema: Create<CreateSchema> = this.RULE('createSchema', (start: number): CreateSchema => {
    this.CONSUME(K.schema);
    const ifNotExists = this.SUBRULE(this.ifNotExists);
    const name = this.OPTION(() => this.SUBRULE(this.qualifiedName));
    const authorization = this.OPTION2((): Identifier => {
      this.CONSUME(K.authorization);
      return this.SUBRULE(this.role);
    });
    if (name === undefined && authorization === undefined) this.CONSUME(T.ColumnName);
    return {kind: 'create-schema', name, ifNotExists, authorization, span: this.spanFrom(start)};
  });

  /** A role's name, or CURRENT_USER and the like. */
  protected readonly role: Rule<Identifier> = this.RULE('role', (): Identifier =>
    this.OR<Identifier>([
      {ALT: () => this.SUBRULE(this.name)},
      {ALT: () => this.identifierOf(this.CONSUME(K.current_user))},
      {ALT: () => this.identifierOf(this.CONSUME(K.current_role))},
      {ALT: () => this.identifierOf(this.CONSUME(K.session_user))},
    ]),
  );

  protected readonly createType: Create<CreateCompositeType | CreateEnumType> = this.RULE(
    'createType',
    (start: number): CreateCompositeType | CreateEnumType => {
      this.CONSUME(K.type);
      const name = this.SUBRULE(this.qualifiedName);
      this.CONSUME(K.as);
      return this.OR<CreateCompositeType | CreateEnumType>([
        {
          ALT: () => {
            const labels: string[] = [];
            this.CONSUME(K.enum);
            this.CONSUME(T.LParen);
            this.MANY_SEP({SEP: T.Comma, DEF: () => labels.push(this.SUBRULE(this.string))});
            this.CONSUME(T.RParen);
            return {kind: 'create-enum-type', name, labels, span: this.spanFrom(start)};
          },
        },
        {
          ALT: () => {
            const fields: StructField[] = [];
            this.CONSUME2(T.LParen);
            this.MANY_SEP2({SEP: T.Comma, DEF: () => fields.push(this.SUBRULE(this.structField))});
            this.CONSUME2(T.RParen);
            return {kind: 'create-composite-type', name, fields, span: this.spanFrom(start)};
          },
        },
      ]);
    },
  );
}
