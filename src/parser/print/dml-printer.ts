import {unreachable} from '../../common/unreachable.ts';
import type {Assignment, AssignmentTarget, Copy, Delete, Insert, OnConflict, Update} from '../ast/dml.ts';
import type {Option, OptionValue} from '../ast/option.ts';
import type {Query} from '../ast/query.ts';
import {words} from './name-printer.ts';
import {QueryPrinter} from './query-printer.ts';

export class DmlPrinter extends QueryPrinter {
  dataStatement(statement: Query | Insert | Update | Delete): string {
    switch (statement.kind) {
      case 'query':
        return this.query(statement);
      case 'insert':
        return this.#insert(statement);
      case 'update':
        return this.#update(statement);
      case 'delete':
        return this.#delete(statement);
      default:
        return unreachable(statement);
    }
  }

  #insert(insert: Insert): string {
    return words(
      insert.with && this.with(insert.with),
      'INSERT INTO',
      this.qualified(insert.table),
      insert.alias && `AS ${this.name(insert.alias)}`,
      insert.columns.length > 0 && `(${this.names(insert.columns)})`,
      insert.overriding && `OVERRIDING ${insert.overriding.toUpperCase()} VALUE`,
      insert.source === undefined ? 'DEFAULT VALUES' : this.query(insert.source),
      insert.onConflict && this.#onConflict(insert.onConflict),
      insert.returning.length > 0 && `RETURNING ${this.selectItems(insert.returning)}`,
    );
  }

  #onConflict({target, action, assignments, where}: OnConflict): string {
    return words(
      'ON CONFLICT',
      target?.kind === 'conflict-constraint' && `ON CONSTRAINT ${this.name(target.name)}`,
      target?.kind === 'conflict-columns' && `(${this.sortItems(target.columns)})`,
      target?.kind === 'conflict-columns' && target.where && `WHERE ${this.expression(target.where)}`,
      action === 'nothing' ? 'DO NOTHING' : `DO UPDATE SET ${this.#assignments(assignments)}`,
      where && `WHERE ${this.expression(where)}`,
    );
  }

  #assignments(assignments: readonly Assignment[]): string {
    return this.list(assignments, ({targets, multiple, value}) => {
      const list = this.list(targets, target => this.#target(target));
      return `${multiple ? `(${list})` : list} = ${this.expression(value)}`;
    });
  }

  #target({column, path}: AssignmentTarget): string {
    const steps = path.map(step => (step.kind === 'identifier' ? `.${this.name(step)}` : `[${this.expression(step)}]`));
    return this.name(column) + steps.join('');
  }

  #update(update: Update): string {
    return words(
      update.with && this.with(update.with),
      'UPDATE',
      update.only && 'ONLY',
      this.qualified(update.table),
      this.alias(update.alias),
      `SET ${this.#assignments(update.assignments)}`,
      update.from.length > 0 && `FROM ${this.fromList(update.from)}`,
      this.#condition(update),
      update.returning.length > 0 && `RETURNING ${this.selectItems(update.returning)}`,
    );
  }

  #delete(statement: Delete): string {
    return words(
      statement.with && this.with(statement.with),
      'DELETE FROM',
      statement.only && 'ONLY',
      this.qualified(statement.table),
      this.alias(statement.alias),
      statement.using.length > 0 && `USING ${this.fromList(statement.using)}`,
      this.#condition(statement),
      statement.returning.length > 0 && `RETURNING ${this.selectItems(statement.returning)}`,
    );
  }

  #condition({where, currentOf}: Update | Delete): string {
    if (currentOf !== undefined) return `WHERE CURRENT OF ${this.name(currentOf)}`;
    return where === undefined ? '' : `WHERE ${this.expression(where)}`;
  }

  copy(copy: Copy): string {
    const {location, direction} = copy;
    return words(
      'COPY',
      copy.table && this.qualified(copy.table) + (copy.columns.length > 0 ? ` (${this.names(copy.columns)})` : ''),
      copy.query && `(${this.dataStatement(copy.query)})`,
      direction.toUpperCase(),
      location === 'stdio'
        ? direction === 'from'
          ? 'STDIN'
          : 'STDOUT'
        : 'file' in location
          ? this.string(location.file)
          : `PROGRAM ${this.string(location.program)}`,
      this.withOptions(copy.options),
      copy.where && `WHERE ${this.expression(copy.where)}`,
    );
  }

  /** `WITH (…)`, or nothing. */
  withOptions(options: readonly Option[]): string {
    return options.length === 0 ? '' : `WITH (${this.options(options)})`;
  }

  options(options: readonly Option[]): string {
    return this.list(options, ({key, value}) => this.key(key) + (value === undefined ? '' : ` = ${this.optionValue(value)}`));
  }

  key(key: string): string {
    return /^[a-z_][a-z0-9_$]*(\.[a-z_][a-z0-9_$]*)*$/.test(key) ? key : this.string(key);
  }

  optionValue(value: OptionValue): string {
    switch (value.kind) {
      case 'qualified-name':
        return this.qualified(value);
      case 'option-star':
        return '*';
      case 'option-list':
        return `(${this.list(value.items, item => this.optionValue(item))})`;
      default:
        return this.literal(value);
    }
  }
}
