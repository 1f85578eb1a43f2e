import type {Expression} from '../../parser/ast/expression.ts';
import type {QueryBody} from '../../parser/ast/query.ts';
import type {TypeName} from '../../parser/ast/type-name.ts';

/** A name and whether it is a good one: a cast's type name gives way to nothing better inside. */
type Guess = {readonly name: string; readonly strong: boolean};

/** The name that PostgreSQL gives a result column without an alias (FigureColname). */
export function outputName(e: Expression): string {
  return guess(e)?.name ?? '?column?';
}

const strong = (name: string): Guess => ({name, strong: true});

function guess(e: Expression): Guess | undefined {
  switch (e.kind) {
    case 'column-ref':
      return strong(e.parts.at(-1)?.name ?? '');
    case 'star':
      return e.qualifier.length === 0 ? undefined : strong(e.qualifier.at(-1)?.name ?? '');
    case 'field-access':
      return strong(e.field.name);
    case 'subscript':
    case 'slice':
      return guess(e.operand);
    case 'function-call':
      return strong(e.name.parts.at(-1)?.name ?? '');
    case 'cast': {
      const inner = guess(e.operand);
      return inner?.strong === true ? inner : {name: typeLabel(e.typeName), strong: false};
    }
    case 'typed-literal':
      return {name: typeLabel(e.typeName), strong: false};
    case 'collate':
      return guess(e.operand);
    case 'at-time-zone':
      return strong('timezone');
    case 'like':
      return undefined;
    case 'exists':
      return strong('exists');
    case 'array':
    case 'array-subquery':
      return strong('array');
    case 'row':
      return strong('row');
    case 'scalar-subquery':
      return firstColumn(e.query.body);
    case 'case': {
      const inner = e.otherwise && guess(e.otherwise);
      return inner?.strong === true ? inner : {name: 'case', strong: false};
    }
    default:
      return undefined;
  }
}

function firstColumn(body: QueryBody): Guess | undefined {
  switch (body.kind) {
    case 'select': {
      const [item] = body.items;
      if (item === undefined) return undefined;
      return item.alias === undefined ? strong(outputName(item.expression)) : strong(item.alias.name);
    }
    case 'query':
      return firstColumn(body.body);
    case 'set-operation':
      return firstColumn(body.left);
    case 'values':
      return strong('column1');
    default:
      return undefined;
  }
}

function typeLabel(type: TypeName): string {
  switch (type.kind) {
    case 'named-type':
      return type.name.parts.at(-1)?.name ?? '';
    case 'array-type':
      return typeLabel(type.element);
    case 'struct-type':
      return 'row';
    case 'map-type':
      return 'map';
    default:
      return '?column?';
  }
}
