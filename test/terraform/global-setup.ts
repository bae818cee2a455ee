import { terraformMissing } from './run-terraform.ts'

/** For vitest's `globalSetup`: says once why the tests of the modules are skipped. */
export const setup = (): void => {
  if (terraformMissing !== undefined) console.warn(`${terraformMissing}; its tests are skipped.`)
}
