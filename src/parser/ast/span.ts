/** Where a node stands in the text that was parsed: 0-based UTF-16 offsets, `end` exclusive. */
export type Span = {readonly start: number; readonly end: number};
