import { defineConfig } from 'vitest/config'

/**
 * Ten thousand changed requests of every contract through a whole gateway (or as many as CHANGED_REQUESTS says), where `npm test` sends a
 * few hundred of each.
 */
export default defineConfig({
  test: {
    include: ['test/gateway/mutated*.test.ts'],
    globalSetup: ['test/setup-certificates.ts'],
    env: { CHANGED_REQUESTS: process.env['CHANGED_REQUESTS'] ?? '10000' },
    testTimeout: 1_800_000,
    hookTimeout: 60_000,
  },
})
