import { z } from 'zod'
import { RULE_IDS } from './rules/rule-ids.ts'

const name = z.string().trim().min(1)
const tag = z.string().trim().min(1).describe('Everything that has this tag: key=value, or the key alone')

const who = z.union([
  name.describe('A name, an address in any case, an id, type:id or a BID'),
  z.strictObject({ name, type: name.optional().describe('Resource type, where several have the name') }),
  z.strictObject({ tag }),
])

const what = z.union([
  name.describe('A name, an id, type:id, a BID, or the id of an entitlement'),
  z.strictObject({
    name,
    type: name.optional().describe('Resource type, where several have the name'),
    entitlement: name.optional().describe('Only this entitlement, by its slug or id; without it any'),
  }),
  z.strictObject({ tag }),
])

const oneOrMany = <T extends z.ZodType>(item: T) => z.union([item, z.array(item)])

const MOMENT = /^(?:now|\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)$/

const accessTest = z
  .strictObject({
    name: name.optional().describe('What the test is called in reports'),
    src: oneOrMany(who).describe('Who; of a group or a role everyone who holds it'),
    accept: oneOrMany(what).optional().describe('What each of them must reach'),
    deny: oneOrMany(what).optional().describe('What none of them may reach'),
    exactly: oneOrMany(what).optional().describe('What each of them must reach, and nothing else'),
    types: oneOrMany(name).optional().describe('Resource types that exactly looks at; without it all'),
    at: z
      .string()
      .regex(MOMENT, 'must be a day such as 2026-12-24, a time such as 2026-12-24T08:00:00Z, or now')
      .refine((text) => text === 'now' || !Number.isNaN(Date.parse(text)), 'is no day of the calendar')
      .optional()
      .describe('A day or time; access that is over by then does not count'),
  })
  .refine(({ accept, deny, exactly }) => accept !== undefined || deny !== undefined || exactly !== undefined, {
    error: 'a test needs accept, deny or exactly',
  })

const days = z.int().min(0).max(100_000)
const rule = z.union([
  z.boolean(),
  days.describe('Days, for rules that count them'),
  z.strictObject({
    days: days.optional(),
    except: oneOrMany(name).optional().describe('Whom or what the rule leaves out'),
  }),
])

/** A file of rules. */
export const RULES_FILE = z.strictObject({
  $schema: z.string().optional(),
  tests: z.array(accessTest).optional(),
  rules: z
    .strictObject(
      Object.fromEntries(RULE_IDS.map((id) => [id, rule.optional()])) as Record<
        (typeof RULE_IDS)[number],
        z.ZodOptional<typeof rule>
      >,
    )
    .optional()
    .describe('Built-in rules: false leaves one out'),
})

export type RulesFile = z.infer<typeof RULES_FILE>
export type AccessTest = z.infer<typeof accessTest>
export type Who = z.infer<typeof who>
export type What = z.infer<typeof what>

/** The schema of a file of rules, for editors. */
export const rulesSchemaJson = (): string =>
  `${JSON.stringify({ title: 'Rules for baton-twingate check', ...z.toJSONSchema(RULES_FILE) }, undefined, 2)}\n`

export const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T]
