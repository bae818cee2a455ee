import type { Field } from '../../sdk/settings/field.ts'

const sources = ['flag'] as const

export const YES = {
  name: 'yes',
  kind: 'bool',
  displayName: 'Yes',
  description: 'Do not ask before something is changed',
  sources,
} as const satisfies Field

export const OUT = {
  name: 'out',
  kind: 'string',
  displayName: 'Plan file',
  description: 'File to write the plan to, for scim apply',
  path: 'file',
  sources,
} as const satisfies Field

export const HTML = {
  name: 'html',
  kind: 'string',
  displayName: 'Page',
  description: 'File to write the plan to as a page for whoever approves it',
  path: 'file',
  sources,
} as const satisfies Field

export const PLAN_OUTPUT = {
  name: 'output',
  kind: 'string',
  displayName: 'Output',
  description: 'Form of results on stdout',
  allowed: ['table', 'diff', 'json'],
  default: 'table',
} as const satisfies Field
