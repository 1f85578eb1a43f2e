import {sqlError} from '../../common/sql-error.ts';
import type {CreateSource, CreateStream, CreateTable} from '../../parser/ast/ddl.ts';

/** What makes a stream. RisingWave calls it a source, or a table to which rows are only added. */
export type StreamStatement = CreateStream | CreateSource | CreateTable;

/** Whether a CREATE TABLE makes a stream. */
export function isAppendOnlyTable({appendOnly, query, temporary}: CreateTable): boolean {
  return appendOnly && query === undefined && !temporary;
}

const WORDS = {'create-stream': 'STREAM', 'create-source': 'SOURCE', 'create-table': 'TABLE'} as const;
export const streamTag = ({kind}: StreamStatement): string => `CREATE ${WORDS[kind]}`;

/** Errors: 0A000 for what can be written and is not there. */
export function refuseShape({formatEncode, includes, star, query, span}: StreamStatement): void {
  const refuse = (message: string, position: number, hint: string): never => {
    throw sqlError('feature_not_supported', message, {position, hint});
  };
  if (query !== undefined)
    refuse('a stream cannot be made of a query', query.span.start, 'Create a materialized view, which is kept up to date.');
  if (star) refuse('a stream cannot take its columns from its source', span.start, 'Declare the columns that views are to read.');
  const [include] = includes;
  if (include !== undefined)
    refuse(
      'INCLUDE is not supported',
      include.span.start,
      'Every stream has the columns _partition, _offset, _timestamp, _key and _headers.',
    );
  if (formatEncode === undefined) return;
  const {format, encode, options} = formatEncode;
  const hint = 'Supported: FORMAT PLAIN ENCODE JSON.';
  if (format.toLowerCase() !== 'plain' || encode.toLowerCase() !== 'json')
    refuse(`FORMAT ${format.toUpperCase()} ENCODE ${encode.toUpperCase()} is not supported`, formatEncode.span.start, hint);
  const [option] = options;
  if (option !== undefined) refuse(`option "${option.key}" of ENCODE JSON is not supported`, option.span.start, hint);
}
