/** OIDs in pg_am of what PostgreSQL calls the storage of tables and of unique indexes; clients know no other. */
export const HEAP = 2;
export const BTREE = 403;
