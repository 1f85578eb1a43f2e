import {sqlError} from '../../common/sql-error.ts';
import {unreachable} from '../../common/unreachable.ts';
import {compositeTypeOf} from '../../catalog/catalog-object.ts';
import {findType} from '../../catalog/resolve-name.ts';
import type {Literal} from '../../parser/ast/literal.ts';
import type {NamedType, TypeName} from '../../parser/ast/type-name.ts';
import {builtinType} from '../../types/format-type.ts';
import {pgTypeByName} from '../../types/pg-types.ts';
import {arrayOf, type SqlType} from '../../types/sql-type.ts';
import type {StatementContext} from './statement-context.ts';

/** The type that a written name means: built-in, or a composite type of the catalog. Errors: 42704, 0A000 for types that Millrace lacks. */
export function bindTypeName(statement: StatementContext, name: TypeName): SqlType {
  switch (name.kind) {
    case 'named-type':
      return bindNamedType(statement, name);
    case 'array-type':
      return arrayOf(bindTypeName(statement, name.element));
    case 'struct-type': {
      const fields = name.fields.map(f => ({name: f.name.name, type: bindTypeName(statement, f.typeName)}));
      return {kind: 'composite', fields};
    }
    case 'map-type':
      throw sqlError('feature_not_supported', 'map types are not supported', {
        position: name.span.start,
        hint: 'Use jsonb, or an array of a composite type.',
      });
    default:
      return unreachable(name);
  }
}

function bindNamedType(statement: StatementContext, {name, modifiers, setOf, span}: NamedType): SqlType {
  const position = span.start;
  const parts = name.parts.map(p => (p.quoted && p.name === 'char' ? '"char"' : p.name));
  if (setOf) throw sqlError('feature_not_supported', 'SETOF is not supported here', {position});
  const builtin = builtinType(
    parts,
    modifiers.map(m => modifierValue(m, position)),
  );
  if (builtin !== undefined) return builtin;
  const plain = name.parts.map(p => p.name);
  const composite = findType(statement, plain);
  if (composite !== undefined) {
    statement.typesNamed.add(composite.id);
    return compositeTypeOf(composite);
  }
  const own = plain.at(-1) ?? '';
  if ((plain.length === 1 || plain[0] === 'pg_catalog') && pgTypeByName(own) !== undefined) {
    throw sqlError('feature_not_supported', `type ${own} is not supported`, {position});
  }
  throw sqlError('undefined_object', `type "${plain.join('.')}" does not exist`, {position});
}

function modifierValue(modifier: Literal, position: number): number {
  if (modifier.kind === 'integer-literal') return Number(modifier.text);
  if (modifier.kind === 'decimal-literal' && Number.isInteger(Number(modifier.text))) return Number(modifier.text);
  throw sqlError('syntax_error', 'type modifiers must be simple constants or identifiers', {position});
}
