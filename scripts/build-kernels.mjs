// Compiles the AssemblyScript kernels into src/runtime/kernels/generated/, where the loader finds them beside itself.
// A kernel that is newer than its sources is left alone.
import {mkdir, readdir, rename, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import asc from 'assemblyscript/asc';

const kernels = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'runtime', 'kernels');
const output = join(kernels, 'generated');
const ENTRIES = ['json-decode'];
const OPTIONS = [
  '-O3',
  '--converge',
  '--noAssert',
  '--runtime',
  'stub',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory',
  '1',
  '--maximumMemory',
  '65536',
  '--enable',
  'simd',
  '--enable',
  'threads',
  '--enable',
  'nontrapping-f2i',
  '--enable',
  'bulk-memory',
  '--use',
  'abort=',
];

async function newestSource() {
  const names = (await readdir(kernels, {recursive: true})).filter(n => n.endsWith('.ts') && !n.includes('.test.'));
  const times = await Promise.all(names.map(async n => (await stat(join(kernels, n))).mtimeMs));
  return Math.max(...times, (await stat(fileURLToPath(import.meta.url))).mtimeMs);
}

async function isFresh(file, than) {
  try {
    return (await stat(file)).mtimeMs >= than;
  } catch {
    return false;
  }
}

const newest = await newestSource();
await mkdir(output, {recursive: true});
for (const entry of ENTRIES) {
  const target = join(output, `${entry}.wasm`);
  if (await isFresh(target, newest)) continue;
  // Written under another name first: a test run that loads the kernel meanwhile sees the old or the new one, never half of it.
  const partial = join(output, `${entry}.${process.pid}.wasm`);
  const {error, stderr} = await asc.main([join(kernels, 'assembly', `${entry}.ts`), '--outFile', partial, ...OPTIONS]);
  if (error) {
    console.error(String(stderr));
    process.exit(1);
  }
  await rename(partial, target);
  console.log(`built ${entry}.wasm (${(await stat(target)).size} bytes)`);
}
