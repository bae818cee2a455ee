import { defineConfig } from 'vitest/config'

const shared = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  pool: 'forks' as const,
  setupFiles: ['test/support/name-program.ts'],
}

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      { test: { ...shared, name: 'unit', include: ['test/{unit,tenant,platform,support,faults}/**/*.test.ts'] } },
      { test: { ...shared, name: 'e2e', include: ['test/e2e/**/*.test.ts'] } },
      {
        test: {
          ...shared,
          name: 'scim',
          include: ['test/scim/**/*.test.ts'],
          globalSetup: ['test/scim-targets/install.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'deploy',
          include: ['test/deploy/**/*.test.ts'],
          globalSetup: [
            'test/support/deploy/deploy-tools.ts',
            'test/judges/global-setup.ts',
            'test/terraform/global-setup.ts',
          ],
        },
      },
      {
        test: {
          ...shared,
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          globalSetup: ['test/judges/global-setup.ts'],
          testTimeout: 300_000,
        },
      },
    ],
  },
})
