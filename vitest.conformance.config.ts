import { defineConfig } from 'vitest/config'

/** The outside cases of ../shared; each suite prints one line with its counts. */
export default defineConfig({
  test: {
    include: ['test/conformance/**/*.test.ts'],
    globalSetup: ['test/setup-certificates.ts'],
    testTimeout: 300_000,
    disableConsoleIntercept: true,
  },
})
