import {sqlError} from '../../common/sql-error.ts';

/** `"Quoted".plain` → its parts, folded as SQL folds them. Errors: 42602 when the text is no name. */
export function parseObjectName(text: string): readonly string[] {
  const parts: string[] = [];
  const part = /\s*(?:"((?:[^"]|"")+)"|([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*))\s*(\.|$)/y;
  for (;;) {
    const match = part.exec(text);
    if (match === null) throw sqlError('invalid_name', 'invalid name syntax');
    parts.push(match[1]?.replaceAll('""', '"') ?? (match[2] ?? '').toLowerCase());
    if (match[3] === '') return parts;
  }
}
