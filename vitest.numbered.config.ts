import { defineConfig } from 'vitest/config'

/** The tests that `npm run test:numbered` runs, here and at another commit; test/numbered/cases.ts lists them. Those of test/e2e are part of `npm test`, too. */
export default defineConfig({
  test: {
    passWithNoTests: false,
    pool: 'forks',
    maxWorkers: 2,
    setupFiles: ['test/support/name-program.ts'],
    include: ['test/{numbered,e2e}/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
})
