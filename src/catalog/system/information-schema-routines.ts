import {database} from './information-schema-tables.ts';
import {FUNCTION_ENTRIES, type FunctionEntry} from './function-entries.ts';
import {typeColumns} from './information-schema-type.ts';
import {rowsOf, type ColumnValues} from './row-provider.ts';

const SPECIFIC: ColumnValues<FunctionEntry> = {
  specific_catalog: database,
  specific_schema: 'pg_catalog',
  specific_name: f => `${f.name}_${f.oid}`,
};

/** For functions PostgreSQL shows the type's name and none of its measures. */
function typeNames<Item>(oid: (item: Item) => number, prefix = ''): ColumnValues<Item> {
  const all = typeColumns<Item>(item => ({oid: oid(item), typmod: -1}), prefix);
  return Object.fromEntries(Object.entries(all).filter(([name]) => name === 'data_type' || name.includes('udt_')));
}

const ROUTINES = rowsOf<FunctionEntry>('information_schema.routines', () => FUNCTION_ENTRIES, {
  ...SPECIFIC,
  ...typeNames<FunctionEntry>(f => f.returns, 'type_'),
  routine_catalog: database,
  routine_schema: 'pg_catalog',
  routine_name: f => f.name,
  routine_type: f => (f.kind === 'f' ? 'FUNCTION' : null),
  dtd_identifier: '0',
  routine_body: 'EXTERNAL',
  routine_definition: f => f.source,
  external_language: 'INTERNAL',
  parameter_style: 'GENERAL',
  is_deterministic: f => (f.volatility === 'i' ? 'YES' : 'NO'),
  sql_data_access: 'MODIFIES',
  is_null_call: f => (f.strict ? 'YES' : 'NO'),
  schema_level_routine: 'YES',
  max_dynamic_result_sets: 0,
  security_type: 'INVOKER',
  as_locator: 'NO',
  is_udt_dependent: 'NO',
});

type ParameterEntry = {readonly function: FunctionEntry; readonly type: number; readonly position: number; readonly name: string | null};

const PARAMETER_ENTRIES: readonly ParameterEntry[] = FUNCTION_ENTRIES.flatMap(f => [
  ...f.argumentTypes.map((type, i): ParameterEntry => ({function: f, type, position: i + 1, name: null})),
  ...f.outputs.map((o, i): ParameterEntry => ({function: f, type: o.type, position: f.argumentTypes.length + i + 1, name: o.name})),
]);

const PARAMETERS = rowsOf<ParameterEntry>('information_schema.parameters', () => PARAMETER_ENTRIES, {
  ...typeNames<ParameterEntry>(p => p.type),
  specific_catalog: database,
  specific_schema: 'pg_catalog',
  specific_name: p => `${p.function.name}_${p.function.oid}`,
  ordinal_position: p => p.position,
  parameter_mode: p => (p.name === null ? 'IN' : 'OUT'),
  is_result: 'NO',
  as_locator: 'NO',
  parameter_name: p => p.name,
  dtd_identifier: p => String(p.position),
});

export const INFORMATION_SCHEMA_ROUTINE_ROWS = [ROUTINES, PARAMETERS];
