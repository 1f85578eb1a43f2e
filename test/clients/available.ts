import {spawnSync} from 'node:child_process';

let psql: boolean | undefined;

/** Whether `psql` can be run here. With MILLRACE_REQUIRE_PSQL=1 a missing psql is an error instead of a reason to skip. */
export function psqlAvailable(): boolean {
  psql ??= probe('psql', 'MILLRACE_REQUIRE_PSQL');
  return psql;
}

function probe(command: string, requiredBy: string): boolean {
  if (spawnSync(command, ['--version'], {stdio: 'ignore'}).status === 0) return true;
  const message = `the tests with a real ${command} need ${command} in the PATH`;
  if (process.env[requiredBy] === '1') throw new Error(`${message} (${requiredBy}=1)`);
  process.stderr.write(`SKIPPED: ${message}\n`);
  return false;
}
