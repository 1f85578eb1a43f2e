import type {Span} from './span.ts';

/** A name as the catalog knows it: folded to lower case unless it was written in double quotes. */
export type Identifier = {readonly kind: 'identifier'; readonly name: string; readonly quoted: boolean; readonly span: Span};

/** `a`, `schema.a`, `database.schema.a`: at least one part, the object's own name last. */
export type QualifiedName = {readonly kind: 'qualified-name'; readonly parts: readonly Identifier[]; readonly span: Span};
