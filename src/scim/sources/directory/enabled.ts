import { z } from 'zod'
import { type Entry, textsOf } from './entry.ts'

/** How to see whether a person may sign in: by the values of one attribute. Values are compared without case. */
export const EnabledRule = z
  .strictObject({
    attribute: z.string().min(1),
    /** With one of these values a person is enabled, with another one disabled. */
    is: z.array(z.string()).min(1).optional(),
    /** With one of these values a person is disabled, with another one enabled. */
    isNot: z.array(z.string()).min(1).optional(),
    /** What the absence of the attribute means. @default nobody can say */
    whenAbsent: z.enum(['enabled', 'disabled', 'unknown']).default('unknown'),
  })
  .refine((rule) => (rule.is === undefined) !== (rule.isNot === undefined), 'needs one of is and isNot')
export type EnabledRule = z.infer<typeof EnabledRule>

/** Bit of userAccountControl: the account is disabled. Source: [MS-ADTS] §2.2.16. */
const ACCOUNT_DISABLED = 0x2

/** Whether a person may sign in; `undefined` where the entry does not show it. */
export function isEnabled(entry: Entry, rule: EnabledRule | undefined): boolean | undefined {
  if (rule === undefined) return controlFlag(textsOf(entry, 'userAccountControl')[0])
  const values = textsOf(entry, rule.attribute).map((value) => value.toLowerCase())
  if (values.length === 0) return rule.whenAbsent === 'unknown' ? undefined : rule.whenAbsent === 'enabled'
  const has = (wanted: readonly string[]): boolean => wanted.some((value) => values.includes(value.toLowerCase()))
  return rule.is ? has(rule.is) : !has(rule.isNot ?? [])
}

function controlFlag(text: string | undefined): boolean | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? (Number(text) & ACCOUNT_DISABLED) === 0 : undefined
}
