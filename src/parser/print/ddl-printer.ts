import {unreachable} from '../../common/unreachable.ts';
import type {ColumnConstraint, ColumnDefinition, ForeignKeyReference, TableConstraint} from '../ast/column-definition.ts';
import type {
  Alter,
  AlterAction,
  CreateIndex,
  CreateSource,
  CreateStream,
  CreateTable,
  FormatEncode,
  Grant,
  ObjectKind,
  ResetPosition,
} from '../ast/ddl.ts';
import type {Identifier} from '../ast/names.ts';
import type {DdlStatement} from '../ast/statement.ts';
import {DmlPrinter} from './dml-printer.ts';
import {words} from './name-printer.ts';

export class DdlPrinter extends DmlPrinter {
  ddl(s: DdlStatement): string {
    switch (s.kind) {
      case 'create-stream':
      case 'create-source':
      case 'create-table':
        return this.#createRelation(s);
      case 'create-view':
        return words(
          'CREATE',
          s.orReplace && 'OR REPLACE',
          s.temporary && 'TEMPORARY',
          s.recursive && 'RECURSIVE',
          'VIEW',
          this.#named(s),
          this.#columnNames(s.columns),
          this.withOptions(s.options),
          `AS ${this.query(s.query)}`,
          s.checkOption && `WITH ${s.checkOption.toUpperCase()} CHECK OPTION`,
        );
      case 'create-materialized-view':
        return words(
          'CREATE',
          s.orReplace && 'OR REPLACE',
          'MATERIALIZED VIEW',
          this.#named(s),
          this.#columnNames(s.columns),
          this.withOptions(s.options),
          `AS ${this.query(s.query)}`,
          !s.withData && 'WITH NO DATA',
          s.onErrorFail && 'ON ERROR FAIL',
        );
      case 'create-schema':
        return words(
          'CREATE SCHEMA',
          s.ifNotExists && 'IF NOT EXISTS',
          s.name && this.qualified(s.name),
          s.authorization && `AUTHORIZATION ${this.name(s.authorization)}`,
        );
      case 'create-composite-type':
        return `CREATE TYPE ${this.qualified(s.name)} AS (${this.list(s.fields, f => `${this.name(f.name)} ${this.typeName(f.typeName)}`)})`;
      case 'create-enum-type':
        return `CREATE TYPE ${this.qualified(s.name)} AS ENUM (${this.list(s.labels, label => this.string(label))})`;
      case 'create-sink':
        return words(
          'CREATE',
          s.orReplace && 'OR REPLACE',
          'SINK',
          this.#named(s),
          s.from && `FROM ${this.qualified(s.from)}`,
          s.query && `AS ${this.query(s.query)}`,
          this.withOptions(s.options),
          s.formatEncode && this.#formatEncode(s.formatEncode),
        );
      case 'create-index':
        return this.#createIndex(s);
      case 'drop':
        return words(`DROP ${kindWords(s.objectKind)}`, s.ifExists && 'IF EXISTS', this.qualifiedList(s.names), s.behavior?.toUpperCase());
      case 'alter':
        return this.#alter(s);
      case 'comment':
        return `COMMENT ON ${kindWords(s.objectKind)} ${this.qualified(s.name)} IS ${s.comment === undefined ? 'NULL' : this.string(s.comment)}`;
      case 'grant':
      case 'revoke':
        return this.#grant(s);
      case 'truncate':
        return words('TRUNCATE', this.qualifiedList(s.tables), s.restartIdentity && 'RESTART IDENTITY', s.behavior?.toUpperCase());
      default:
        return unreachable(s);
    }
  }

  #named({ifNotExists, name}: {ifNotExists: boolean; name: CreateStream['name']}): string {
    return words(ifNotExists && 'IF NOT EXISTS', this.qualified(name));
  }

  #columnNames(columns: readonly Identifier[]): string {
    return columns.length === 0 ? '' : `(${this.names(columns)})`;
  }

  #createRelation(s: CreateStream | CreateSource | CreateTable): string {
    const elements = [
      ...(s.star ? ['*'] : []),
      ...s.columns.map(column => this.#column(column)),
      ...s.constraints.map(constraint => this.#tableConstraint(constraint)),
      ...s.watermarks.map(({column, expression}) => `WATERMARK FOR ${this.name(column)} AS ${this.expression(expression)}`),
    ];
    const table = s.kind === 'create-table' ? s : undefined;
    return words(
      'CREATE',
      s.orReplace && 'OR REPLACE',
      table?.temporary === true && 'TEMPORARY',
      table?.unlogged === true && 'UNLOGGED',
      s.kind.slice('create-'.length).toUpperCase(),
      this.#named(s),
      elements.length > 0 && `(${elements.join(', ')})`,
      ...s.includes.map(({column, field, typeName, alias}) =>
        words(
          'INCLUDE',
          column,
          field !== undefined && this.string(field),
          typeName && this.typeName(typeName),
          alias && `AS ${this.name(alias)}`,
        ),
      ),
      s.appendOnly && 'APPEND ONLY',
      this.withOptions(s.options),
      s.formatEncode && this.#formatEncode(s.formatEncode),
      table?.onCommit && `ON COMMIT ${table.onCommit.replace('-', ' ').toUpperCase()}`,
      s.query && `AS ${this.query(s.query)}`,
      table?.withData === false && 'WITH NO DATA',
    );
  }

  #column({name, typeName, collation, constraints}: ColumnDefinition): string {
    return words(
      this.name(name),
      typeName && this.typeName(typeName),
      collation && `COLLATE ${this.qualified(collation)}`,
      ...constraints.map(constraint => this.#columnConstraint(constraint)),
    );
  }

  #columnConstraint(c: ColumnConstraint): string {
    const prefix = c.name === undefined ? '' : `CONSTRAINT ${this.name(c.name)} `;
    switch (c.kind) {
      case 'not-null':
        return `${prefix}NOT NULL`;
      case 'nullable':
        return `${prefix}NULL`;
      case 'default':
        return `${prefix}DEFAULT ${this.operand(c.value)}`;
      case 'primary-key':
        return `${prefix}PRIMARY KEY${notEnforced(c)}`;
      case 'unique':
        return `${prefix}UNIQUE${notEnforced(c)}`;
      case 'check':
        return `${prefix}CHECK (${this.expression(c.expression)})`;
      case 'references':
        return `${prefix}${this.#reference(c.reference)}`;
      case 'generated':
        return c.stored
          ? `${prefix}GENERATED ALWAYS AS (${this.expression(c.expression)}) STORED`
          : `${prefix}AS (${this.expression(c.expression)})`;
      case 'identity':
        return `${prefix}GENERATED ${c.always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`;
      case 'key':
        return `${prefix}KEY`;
      default:
        return unreachable(c);
    }
  }

  #tableConstraint(c: TableConstraint): string {
    const prefix = c.name === undefined ? '' : `CONSTRAINT ${this.name(c.name)} `;
    switch (c.kind) {
      case 'primary-key':
        return `${prefix}PRIMARY KEY (${this.names(c.columns)})${notEnforced(c)}`;
      case 'unique':
        return `${prefix}UNIQUE (${this.expressions(c.items)})${notEnforced(c)}`;
      case 'check':
        return `${prefix}CHECK (${this.expression(c.expression)})`;
      case 'foreign-key':
        return `${prefix}FOREIGN KEY (${this.names(c.columns)}) ${this.#reference(c.reference)}`;
      default:
        return unreachable(c);
    }
  }

  #reference({table, columns, actions}: ForeignKeyReference): string {
    return words('REFERENCES', this.qualified(table), this.#columnNames(columns), ...actions.map(action => action.toUpperCase()));
  }

  #formatEncode({format, encode, options}: FormatEncode): string {
    return words('FORMAT', format.toUpperCase(), 'ENCODE', encode.toUpperCase(), options.length > 0 && `(${this.options(options)})`);
  }

  #createIndex(s: CreateIndex): string {
    return words(
      'CREATE',
      s.unique && 'UNIQUE',
      'INDEX',
      s.concurrently && 'CONCURRENTLY',
      s.ifNotExists && 'IF NOT EXISTS',
      s.name && this.qualified(s.name),
      `ON ${this.qualified(s.table)}`,
      s.method && `USING ${this.name(s.method)}`,
      `(${this.sortItems(s.columns)})`,
      s.include.length > 0 && `INCLUDE (${this.names(s.include)})`,
      s.distributedBy.length > 0 && `DISTRIBUTED BY (${this.expressions(s.distributedBy)})`,
      this.withOptions(s.options),
      s.where && `WHERE ${this.expression(s.where)}`,
    );
  }

  #alter({objectKind, ifExists, name, actions}: Alter): string {
    return words(
      `ALTER ${kindWords(objectKind)}`,
      ifExists && 'IF EXISTS',
      this.qualified(name),
      this.list(actions, action => this.#action(action)),
    );
  }

  #action(a: AlterAction): string {
    switch (a.kind) {
      case 'reset-to':
        return `RESET TO ${this.#position(a.position)}`;
      case 'rename-to':
        return `RENAME TO ${this.name(a.name)}`;
      case 'rename-column':
        return `RENAME COLUMN ${this.name(a.column)} TO ${this.name(a.name)}`;
      case 'set-schema':
        return `SET SCHEMA ${this.name(a.schema)}`;
      case 'owner-to':
        return `OWNER TO ${this.name(a.role)}`;
      case 'set-options':
        return `SET (${this.options(a.options)})`;
      case 'set-parameter':
        return `SET ${a.name} = ${a.value === undefined ? 'DEFAULT' : this.optionValue(a.value)}`;
      case 'reset-options':
        return `RESET (${this.list(a.keys, key => this.key(key))})`;
      case 'add-column':
        return words('ADD COLUMN', a.ifNotExists && 'IF NOT EXISTS', this.#column(a.column));
      case 'add-constraint':
        return `ADD ${this.#tableConstraint(a.constraint)}`;
      case 'drop-column':
        return words('DROP COLUMN', a.ifExists && 'IF EXISTS', this.name(a.column), a.behavior?.toUpperCase());
      case 'drop-constraint':
        return words('DROP CONSTRAINT', a.ifExists && 'IF EXISTS', this.name(a.constraint), a.behavior?.toUpperCase());
      case 'set-default':
        return `ALTER COLUMN ${this.name(a.column)} SET DEFAULT ${this.expression(a.value)}`;
      case 'drop-default':
        return `ALTER COLUMN ${this.name(a.column)} DROP DEFAULT`;
      case 'set-not-null':
        return `ALTER COLUMN ${this.name(a.column)} SET NOT NULL`;
      case 'drop-not-null':
        return `ALTER COLUMN ${this.name(a.column)} DROP NOT NULL`;
      default:
        return unreachable(a);
    }
  }

  #position(position: ResetPosition): string {
    switch (position.kind) {
      case 'timestamp':
        return this.string(position.value);
      case 'offset':
        return `OFFSET ${position.value}`;
      case 'offsets':
        return `OFFSETS (${position.partitions.map(([partition, offset]) => `${partition} => ${offset}`).join(', ')})`;
      default:
        return position.kind;
    }
  }

  #grant(s: Grant): string {
    const privileges = s.privileges.length === 0 ? 'ALL' : s.privileges.join(', ');
    const what =
      s.objectKind === 'role'
        ? this.qualifiedList(s.names)
        : s.objectKind === 'all-tables-in-schema'
          ? `${privileges} ON ALL TABLES IN SCHEMA ${this.qualifiedList(s.names)}`
          : `${privileges} ON ${kindWords(s.objectKind)} ${this.qualifiedList(s.names)}`;
    return `${s.kind.toUpperCase()} ${what} ${s.kind === 'grant' ? 'TO' : 'FROM'} ${this.names(s.grantees)}`;
  }
}

const notEnforced = (key: {readonly notEnforced: boolean}) => (key.notEnforced ? ' NOT ENFORCED' : '');

function kindWords(kind: ObjectKind | 'column' | 'role'): string {
  return kind.replace('-', ' ').toUpperCase();
}
