/** Changes that are planned, sent in few writes, and looked at after a failure. */
export * from './provision-holders.ts'
export type { ChangeOutcome } from './report.ts'
