import type {FunctionDefinition} from '../definition.ts';
import {definer} from '../signature.ts';

const {strict} = definer('privileges');

/** Every role may do everything until there are privileges; so each of these is true. */
const WITH_OBJECT: Readonly<Record<string, readonly number[]>> = {
  has_table_privilege: [1922, 1923, 1924, 1925, 1926, 1927],
  has_schema_privilege: [2268, 2269, 2270, 2271, 2272, 2273],
  has_database_privilege: [2250, 2251, 2252, 2253, 2254, 2255],
  has_any_column_privilege: [3024, 3025, 3026, 3027, 3028, 3029],
  has_sequence_privilege: [2181, 2182, 2183, 2184, 2185, 2186],
  has_function_privilege: [2256, 2257, 2258, 2259, 2260, 2261],
  has_type_privilege: [3138, 3139, 3140, 3141, 3142, 3143],
  has_language_privilege: [2262, 2263, 2264, 2265, 2266, 2267],
  has_tablespace_privilege: [2390, 2391, 2392, 2393, 2394, 2395],
  has_foreign_data_wrapper_privilege: [3000, 3001, 3002, 3003, 3004, 3005],
  has_server_privilege: [3006, 3007, 3008, 3009, 3010, 3011],
};
const OBJECT_ARGUMENTS = ['name,text,text', 'name,oid,text', 'oid,text,text', 'oid,oid,text', 'text,text', 'oid,text'];

const COLUMN_OIDS = [3012, 3013, 3014, 3015, 3016, 3017, 3018, 3019, 3020, 3021, 3022, 3023];
const COLUMN_ARGUMENTS = [
  'name,text,text,text',
  'name,text,int2,text',
  'name,oid,text,text',
  'name,oid,int2,text',
  'oid,text,text,text',
  'oid,text,int2,text',
  'oid,oid,text,text',
  'oid,oid,int2,text',
  'text,text,text',
  'text,int2,text',
  'oid,text,text',
  'oid,int2,text',
];

const ROLE_OIDS = [2705, 2706, 2707, 2708, 2709, 2710];
const ROLE_ARGUMENTS = ['name,name,text', 'name,oid,text', 'oid,name,text', 'oid,oid,text', 'name,text', 'oid,text'];

function granted(name: string, oids: readonly number[], signatures: readonly string[]): FunctionDefinition[] {
  return signatures.map((args, i) =>
    strict(name, oids[i] ?? 0, args, 'bool', 'Always true', () => true, {volatility: 'stable', fallible: false}),
  );
}

export const PRIVILEGE_FUNCTIONS: readonly FunctionDefinition[] = [
  ...Object.entries(WITH_OBJECT).flatMap(([name, oids]) => granted(name, oids, OBJECT_ARGUMENTS)),
  ...granted('has_column_privilege', COLUMN_OIDS, COLUMN_ARGUMENTS),
  ...granted('pg_has_role', ROLE_OIDS, ROLE_ARGUMENTS),
];
