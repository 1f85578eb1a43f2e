import {homedir} from 'node:os';
import path from 'node:path';

/** Where tests keep what is expensive to get: downloads, and what was made once. */
export const cacheRoot = (): string => process.env['MILLRACE_CACHE'] ?? path.join(homedir(), '.cache', 'millrace');
