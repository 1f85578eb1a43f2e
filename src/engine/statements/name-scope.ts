import {creationTarget, type NameScope} from '../../catalog/resolve-name.ts';
import type {QualifiedName} from '../../parser/ast/names.ts';
import {statementContext} from '../../planner/binder/bind-query.ts';
import type {StatementContext} from './statement-context.ts';

/** Where the session's statements look for names. */
export function nameScope({session}: StatementContext): NameScope {
  return {catalog: session.catalog, searchPath: session.searchPath, database: session.database};
}

export const partsOf = (name: QualifiedName): string[] => name.parts.map(part => part.name);

/** Schema and name of an object to be created. */
export function targetOf(name: QualifiedName, context: StatementContext): {readonly schema: string; readonly name: string} {
  return creationTarget(nameScope(context), partsOf(name), name.span.start);
}

/** For binding types and expressions outside of a query. */
export function binderContext(context: StatementContext): ReturnType<typeof statementContext> {
  return statementContext({...nameScope(context), settings: context.session.textSettings()});
}
