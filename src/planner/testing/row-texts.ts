import type {PGlite} from '@electric-sql/pglite';

const TEXT_ONLY = Object.fromEntries(Array.from({length: 4000}, (_, oid) => [oid, (text: string) => text]));

/** What PostgreSQL answers, values as text. */
export async function rowsOf(db: PGlite, sql: string): Promise<readonly (readonly unknown[])[]> {
  const {rows} = await db.query<unknown[]>(sql, [], {rowMode: 'array', parsers: TEXT_ONLY});
  return rows;
}

/** Rows as a bag that can be compared. */
export const bag = (rows: readonly (readonly unknown[])[]): string[] => rows.map(row => JSON.stringify(row)).sort();
