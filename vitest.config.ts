import {defineConfig} from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'sql-tests/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    // A condition that is awaited may take its time on a machine with other work.
    expect: {poll: {timeout: 20_000}},
    // Shared machines stall; a failure that repeats is a failure.
    retry: process.env['CI'] === undefined ? 0 : 1,
    hookTimeout: 120_000,
    pool: 'forks',
    globalSetup: ['test/kafka/shared-broker-setup.ts'],
  },
});
