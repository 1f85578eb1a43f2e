import type {Scope, ScopeItem} from './scope.ts';

const MAX_DISTANCE = 3;

/** `Perhaps you meant to reference the column "t.y".`, undefined when no column's name is near. */
export function similarColumnHint(scope: Scope, name: string, only?: ScopeItem): string | undefined {
  let best = Math.min(MAX_DISTANCE, Math.floor(name.length / 2)) + 1;
  let found: string[] = [];
  for (const item of only === undefined ? scope.items : [only]) {
    for (const column of item.columns) {
      const distance = editDistance(name, column.name);
      if (distance > best || distance > Math.floor(name.length / 2) || distance > MAX_DISTANCE) continue;
      if (distance < best) found = [];
      best = distance;
      found.push(`"${item.alias}.${column.name}"`);
    }
  }
  if (found.length === 0 || found.length > 2) return undefined;
  return `Perhaps you meant to reference the column ${found.join(' or the column ')}.`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({length: b.length + 1}, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
