// Compiles sources, benches and the broker harness to .cache/bench and runs one bench there: node scripts/run-bench.mjs NAME [ARGS]
import {execFileSync, spawnSync} from 'node:child_process';
import {cpSync} from 'node:fs';

const [name, ...args] = process.argv.slice(2);
execFileSync('node', ['scripts/build-kernels.mjs'], {stdio: 'inherit'});
spawnSync('npx', ['tsc', '-p', 'tsconfig.bench.json'], {stdio: ['ignore', 'ignore', 'inherit']});
// Benches of the whole process start the bundle, as users do.
execFileSync('node', ['scripts/bundle.mjs', '.cache/bench/dist'], {stdio: 'inherit'});
cpSync('package.json', '.cache/bench/package.json');
cpSync('src/runtime/kernels/generated', '.cache/bench/src/runtime/kernels/generated', {recursive: true});
process.exit(spawnSync('node', [`.cache/bench/bench/${name}.js`, ...args], {stdio: 'inherit'}).status ?? 1);
