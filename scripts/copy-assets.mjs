// Copies what tsc does not compile into dist/: the kernels.
import {cp} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const generated = join('runtime', 'kernels', 'generated');
await cp(join(root, 'src', generated), join(root, 'dist', generated), {recursive: true, filter: source => !/\.\d+\.wasm$/.test(source)});
