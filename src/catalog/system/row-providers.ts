import {CLASS_ROWS} from './class-rows.ts';
import {CLUSTER_ROWS} from './cluster-rows.ts';
import {CONSTRAINT_ROWS} from './constraint-rows.ts';
import {DEPENDENCY_ROWS} from './dependency-rows.ts';
import {FUNCTION_ROWS} from './function-rows.ts';
import {INFORMATION_SCHEMA_CONSTRAINT_ROWS} from './information-schema-constraints.ts';
import {INFORMATION_SCHEMA_PRIVILEGE_ROWS} from './information-schema-privileges.ts';
import {INFORMATION_SCHEMA_ROUTINE_ROWS} from './information-schema-routines.ts';
import {INFORMATION_SCHEMA_TABLE_ROWS} from './information-schema-tables.ts';
import {LISTING_ROWS} from './listing-rows.ts';
import {MILLRACE_ROWS} from './millrace-rows.ts';
import {OPERATOR_ROWS} from './operator-rows.ts';
import type {RowProvider} from './row-provider.ts';
import {SESSION_ROWS} from './session-rows.ts';
import {TYPE_ROWS} from './type-rows.ts';

/** Every relation that has rows; the others are empty. */
export const ROW_PROVIDERS: readonly RowProvider[] = [
  ...CLASS_ROWS,
  ...CONSTRAINT_ROWS,
  ...DEPENDENCY_ROWS,
  ...TYPE_ROWS,
  ...FUNCTION_ROWS,
  ...OPERATOR_ROWS,
  ...CLUSTER_ROWS,
  ...SESSION_ROWS,
  ...LISTING_ROWS,
  ...INFORMATION_SCHEMA_TABLE_ROWS,
  ...INFORMATION_SCHEMA_CONSTRAINT_ROWS,
  ...INFORMATION_SCHEMA_PRIVILEGE_ROWS,
  ...INFORMATION_SCHEMA_ROUTINE_ROWS,
  ...MILLRACE_ROWS,
];
