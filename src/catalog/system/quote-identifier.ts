import {keywordCategory} from '../../parser/tokens/keyword-list.ts';

/** The name as SQL text: quoted when it would not be read back as itself. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !isReserved(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function isReserved(name: string): boolean {
  const category = keywordCategory(name);
  return category === 'reserved' || category === 'type-or-function' || category === 'column-name';
}

export function qualifiedName({schema, name}: {readonly schema: string; readonly name: string}): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}
