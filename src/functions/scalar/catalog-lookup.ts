import type {CatalogFunctions} from '../catalog-functions.ts';
import type {FunctionDefinition} from '../definition.ts';
import type {EvaluationContext} from '../evaluation-context.ts';
import {definer} from '../signature.ts';

const {strict} = definer('catalog');

const stable = {volatility: 'stable', fallible: false} as const;
const failing = {volatility: 'stable'} as const;

/** NULL when there is no catalog, or it knows nothing of the object. */
function ask<V>(context: EvaluationContext, question: (catalog: CatalogFunctions) => V | undefined): V | null {
  return context.catalog === undefined ? null : (question(context.catalog) ?? null);
}

const DEFINITIONS: readonly FunctionDefinition[] = [
  strict('pg_get_viewdef', 1641, 'oid', 'text', 'Query of a view', (oid, c) => ask(c, x => x.viewDefinition(oid, false)), stable),
  strict(
    'pg_get_viewdef',
    2506,
    'oid,bool',
    'text',
    'Query of a view',
    (oid, pretty, c) => ask(c, x => x.viewDefinition(oid, pretty)),
    stable,
  ),
  strict('pg_get_viewdef', 3159, 'oid,int4', 'text', 'Query of a view', (oid, _, c) => ask(c, x => x.viewDefinition(oid, true)), stable),
  strict('pg_get_viewdef', 1640, 'text', 'text', 'Query of a view', (name, c) => ask(c, x => viewNamed(x, name, false)), failing),
  strict(
    'pg_get_viewdef',
    2505,
    'text,bool',
    'text',
    'Query of a view',
    (name, pretty, c) => ask(c, x => viewNamed(x, name, pretty)),
    failing,
  ),
  strict(
    'pg_get_constraintdef',
    1387,
    'oid',
    'text',
    'Definition of a constraint',
    (oid, c) => ask(c, x => x.constraintDefinition(oid, false)),
    stable,
  ),
  strict(
    'pg_get_constraintdef',
    2508,
    'oid,bool',
    'text',
    'Definition of a constraint',
    (oid, pretty, c) => ask(c, x => x.constraintDefinition(oid, pretty)),
    stable,
  ),
  strict(
    'pg_get_indexdef',
    1643,
    'oid',
    'text',
    'Definition of an index',
    (oid, c) => ask(c, x => x.indexDefinition(oid, 0, false)),
    stable,
  ),
  strict(
    'pg_get_indexdef',
    2507,
    'oid,int4,bool',
    'text',
    'Definition of an index or its column',
    (oid, column, pretty, c) => ask(c, x => x.indexDefinition(oid, column, pretty)),
    stable,
  ),
  // pg_node_tree columns hold the expression's SQL text, so decompiling is reading it.
  strict('pg_get_expr', 1716, 'pg_node_tree,oid', 'text', 'Text of a stored expression', text => text, stable),
  strict('pg_get_expr', 2509, 'pg_node_tree,oid,bool', 'text', 'Text of a stored expression', text => text, stable),
  strict('pg_get_functiondef', 2098, 'oid', 'text', 'Definition of a function', (oid, c) => ask(c, x => x.functionDefinition(oid)), stable),
  strict(
    'pg_get_function_result',
    2165,
    'oid',
    'text',
    'Result type of a function',
    (oid, c) => ask(c, x => x.functionResult(oid)),
    stable,
  ),
  strict(
    'pg_get_function_arguments',
    2162,
    'oid',
    'text',
    'Arguments of a function',
    (oid, c) => ask(c, x => x.functionArguments(oid)),
    stable,
  ),
  strict(
    'pg_get_function_identity_arguments',
    2232,
    'oid',
    'text',
    'Arguments of a function',
    (oid, c) => ask(c, x => x.functionArguments(oid)),
    stable,
  ),
  strict('pg_get_function_sqlbody', 6197, 'oid', 'text', 'Always NULL', () => null, stable),
  strict('pg_get_function_arg_default', 3808, 'oid,int4', 'text', 'Always NULL', () => null, stable),
  strict('pg_get_triggerdef', 1662, 'oid', 'text', 'Definition of a trigger', (oid, c) => ask(c, x => x.triggerDefinition(oid)), stable),
  strict(
    'pg_get_triggerdef',
    2730,
    'oid,bool',
    'text',
    'Definition of a trigger',
    (oid, _, c) => ask(c, x => x.triggerDefinition(oid)),
    stable,
  ),
  strict('pg_get_ruledef', 1573, 'oid', 'text', 'Definition of a rule', (oid, c) => ask(c, x => x.ruleDefinition(oid)), stable),
  strict('pg_get_ruledef', 2504, 'oid,bool', 'text', 'Definition of a rule', (oid, _, c) => ask(c, x => x.ruleDefinition(oid)), stable),
  strict('pg_get_partkeydef', 3352, 'oid', 'text', 'Always NULL: there are no partitioned tables', () => null, stable),
  strict('pg_get_partition_constraintdef', 3408, 'oid', 'text', 'Always NULL: there are no partitions', () => null, stable),
  strict('pg_get_statisticsobjdef_columns', 6174, 'oid', 'text', 'Always NULL', () => null, stable),
  strict(
    'pg_get_serial_sequence',
    1665,
    'text,text',
    'text',
    'Sequence of a column',
    (table, column, c) => ask(c, x => x.serialSequence(table, column)),
    failing,
  ),
];

function viewNamed(catalog: CatalogFunctions, name: string, pretty: boolean): string | undefined {
  const oid = catalog.regclassOid(name);
  return oid === undefined ? undefined : catalog.viewDefinition(oid, pretty);
}

const NAMES: readonly FunctionDefinition[] = [
  strict(
    'pg_get_userbyid',
    1642,
    'oid',
    'name',
    'Name of a role',
    (oid, c) => ask(c, x => x.userName(oid)) ?? `unknown (OID=${oid})`,
    stable,
  ),
  strict(
    'pg_table_is_visible',
    2079,
    'oid',
    'bool',
    'Whether the relation is found without its schema',
    (oid, c) => ask(c, x => x.isTableVisible(oid)),
    stable,
  ),
  strict(
    'pg_type_is_visible',
    2080,
    'oid',
    'bool',
    'Whether the type is found without its schema',
    (oid, c) => ask(c, x => x.isTypeVisible(oid)),
    stable,
  ),
  strict(
    'pg_function_is_visible',
    2081,
    'oid',
    'bool',
    'Whether the function is found without its schema',
    (oid, c) => ask(c, x => x.isFunctionVisible(oid)),
    stable,
  ),
  strict('pg_operator_is_visible', 2082, 'oid', 'bool', 'Always true', () => true, stable),
  strict('pg_opclass_is_visible', 2083, 'oid', 'bool', 'Always true', () => true, stable),
  strict('pg_conversion_is_visible', 2093, 'oid', 'bool', 'Always true', () => true, stable),
  strict('pg_opfamily_is_visible', 3829, 'oid', 'bool', 'Always true', () => true, stable),
  strict('pg_collation_is_visible', 3815, 'oid', 'bool', 'Always true', () => true, stable),
  strict(
    'obj_description',
    1215,
    'oid,name',
    'text',
    'Comment on an object',
    (oid, catalog, c) => ask(c, x => x.objectDescription(oid, catalog)),
    stable,
  ),
  strict(
    'obj_description',
    1348,
    'oid',
    'text',
    'Comment on an object',
    (oid, c) => ask(c, x => x.objectDescription(oid, undefined)),
    stable,
  ),
  strict(
    'col_description',
    1216,
    'oid,int4',
    'text',
    'Comment on a column',
    (oid, column, c) => ask(c, x => x.columnDescription(oid, column)),
    stable,
  ),
  strict(
    'shobj_description',
    1993,
    'oid,name',
    'text',
    'Comment on a database or role',
    (oid, catalog, c) => ask(c, x => x.sharedDescription(oid, catalog)),
    stable,
  ),
  strict('to_regclass', 3495, 'text', 'regclass', 'Relation of this name', (name, c) => ask(c, x => x.regclassOid(name)), stable),
  strict('to_regtype', 3493, 'text', 'regtype', 'Type of this name', (name, c) => ask(c, x => x.regtypeOid(name)), stable),
  strict('to_regnamespace', 4086, 'text', 'regnamespace', 'Schema of this name', (name, c) => ask(c, x => x.regnamespaceOid(name)), stable),
  strict('to_regrole', 4093, 'text', 'regrole', 'Role of this name', (name, c) => ask(c, x => x.regroleOid(name)), stable),
  strict('to_regproc', 3494, 'text', 'regproc', 'Function of this name', (name, c) => ask(c, x => x.regprocOid(name)), stable),
];

const volatile = {volatility: 'volatile', fallible: false} as const;

const SIZES: readonly FunctionDefinition[] = [
  strict('pg_relation_size', 2325, 'regclass', 'int8', 'Bytes of state', (oid, c) => ask(c, x => x.relationSize(oid)), volatile),
  strict(
    'pg_relation_size',
    2332,
    'regclass,text',
    'int8',
    'Bytes of state',
    (oid, fork, c) => (fork === 'main' ? ask(c, x => x.relationSize(oid)) : 0n),
    volatile,
  ),
  strict('pg_table_size', 2997, 'regclass', 'int8', 'Bytes of state', (oid, c) => ask(c, x => x.relationSize(oid)), volatile),
  strict('pg_total_relation_size', 2286, 'regclass', 'int8', 'Bytes of state', (oid, c) => ask(c, x => x.relationSize(oid)), volatile),
  strict('pg_indexes_size', 2998, 'regclass', 'int8', 'Always 0: indexes are part of the state', () => 0n, volatile),
  strict('pg_database_size', 2168, 'name', 'int8', 'Bytes of state', (name, c) => ask(c, x => x.databaseSize(name)), volatile),
  strict(
    'pg_relation_is_updatable',
    3842,
    'regclass,bool',
    'int4',
    'Mask of 4 UPDATE, 8 INSERT, 16 DELETE',
    (oid, _, c) => c.catalog?.updatableEvents(oid) ?? 0,
    stable,
  ),
  strict(
    'pg_column_is_updatable',
    3843,
    'regclass,int2,bool',
    'bool',
    'Whether the column can be updated',
    (oid, column, _, c) => column > 0 && ((c.catalog?.updatableEvents(oid) ?? 0) & 4) !== 0,
    stable,
  ),
  strict('pg_relation_is_publishable', 6121, 'regclass', 'bool', 'Always false', () => false, stable),
  strict('pg_tablespace_location', 3778, 'oid', 'text', 'Always empty', () => '', stable),
  strict('pg_index_column_has_property', 638, 'regclass,int4,text', 'bool', 'Always NULL', () => null, stable),
  strict('pg_indexam_has_property', 636, 'oid,text', 'bool', 'Always NULL', () => null, stable),
  strict('pg_describe_object', 3537, 'oid,oid,int4', 'text', 'Always NULL', () => null, stable),
  strict('row_security_active', 3298, 'oid', 'bool', 'Always false', () => false, stable),
  strict('acldefault', 3943, 'char,oid', 'aclitem[]', 'Always NULL', () => null, stable),
];

export const CATALOG_LOOKUP: readonly FunctionDefinition[] = [...DEFINITIONS, ...NAMES, ...SIZES];
