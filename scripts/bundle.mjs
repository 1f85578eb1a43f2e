// Bundles src/ into dist/ (or the folder given), one file for each thread and one for each set of modules that threads share: reading and linking hundreds of
// small modules, three times, would be most of the time and memory of a start. Pure JavaScript packages are bundled too, with their
// licences beside them; what loads files of its own (native code, WASM, loggers' workers) stays a package.
import {copyFile, mkdir, readFile, readdir, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {rolldown} from 'rolldown';

const root = path.dirname(import.meta.dirname);
const dist = path.resolve(root, process.argv[2] ?? 'dist');
const kernels = path.join(root, 'src', 'runtime', 'kernels', 'generated');
const THREADS = {
  main: 'src/main.ts',
  'dataflow-thread': 'src/engine/dataflow/dataflow-thread.ts',
  'ingest-thread': 'src/engine/ingest/ingest-thread.ts',
};
const STAY_PACKAGES = [/^better-sqlite3$/, /^pino$/, /^zstddec$/, /^@platformatic\//];

/** The licence texts of the packages that `modules` come from. */
async function licences(modules) {
  const packages = new Set(modules.flatMap(module => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(module) ?? []));
  const texts = await Promise.all(
    [...packages].map(async directory => {
      const {name, version, license} = JSON.parse(await readFile(path.join(directory, 'package.json'), 'utf8'));
      const file = (await readdir(directory)).find(entry => /^licen[cs]e/i.test(entry));
      const text = file === undefined ? '' : await readFile(path.join(directory, file), 'utf8');
      return `${name} ${version} (${license})\n\n${text}`;
    }),
  );
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

await rm(dist, {recursive: true, force: true});
const bundle = await rolldown({input: THREADS, cwd: root, platform: 'node', external: STAY_PACKAGES});
const {output} = await bundle.write({
  dir: dist,
  format: 'esm',
  sourcemap: true,
  chunkFileNames: 'shared-[name].js',
  charset: 'ascii',
  comments: false,
});
await bundle.close();
await writeFile(path.join(dist, 'third-party-licences.txt'), await licences(output.flatMap(({moduleIds}) => moduleIds ?? [])));
// Loaders look for these beside the file that they are in.
await mkdir(path.join(dist, 'generated'));
for (const file of await readdir(kernels))
  if (file.endsWith('.wasm') && !/\.\d+\.wasm$/.test(file)) await copyFile(path.join(kernels, file), path.join(dist, 'generated', file));
