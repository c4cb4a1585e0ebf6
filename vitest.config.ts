import { defineConfig } from 'vitest/config'

/**
 * Four projects: `unit` (beside the code, injected time, in milliseconds), `stories` (real sockets and a real store,
 * one sentence per file), `peers` (programs that we did not write: sipp, baresip, PostgreSQL, SDKs) and `conformance`
 * (every published client against every operation, every reply against its contract).
 */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'fakes/**/*.test.ts'] } },
      {
        test: {
          name: 'stories',
          include: ['test/stories/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'peers',
          include: ['test/peers/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
