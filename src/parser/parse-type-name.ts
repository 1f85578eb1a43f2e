import type {TypeName} from './ast/type-name.ts';
import {runRule} from './run-rule.ts';

/** Parses the name of a type: `numeric(10, 2)`, `STRUCT<a bigint>[]`. Errors: see `runRule`. */
export function parseTypeName(sql: string): TypeName {
  return runRule('wholeTypeName', sql).result;
}
