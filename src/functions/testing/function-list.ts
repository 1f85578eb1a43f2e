import {AGGREGATES, FUNCTIONS, SET_RETURNING_FUNCTIONS} from '../registry.ts';
import type {CallableDefinition} from '../definition.ts';
import {formatParameterType} from '../parameter-type.ts';
import {WINDOW_FUNCTIONS} from '../window/window-functions.ts';

/** What only plans use: parts of aggregates, and what has one of the last OIDs below those of objects. */
const isInternal = ({family, oid}: CallableDefinition): boolean => family === 'aggregate parts' || (oid >= 15900 && oid < 16384);

/** docs/functions.md: every function and operator from its definition. */
export function functionList(): string {
  const callable = [...FUNCTIONS, ...AGGREGATES, ...SET_RETURNING_FUNCTIONS].filter(f => !isInternal(f));
  const families = [...new Set(callable.map(familyOf))].map(name => [name, callable.filter(f => familyOf(f) === name)] as const);
  const sections = families.map(([family, definitions]) => `## ${capital(family)}\n\n${table(definitions)}`);
  const windows = `## Window functions\n\n| function | what |\n|---|---|\n${rows(WINDOW_FUNCTIONS.map(w => [`\`${w.name}\``, w.doc]))}`;
  return `# Functions and operators

Generated from \`src/functions/\` by \`npm run docs:functions\`. Comparison operators, CASE, COALESCE, NULLIF, GREATEST, LEAST, LIKE, SIMILAR TO,
BETWEEN, IN, IS … and casts are expressions of their own and not listed. ${callable.length} functions, operators and aggregates.

${[...sections, windows].join('\n\n')}
`;
}

const familyOf = (definition: CallableDefinition): string => definition.family;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function table(definitions: readonly CallableDefinition[]): string {
  return `| call | result | what |\n|---|---|---|\n${rows(definitions.map(d => [`\`${call(d)}\``, formatParameterType(d.returns), d.doc]))}`;
}

function call(definition: CallableDefinition): string {
  const args = definition.args.map(formatParameterType);
  if (definition.kind === 'function' && definition.operator !== undefined) {
    const [left = '', right] = args;
    return right === undefined ? `${definition.operator} ${left}` : `${left} ${definition.operator} ${right}`;
  }
  const variadic = definition.variadic === undefined ? [] : [`VARIADIC ${formatParameterType(definition.variadic)}`];
  return `${definition.name}(${[...args, ...variadic].join(', ')})`;
}

function rows(cells: readonly (readonly string[])[]): string {
  return cells.map(row => `| ${row.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}
