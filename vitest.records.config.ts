import { defineConfig } from 'vitest/config'

/** What was seen of the official daemon and of the peer, held against them again. Both depend on the clock, so they are no part of `npm test`. */
export default defineConfig({
  test: {
    passWithNoTests: false,
    pool: 'forks',
    include: ['test/conformance/**/*.record.ts'],
    globalSetup: ['test/judges/global-setup.ts'],
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
})
