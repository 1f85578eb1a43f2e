import type {ParserMethod} from 'chevrotain';
import type {IncludeColumn} from '../ast/column-definition.ts';
import type {CreateSource, CreateStream, CreateTable, FormatEncode} from '../ast/ddl.ts';
import type {Option} from '../ast/option.ts';
import type {Query} from '../ast/query.ts';
import {K, T} from '../tokens/token-types.ts';
import type {Rule} from './grammar-base.ts';
import {ObjectKindRules} from './object-kind-rules.ts';

/** What stood between CREATE and the kind of object. */
export type CreateModifiers = {
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly unlogged: boolean;
  readonly recursive: boolean;
  readonly unique: boolean;
};

export type Create<T> = ParserMethod<[start: number, modifiers: CreateModifiers], T>;

type RelationBody = Omit<CreateStream, 'kind' | 'orReplace' | 'span'> & {
  readonly withData: boolean;
  readonly onCommit: CreateTable['onCommit'];
};

/** CREATE STREAM, TABLE, SOURCE: one shape, whatever of it makes sense for each is the binder's business. */
export abstract class CreateRelationRules extends ObjectKindRules {
  protected readonly createStream: Create<CreateStream> = this.RULE(
    'createStream',
    (start: number, modifiers: CreateModifiers): CreateStream => {
      this.CONSUME(K.stream);
      const {withData: _withData, onCommit: _onCommit, ...body} = this.SUBRULE(this.relationBody);
      return this.ACTION(() => ({kind: 'create-stream', orReplace: modifiers.orReplace, ...body, span: this.spanFrom(start)}));
    },
  );

  protected readonly createSource: Create<CreateSource> = this.RULE(
    'createSource',
    (start: number, modifiers: CreateModifiers): CreateSource => {
      this.CONSUME(K.source);
      // ksqlDB's CREATE SOURCE STREAM and SOURCE TABLE: read-only relations
      this.OPTION(() => this.OR([{ALT: () => this.CONSUME(K.stream)}, {ALT: () => this.CONSUME(K.table)}]));
      const {withData: _withData, onCommit: _onCommit, ...body} = this.SUBRULE(this.relationBody);
      return this.ACTION(() => ({kind: 'create-source', orReplace: modifiers.orReplace, ...body, span: this.spanFrom(start)}));
    },
  );

  protected readonly createTable: Create<CreateTable> = this.RULE(
    'createTable',
    (start: number, modifiers: CreateModifiers): CreateTable => {
      this.CONSUME(K.table);
      const body = this.SUBRULE(this.relationBody);
      return this.ACTION(() => ({
        kind: 'create-table',
        orReplace: modifiers.orReplace,
        temporary: modifiers.temporary,
        unlogged: modifiers.unlogged,
        ...body,
        span: this.spanFrom(start),
      }));
    },
  );

  protected readonly relationBody: Rule<RelationBody> = this.RULE('relationBody', (): RelationBody => {
    const ifNotExists = this.SUBRULE(this.ifNotExists);
    const name = this.SUBRULE(this.qualifiedName);
    const elements = this.OPTION(() => this.SUBRULE(this.tableElements));
    const includes: IncludeColumn[] = [];
    let appendOnly = false;
    let options: Option[] = [];
    let formatEncode: FormatEncode | undefined;
    let query: Query | undefined;
    let withData = true;
    let onCommit: CreateTable['onCommit'];
    this.MANY({
      // one rule serves three statements: after the query only WITH DATA goes on
      GATE: () => query === undefined,
      DEF: () =>
        this.OR([
          {ALT: () => includes.push(this.SUBRULE(this.includeColumn))},
          {
            ALT: () => {
              this.CONSUME(K.append);
              this.CONSUME(K.only);
              appendOnly = true;
            },
          },
          {ALT: () => (options = this.SUBRULE(this.withOptions))},
          {ALT: () => (formatEncode = this.SUBRULE(this.formatEncode))},
          {
            ALT: () => {
              this.CONSUME(K.on);
              this.CONSUME(K.commit);
              onCommit = this.SUBRULE(this.onCommit);
            },
          },
          {
            ALT: () => {
              this.CONSUME(K.as);
              query = this.SUBRULE(this.query);
              withData = this.SUBRULE(this.withData);
            },
          },
        ]),
    });
    return this.ACTION(() => ({
      name,
      ifNotExists,
      columns: elements?.columns ?? [],
      constraints: elements?.constraints ?? [],
      watermarks: elements?.watermarks ?? [],
      star: elements?.star ?? false,
      includes,
      appendOnly,
      options,
      formatEncode,
      query,
      withData,
      onCommit,
    }));
  });

  protected readonly onCommit: Rule<CreateTable['onCommit']> = this.RULE('onCommit', (): CreateTable['onCommit'] =>
    this.OR<CreateTable['onCommit']>([
      {ALT: () => (this.CONSUME(K.preserve), this.CONSUME(K.rows), 'preserve-rows')},
      {ALT: () => (this.CONSUME(K.delete), this.CONSUME2(K.rows), 'delete-rows')},
      {ALT: () => (this.CONSUME(K.drop), 'drop')},
    ]),
  );

  /** `WITH DATA`, `WITH NO DATA` or nothing. */
  protected readonly withData: Rule<boolean> = this.RULE('withData', (): boolean => {
    let withData = true;
    this.OPTION(() => {
      this.CONSUME(K.with);
      withData = this.OPTION2(() => this.CONSUME(K.no)) === undefined;
      this.CONSUME(K.data);
    });
    return withData;
  });

  protected readonly formatEncode: Rule<FormatEncode> = this.RULE('formatEncode', (): FormatEncode => {
    const start = this.offset();
    this.CONSUME(K.format);
    const format = this.payloadOf(this.CONSUME(T.Label));
    this.CONSUME(K.encode);
    const encode = this.payloadOf(this.CONSUME2(T.Label));
    const options = this.OPTION(() => this.SUBRULE(this.parenthesizedOptions));
    return {kind: 'format-encode', format, encode, options: options ?? [], span: this.spanFrom(start)};
  });
}
