import type {Literal} from '../ast/literal.ts';
import type {Identifier, QualifiedName} from '../ast/names.ts';
import type {OperatorName} from '../ast/operator-name.ts';
import type {IntervalFields, NamedType, TypeName} from '../ast/type-name.ts';
import {unreachable} from '../../common/unreachable.ts';

/** The usual spelling of types that have a name of their own inside. */
const SPELLINGS: Readonly<Record<string, readonly [before: string, after: string]>> = {
  int2: ['smallint', ''],
  int4: ['integer', ''],
  int8: ['bigint', ''],
  float4: ['real', ''],
  float8: ['double precision', ''],
  bool: ['boolean', ''],
  varchar: ['character varying', ''],
  varbit: ['bit varying', ''],
  timestamp: ['timestamp', ' without time zone'],
  timestamptz: ['timestamp', ' with time zone'],
  time: ['time', ' without time zone'],
  timetz: ['time', ' with time zone'],
};

/** Names, literals and types as SQL text. */
export class NamePrinter {
  name({name, quoted}: Identifier): string {
    return quoted || !/^[a-z_\u0080-\uffff][a-z0-9_$\u0080-\uffff]*$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  }

  names(names: readonly Identifier[]): string {
    return names.map(name => this.name(name)).join(', ');
  }

  qualified(name: QualifiedName): string {
    return this.dotted(name.parts);
  }

  dotted(parts: readonly Identifier[]): string {
    return parts.map(part => this.name(part)).join('.');
  }

  qualifiedList(names: readonly QualifiedName[]): string {
    return names.map(name => this.qualified(name)).join(', ');
  }

  /** With backslashes it is an escape string, so that it reads the same whatever standard_conforming_strings says. */
  string(value: string): string {
    const quoted = value.replaceAll("'", "''");
    return value.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
  }

  operator({name, schema}: OperatorName): string {
    return schema.length === 0 ? name : `OPERATOR(${this.dotted(schema)}.${name})`;
  }

  literal(literal: Literal): string {
    switch (literal.kind) {
      case 'integer-literal':
      case 'decimal-literal':
        return literal.text;
      case 'string-literal':
        return this.string(literal.value);
      case 'bit-string-literal':
        return `${literal.base === 2 ? 'B' : 'X'}'${literal.digits}'`;
      case 'null-literal':
        return 'NULL';
      case 'boolean-literal':
        return literal.value ? 'TRUE' : 'FALSE';
      case 'typed-literal':
        return this.#typedLiteral(literal.typeName, literal.value);
      default:
        return unreachable(literal);
    }
  }

  #typedLiteral(type: TypeName, value: string): string {
    if (type.kind === 'named-type' && type.intervalFields !== undefined)
      return `interval ${this.string(value)}${this.#intervalFields(type.intervalFields, type.modifiers)}`;
    // before a string only some of the two-word spellings are understood, and only with modifiers are they needed
    const spelled = type.kind === 'named-type' && type.modifiers.length === 0 ? this.qualified(type.name) : this.typeName(type);
    return `${spelled} ${this.string(value)}`;
  }

  typeName(type: TypeName): string {
    switch (type.kind) {
      case 'named-type':
        return (type.setOf ? 'SETOF ' : '') + this.#namedType(type);
      case 'array-type':
        return this.typeName(type.element) + '[]'.repeat(type.dimensions);
      case 'struct-type':
        return `STRUCT<${type.fields.map(field => `${this.name(field.name)} ${this.typeName(field.typeName)}`).join(', ')}>`;
      case 'map-type':
        return `MAP<${this.typeName(type.key)}, ${this.typeName(type.value)}>`;
      default:
        return unreachable(type);
    }
  }

  #namedType({name, modifiers, intervalFields}: NamedType): string {
    if (intervalFields !== undefined) return `interval${this.#intervalFields(intervalFields, modifiers)}`;
    const list = modifiers.length === 0 ? '' : `(${modifiers.map(modifier => this.literal(modifier)).join(', ')})`;
    const only = name.parts.length === 1 ? name.parts[0]! : undefined;
    if (only === undefined || only.quoted) return this.qualified(name) + list;
    // plain `character` would mean character(1)
    if (only.name === 'bpchar' && list !== '') return `character${list}`;
    const [before, after] = SPELLINGS[only.name] ?? [this.name(only), ''];
    return before + list + after;
  }

  #intervalFields({from, to}: IntervalFields, modifiers: readonly Literal[]): string {
    const precision = modifiers.length === 0 ? '' : `(${modifiers.map(modifier => this.literal(modifier)).join(', ')})`;
    return ` ${from}${to === undefined ? '' : ` to ${to}`}${precision}`;
  }

  /** `items` with commas, each by `print`. */
  list<T>(items: readonly T[], print: (item: T) => string): string {
    return items.map(print).join(', ');
  }
}

/** The given words with single blanks; empty ones are left out. */
export function words(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(part => part !== '' && part !== false && part !== undefined).join(' ');
}
