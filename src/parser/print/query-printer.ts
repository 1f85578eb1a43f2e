import {unreachable} from '../../common/unreachable.ts';
import type {Delete, Insert, Update} from '../ast/dml.ts';
import type {FromItem, FunctionColumn, JoinClause, TableAlias} from '../ast/from-item.ts';
import type {GroupingItem, LockingClause, Query, QueryBody, Select, SelectItem, WithClause} from '../ast/query.ts';
import type {Duration, JoinWithin, StreamWindow} from '../ast/stream-window.ts';
import {ExpressionPrinter} from './expression-printer.ts';
import {words} from './name-printer.ts';

export abstract class QueryPrinter extends ExpressionPrinter {
  abstract dataStatement(statement: Query | Insert | Update | Delete): string;

  query(query: Query): string {
    const {limit, offset, withTies} = query;
    return words(
      query.with && this.with(query.with),
      this.#body(query.body),
      query.orderBy.length > 0 && this.orderBy(query.orderBy),
      limit && !withTies && `LIMIT ${this.operand(limit)}`,
      offset && `OFFSET ${this.operand(offset)}`,
      limit && withTies && `FETCH FIRST ${this.operand(limit)} ROWS WITH TIES`,
      ...query.locking.map(clause => this.#locking(clause)),
      query.emit && (query.emit === 'changes' ? 'EMIT CHANGES' : 'EMIT ON WINDOW CLOSE'),
    );
  }

  with({recursive, tables}: WithClause): string {
    const list = this.list(tables, ({name, columns, materialized, statement}) =>
      words(
        this.name(name) + (columns.length === 0 ? '' : ` (${this.names(columns)})`),
        'AS',
        materialized === false && 'NOT',
        materialized !== undefined && 'MATERIALIZED',
        `(${this.dataStatement(statement)})`,
      ),
    );
    return `WITH ${recursive ? 'RECURSIVE ' : ''}${list}`;
  }

  #body(body: QueryBody): string {
    switch (body.kind) {
      case 'select':
        return this.#select(body);
      case 'values':
        return `VALUES ${this.list(body.rows, row => `(${this.expressions(row)})`)}`;
      case 'table-query':
        return words('TABLE', body.only && 'ONLY', this.qualified(body.name));
      case 'set-operation':
        return words(this.#setOperand(body.left), body.operator.toUpperCase(), body.all && 'ALL', this.#setOperand(body.right));
      case 'query':
        return `(${this.query(body)})`;
      default:
        return unreachable(body);
    }
  }

  #setOperand(body: QueryBody): string {
    return body.kind === 'set-operation' ? `(${this.#body(body)})` : this.#body(body);
  }

  #select(select: Select): string {
    const {groupBy} = select;
    return words(
      'SELECT',
      select.distinct && 'DISTINCT',
      select.distinctOn.length > 0 && `ON (${this.expressions(select.distinctOn)})`,
      this.selectItems(select.items),
      select.from.length > 0 && `FROM ${this.fromList(select.from)}`,
      select.streamWindow && this.#streamWindow(select.streamWindow),
      select.where && `WHERE ${this.expression(select.where)}`,
      groupBy &&
        words(
          'GROUP BY',
          groupBy.distinct && 'DISTINCT',
          this.list(groupBy.items, item => this.#grouping(item)),
        ),
      select.having && `HAVING ${this.expression(select.having)}`,
      select.windows.length > 0 &&
        `WINDOW ${this.list(select.windows, w => `${this.name(w.name)} AS ${this.windowSpecification(w.specification)}`)}`,
    );
  }

  selectItems(items: readonly SelectItem[]): string {
    return this.list(items, ({expression, alias}) => this.expression(expression) + (alias === undefined ? '' : ` AS ${this.name(alias)}`));
  }

  #grouping(item: GroupingItem): string {
    switch (item.kind) {
      case 'empty-grouping':
        return '()';
      case 'rollup':
      case 'cube':
        return `${item.kind.toUpperCase()} (${this.expressions(item.items)})`;
      case 'grouping-sets':
        return `GROUPING SETS (${this.list(item.sets, set => this.#grouping(set))})`;
      default:
        return this.expression(item);
    }
  }

  #locking({strength, tables, wait}: LockingClause): string {
    return words(
      'FOR',
      strength.replaceAll('-', ' ').toUpperCase(),
      tables.length > 0 && `OF ${this.qualifiedList(tables)}`,
      wait?.replace('-', ' ').toUpperCase(),
    );
  }

  #streamWindow({type, size, advance, retention, gracePeriod}: StreamWindow): string {
    const properties = [
      type === 'session' ? this.#duration(size) : `SIZE ${this.#duration(size)}`,
      advance && `ADVANCE BY ${this.#duration(advance)}`,
      retention && `RETENTION ${this.#duration(retention)}`,
      gracePeriod && `GRACE PERIOD ${this.#duration(gracePeriod)}`,
    ];
    return `WINDOW ${type.toUpperCase()} (${properties.filter(property => property !== undefined).join(', ')})`;
  }

  #duration({amount, unit}: Duration): string {
    return `${amount} ${unit.toUpperCase()}`;
  }

  fromList(items: readonly FromItem[]): string {
    return this.list(items, item => this.fromItem(item));
  }

  fromItem(item: FromItem): string {
    switch (item.kind) {
      case 'table-ref':
        return words(
          item.only && 'ONLY',
          this.qualified(item.name),
          item.systemTime && `FOR SYSTEM_TIME AS OF ${this.operand(item.systemTime)}`,
          this.alias(item.alias),
        );
      case 'subquery-ref':
        return words(item.lateral && 'LATERAL', `(${this.query(item.query)})`, this.alias(item.alias));
      case 'function-ref': {
        const call = item.tableSyntax ? `TABLE(${this.call(item.call)})` : this.call(item.call);
        const alias =
          item.columns.length === 0
            ? this.alias(item.alias)
            : words('AS', item.alias && this.name(item.alias.name), `(${this.#columns(item.columns)})`);
        return words(item.lateral && 'LATERAL', call, item.withOrdinality && 'WITH ORDINALITY', alias);
      }
      case 'rows-from-ref': {
        const calls = this.list(item.items, ({call, columns}) =>
          words(this.call(call), columns.length > 0 && `AS (${this.#columns(columns)})`),
        );
        return words(item.lateral && 'LATERAL', `ROWS FROM (${calls})`, item.withOrdinality && 'WITH ORDINALITY', this.alias(item.alias));
      }
      case 'join':
        return item.alias === undefined ? this.#join(item) : `(${this.#join(item)}) ${this.alias(item.alias)}`;
      default:
        return unreachable(item);
    }
  }

  #join(join: JoinClause): string {
    const {condition} = join;
    const right = this.fromItem(join.right);
    return words(
      this.fromItem(join.left),
      join.natural && 'NATURAL',
      join.asof && 'ASOF',
      join.joinType !== 'inner' && join.joinType.toUpperCase(),
      'JOIN',
      join.right.kind === 'join' && join.right.alias === undefined ? `(${right})` : right,
      join.within && this.#within(join.within),
      join.match && `MATCH_CONDITION (${this.expression(join.match)})`,
      condition?.kind === 'join-on' && `ON ${this.expression(condition.expression)}`,
      condition?.kind === 'join-using' &&
        words('USING', `(${this.names(condition.columns)})`, condition.alias && `AS ${this.name(condition.alias)}`),
    );
  }

  #within({before, after, gracePeriod}: JoinWithin): string {
    const one = this.#duration(before);
    const other = this.#duration(after);
    return words('WITHIN', one === other ? one : `(${one}, ${other})`, gracePeriod && `GRACE PERIOD ${this.#duration(gracePeriod)}`);
  }

  #columns(columns: readonly FunctionColumn[]): string {
    return this.list(columns, column => `${this.name(column.name)} ${this.typeName(column.typeName)}`);
  }

  alias(alias: TableAlias | undefined): string {
    if (alias === undefined) return '';
    return `AS ${this.name(alias.name)}${alias.columns.length === 0 ? '' : ` (${this.names(alias.columns)})`}`;
  }
}
