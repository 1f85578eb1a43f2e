/** The relations of schema millrace, in the notation of relation-source.ts; their rows are told by the engine (runtime-facts.ts). */
export const MILLRACE_RELATIONS = `
sources 16001 key=relation,partition
  relation:oid! schema:text! name:text! connector:text! partition:int4 next_offset:int8 end_offset:int8 lag:int8 rows:int8!
  bad_records:int8! state:text! message:text
views 16002 key=relation
  relation:oid! schema:text! name:text! state:text! rows:int8! state_bytes:int8! errors:int8! late:int8!
progress 16003 key=relation
  relation:oid! schema:text! name:text! done:int8! total:int8 percent:float8 eta:interval
operators 16004 key=relation,operator
  relation:oid! schema:text! name:text! operator:text! kind:text! rows_in:int8! rows_out:int8! state_rows:int8! state_bytes:int8! expired:int8
  position:int4 rows_in_retracted:int8! rows_out_retracted:int8! self_ms:float8!
frontier 16005 key=schema,stream,partition
  schema:text! stream:text! partition:int4! next_offset:int8!
watermarks 16006 key=relation,partition
  relation:oid! schema:text! stream:text! partition:int4! watermark:timestamptz lag:interval last_seen:timestamptz idle:bool! holds_back:bool!
`;
