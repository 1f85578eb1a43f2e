import type {Identifier} from './names.ts';
import type {Span} from './span.ts';

/** An operator by its text (`+`, `->>`, `<>`; `!=` is given as `<>`), with a schema if written `OPERATOR(pg_catalog.~)`. */
export type OperatorName = {
  readonly kind: 'operator-name';
  readonly name: string;
  readonly schema: readonly Identifier[];
  readonly span: Span;
};
