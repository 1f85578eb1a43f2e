/**
 * What the catalog answers to functions such as pg_get_viewdef: implemented by the engine over one snapshot of the catalog. OIDs are
 * pg_catalog's. Unknown objects give undefined (the SQL function then returns NULL), as PostgreSQL does for OIDs that do not exist.
 */
export interface CatalogFunctions {
  /** Name for an OID, or OID for a (schema-qualified, SQL-quoted) name: to_regclass, regclass casts. */
  regclassName(oid: number): string | undefined;
  regclassOid(name: string): number | undefined;
  regtypeOid(name: string): number | undefined;
  regnamespaceOid(name: string): number | undefined;
  regroleOid(name: string): number | undefined;
  regprocOid(name: string): number | undefined;
  /** format_type for user types; built-in types need no catalog. */
  typeName(oid: number): string | undefined;
  userName(oid: number): string | undefined;
  /** Whether the relation / type / function is found by its bare name along the search path. */
  isTableVisible(oid: number): boolean | undefined;
  isTypeVisible(oid: number): boolean | undefined;
  isFunctionVisible(oid: number): boolean | undefined;
  viewDefinition(oid: number, pretty: boolean): string | undefined;
  constraintDefinition(oid: number, pretty: boolean): string | undefined;
  /** Column 0 = the whole index definition, else the definition of one key column. */
  indexDefinition(oid: number, column: number, pretty: boolean): string | undefined;
  functionDefinition(oid: number): string | undefined;
  functionArguments(oid: number): string | undefined;
  functionResult(oid: number): string | undefined;
  triggerDefinition(oid: number): string | undefined;
  ruleDefinition(oid: number): string | undefined;
  /** Comments: by object and catalog (`pg_class`), by column, of shared objects. */
  objectDescription(oid: number, catalog: string | undefined): string | undefined;
  columnDescription(table: number, column: number): string | undefined;
  sharedDescription(oid: number, catalog: string): string | undefined;
  serialSequence(table: string, column: string): string | undefined;
  /** Bytes of state; undefined when there is no such relation. */
  relationSize(oid: number): bigint | undefined;
  databaseSize(name: string): bigint | undefined;
  /** Bit mask as pg_relation_is_updatable: 4 UPDATE, 8 INSERT, 16 DELETE. */
  updatableEvents(oid: number): number;
  schemaExists(name: string): boolean;
}
