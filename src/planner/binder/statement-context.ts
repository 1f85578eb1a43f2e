import type {SqlErrorFields} from '../../common/sql-error.ts';
import type {Catalog} from '../../catalog/catalog.ts';
import type {SearchPath} from '../../catalog/search-path.ts';
import type {Query} from '../../parser/ast/query.ts';
import {UTC_SETTINGS, type TextSettings} from '../../types/text-settings.ts';
import type {SqlType} from '../../types/sql-type.ts';
import type {TypedExpression} from '../expression/typed-expression.ts';
import type {Environment} from './environment.ts';
import type {BoundQuery} from './bound-query.ts';
import type {Feature} from './feature.ts';
import {ParameterTypes} from './parameter-types.ts';

export type BinderOptions = {
  readonly catalog: Catalog;
  readonly searchPath: SearchPath;
  readonly database?: string | undefined;
  /** How literals are read: time zone, and the names behind regclass and its like. */
  readonly settings?: TextSettings | undefined;
  readonly parameterTypes?: readonly (SqlType | undefined)[] | undefined;
};

export type BindQuery = (query: Query, statement: StatementContext, environment: Environment) => BoundQuery;
export type BinderNotice = {readonly message: string; readonly fields?: SqlErrorFields | undefined};

/** What is known and gathered while one statement is bound. */
export class StatementContext {
  readonly catalog: Catalog;
  readonly searchPath: SearchPath;
  readonly database: string | undefined;
  readonly settings: TextSettings;
  readonly parameters: ParameterTypes;
  /** Binds a nested query; handed in because expressions and queries contain each other. */
  readonly bindQuery: BindQuery;
  /** Relations whose rows are read (views opened), and those that the text names itself. */
  readonly relationsRead = new Set<number>();
  readonly relationsNamed = new Set<number>();
  /** User types that the text names. */
  readonly typesNamed = new Set<number>();
  readonly notices: BinderNotice[] = [];
  readonly #features: Feature[] = [];
  readonly #positions = new WeakMap<TypedExpression, number>();
  readonly #viewDepth: number;

  constructor(options: BinderOptions, bindQuery: BindQuery, outer?: StatementContext) {
    this.catalog = options.catalog;
    this.searchPath = options.searchPath;
    this.database = options.database;
    this.settings = options.settings ?? UTC_SETTINGS;
    this.parameters = new ParameterTypes(options.parameterTypes);
    this.bindQuery = bindQuery;
    this.#viewDepth = outer === undefined ? 0 : outer.#viewDepth + 1;
  }

  /** The context in which a view's stored text is bound. */
  forView(searchPath: SearchPath): StatementContext {
    const {catalog, database, settings} = this;
    return new StatementContext({catalog, database, settings, searchPath}, this.bindQuery, this);
  }

  /** Takes over what a view's text reads; positions in it mean nothing in the statement's text. */
  absorb(view: StatementContext, position: number): void {
    for (const id of view.relationsRead) this.relationsRead.add(id);
    for (const feature of view.#features) this.#features.push({...feature, position});
  }

  /** Something that a maintained view may not be able to contain. */
  note(kind: Feature['kind'], position: number, what?: string): void {
    this.#features.push({kind, position, what});
  }

  /** What `bind` gives, without what it notes of one kind. */
  unnoted<T>(kind: Feature['kind'], bind: () => T): T {
    const before = this.#features.length;
    const result = bind();
    const noted = this.#features.splice(before).filter(f => f.kind !== kind);
    this.#features.push(...noted);
    return result;
  }

  get features(): readonly Feature[] {
    return this.#features;
  }

  /** Remembers where an expression stands in the text. */
  at<E extends TypedExpression>(expression: E, position: number): E {
    this.#positions.set(expression, position);
    return expression;
  }

  positionOf(expression: TypedExpression): number | undefined {
    return this.#positions.get(expression);
  }
}
