// Random input for a given time: `npm run fuzz -- [minutes] [first seed]`. Rounds with seeds of their own, printed; ends at the first failure.
import {spawnSync} from 'node:child_process';

const minutes = Number(process.argv[2] ?? 10);
let seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const FILES = [
  'src/parser/fuzz',
  'src/pgwire/fuzz',
  'src/connectors/kafka',
  'src/connectors/formats/json/json-decoder.property',
  'src/planner/random-queries',
  'src/engine/dataflow/time/random-views',
  'src/engine/statements/dml-random',
  'src/engine/statements/key-types.property',
  'src/connectors/files/file-output',
  'src/engine/durability/file-sink-crash',
];
const FACTOR = '5';

for (const end = Date.now() + minutes * 60_000; Date.now() < end; seed++) {
  console.log(`seed ${seed}   (again: npm run fuzz -- 1 ${seed})`);
  const env = {...process.env, MILLRACE_FUZZ_SEED: String(seed), MILLRACE_FUZZ_FACTOR: FACTOR};
  const seeds = {MILLRACE_SEED: String(seed), MILLRACE_JSON_SEED: String(seed)};
  const {status} = spawnSync('npx', ['vitest', 'run', '--testTimeout=600000', ...FILES], {stdio: 'inherit', env: {...env, ...seeds}});
  if (status !== 0) process.exit(1);
}
