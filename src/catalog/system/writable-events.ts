import type {Relation} from '../relation.ts';

/** Bits of pg_relation_is_updatable. */
export const UPDATE_EVENT = 4;
export const INSERT_EVENT = 8;
export const DELETE_EVENT = 16;

/** What DML a relation takes: tables all (append-only ones INSERT), embedded streams INSERT. */
export function writableEvents(relation: Relation): number {
  if (relation.kind === 'table') return relation.appendOnly ? INSERT_EVENT : UPDATE_EVENT | INSERT_EVENT | DELETE_EVENT;
  return relation.kind === 'stream' && relation.connector === 'embedded' ? INSERT_EVENT : 0;
}

export const takesInsert = (relation: Relation): boolean => (writableEvents(relation) & INSERT_EVENT) !== 0;
export const takesUpdate = (relation: Relation): boolean => (writableEvents(relation) & UPDATE_EVENT) !== 0;
