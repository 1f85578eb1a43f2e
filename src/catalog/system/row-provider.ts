import type {Datum} from '../../types/datum.ts';
import type {SystemContext} from './system-context.ts';

/** The value of a column: the same for all rows, or computed from the item that a row stands for. */
export type ColumnValue<Item> = Datum | ((item: Item, context: SystemContext) => Datum);
export type ColumnValues<Item> = Readonly<Record<string, ColumnValue<Item>>>;

/** Computes the rows of one system relation, only in the columns asked for. */
export interface RowProvider {
  /** `pg_catalog.pg_class` */
  readonly relation: string;
  /** Columns that it gives values to; the others are NULL. */
  readonly columns: readonly string[];
  read(context: SystemContext, columns: readonly string[]): readonly (readonly Datum[])[];
}

/** Rows as a list of items and, for each column, how its value follows from an item. */
export function rowsOf<Item>(relation: string, items: (context: SystemContext) => Iterable<Item>, values: ColumnValues<Item>): RowProvider {
  return {
    relation,
    columns: Object.keys(values),
    read(context, columns) {
      const wanted = columns.map(name => values[name] ?? null);
      const rows: Datum[][] = [];
      for (const item of items(context)) {
        rows.push(wanted.map(value => (typeof value === 'function' ? value(item, context) : value)));
      }
      return rows;
    },
  };
}
