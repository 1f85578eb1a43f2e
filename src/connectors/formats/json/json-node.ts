/** A parsed JSON value with the exact text of its numbers; [start, end) is its place in the source text. */
export type JsonNode = {readonly start: number; readonly end: number} & (
  | {readonly kind: 'null'}
  | {readonly kind: 'boolean'; readonly value: boolean}
  | {readonly kind: 'number'; readonly text: string}
  | {readonly kind: 'string'; readonly value: string}
  | {readonly kind: 'array'; readonly items: readonly JsonNode[]}
  | {readonly kind: 'object'; readonly keys: readonly string[]; readonly values: readonly JsonNode[]}
);
export type JsonObjectNode = Extract<JsonNode, {kind: 'object'}>;
