import {spawnSync} from 'node:child_process';
import {cachedJars} from './kafka-jars.ts';

let answer: boolean | undefined;

/**
 * Whether a real broker can be started here: needs `java`, and `mvn` unless the jars are cached already.
 * With MILLRACE_REQUIRE_KAFKA=1 a missing tool is an error instead of a reason to skip.
 */
export function brokerAvailable(): boolean {
  answer ??= probe();
  return answer;
}

function probe(): boolean {
  const missing = [!runs('java', '-version') && 'java', cachedJars() === undefined && !runs('mvn', '-version') && 'mvn'].filter(Boolean);
  if (missing.length === 0) return true;
  const message = `the tests on a real Kafka broker need ${missing.join(' and ')}`;
  if (process.env['MILLRACE_REQUIRE_KAFKA'] === '1') throw new Error(`${message} (MILLRACE_REQUIRE_KAFKA=1)`);
  process.stderr.write(`SKIPPED: ${message}\n`);
  return false;
}

function runs(command: string, argument: string): boolean {
  return spawnSync(command, [argument], {stdio: 'ignore'}).status === 0;
}
