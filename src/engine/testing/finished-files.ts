import path from 'node:path';
import type {ForgetfulFiles} from '../../runtime/durability/forgetful-files.ts';

/** What a reader of a directory sees: the lines of its files, sorted, by the directory below that they lie in. */
export function finishedLines(files: ForgetfulFiles, directory: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const file of files.all) {
    if (!file.startsWith(`${directory}/`) || path.basename(file).startsWith('.')) continue;
    const below = path.relative(directory, path.dirname(file));
    const text = Buffer.from(files.read(file)).toString();
    if (!text.endsWith('\n')) throw new Error(`${file} ends in the middle of a line`);
    (found[below] ??= []).push(...text.slice(0, -1).split('\n'));
  }
  for (const lines of Object.values(found)) lines.sort();
  return found;
}
