import type { Field } from './field.ts'

/** Settings of the page beside a program that keeps running. */
export const EXPLORER_FIELDS = [
  {
    name: 'explorer',
    kind: 'bool',
    displayName: 'Explorer',
    description: 'Serve the page of the explorer command beside it, on this machine alone',
  },
  {
    name: 'explorer-port',
    kind: 'int',
    displayName: 'Port of the explorer',
    description: 'Port of that page; 0 takes any that is free',
    min: 0,
    max: 65_535,
    default: 8480,
  },
] as const satisfies readonly Field[]
