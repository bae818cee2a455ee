import { quoted } from './quoted.ts'

const TRUTH: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
])

/** Whether a user is enabled, by the value of `active`; a sentence where it says neither. */
export function enabledOf(active: string | number | boolean): boolean | string {
  return TRUTH.get(String(active).toLowerCase()) ?? `active is ${quoted(String(active))}; write true or false`
}
