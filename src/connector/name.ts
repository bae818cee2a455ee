import type { ProgramName } from '../sdk/ground/program-name.ts'

/** What this program is called and what it works for. */
export const NAME: ProgramName = Object.freeze({ program: 'baton-twingate', source: 'Twingate' })
