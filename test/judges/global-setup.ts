import { buildOfficialTools } from './build-official-tools.ts'

/** For vitest's `globalSetup`: builds once, before test files start in parallel and each would build for itself. */
export const setup = async (): Promise<void> => {
  await buildOfficialTools()
}
