import { z } from 'zod'

const text = z.string().nullable()
const time = z.iso.datetime().nullable()
const origin = {
  /** With several files alone. */
  tenant: z.string().optional(),
  syncedAt: time.optional(),
  file: z.string().optional(),
}
const kept = z.record(z.string(), z.unknown())

const facts = {
  name: z.string(),
  status: text,
  statusDetails: text,
  description: text,
  createdAt: time,
  parent: text,
  tags: z.record(z.string(), z.string()),
  profile: kept,
  type: z.string(),
  id: z.string(),
}

const user = z.strictObject({
  ...facts,
  ...origin,
  email: text,
  login: text,
  accountType: text,
  mfa: z.boolean().nullable(),
  lastLoginAt: time,
})
const group = z.strictObject({ ...facts, ...origin, members: z.int() })
const resource = z.strictObject({ ...facts, ...origin, email: text })

const entitlement = z.strictObject({
  ...origin,
  resource: z.string(),
  entitlement: z.string(),
  name: text,
  description: text,
  purpose: text,
  grantableTo: z.array(z.string()),
  resourceType: z.string(),
  resourceId: z.string(),
  id: z.string(),
})

const grant = z.strictObject({
  ...origin,
  principal: z.string(),
  email: text,
  resource: z.string(),
  entitlement: z.string(),
  how: z.enum(['direct', 'inherited']),
  via: z.array(z.string()),
  until: time,
  principalType: z.string(),
  resourceType: z.string(),
  principalId: z.string(),
  resourceId: z.string(),
  entitlementId: z.string(),
  id: z.string(),
})

const sync = z.strictObject({
  ...origin,
  startedAt: z.string(),
  endedAt: text,
  type: z.string(),
  state: z.enum(['shown', 'hidden', 'unfinished']),
  resources: z.int(),
  entitlements: z.int(),
  grants: z.int(),
  id: z.string(),
})

const way = {
  how: z.enum(['direct', 'inherited', 'direct and inherited']),
  path: text,
  otherPaths: z.array(z.string()),
  until: time,
  inFile: z.boolean(),
}

const access = z.strictObject({
  ...origin,
  resource: z.string(),
  entitlement: z.string(),
  ...way,
  entitlementName: text,
  resourceType: text,
  resourceId: text,
  entitlementId: z.string(),
})

const holder = z.strictObject({
  ...origin,
  principal: z.string(),
  email: text,
  status: text,
  entitlement: z.string(),
  ...way,
  kind: z.string(),
  principalType: z.string(),
  principalId: z.string(),
  entitlementId: z.string(),
})

const identity = z.strictObject({
  name: z.string(),
  email: text,
  kind: z.string(),
  status: text,
  type: z.string(),
  id: z.string(),
})

const expansion = z.enum(['expanded', 'not expanded', 'nothing to expand'])

/** One of several files that were asked. */
const asked = { tenant: z.string(), syncedAt: time, file: z.string() }

const shown = z.strictObject({
  ...user.omit({ tenant: true, syncedAt: true, file: true }).shape,
  expiresAt: time,
  device: kept.nullable(),
  expansion,
  holds: z.array(access),
  heldBy: z.array(holder),
})

const accessOf = { principal: identity, expansion }

const holdersOf = {
  resource: identity,
  entitlements: z.array(z.strictObject({ slug: z.string(), name: text, id: z.string() })),
  expansion,
}

const side = z.strictObject({ file: z.string(), sync: z.string(), endedAt: z.string() })

const change = z.strictObject({
  change: z.enum(['added', 'removed', 'changed', 'expired']),
  what: z.string(),
  name: z.string(),
  email: text,
  entitlement: text,
  resource: text,
  resourceType: text,
  field: text,
  old: text,
  new: text,
  newAccess: z.boolean(),
  admin: z.boolean(),
  jewel: z.boolean(),
  type: text,
  id: z.string(),
})

const finding = z.strictObject({
  ...origin,
  rule: z.string(),
  level: z.enum(['error', 'warning', 'note']),
  name: z.string(),
  email: text,
  message: z.string(),
  test: text,
  rulesFile: text,
  line: z.int().nullable(),
  type: z.string(),
  id: z.string(),
})

const problem = z.strictObject({
  ...origin,
  problem: z.string(),
  level: z.enum(['error', 'warning', 'note']),
  message: z.string(),
  rows: z.int(),
  id: z.string(),
})

/** A line of `export ndjson`. Of who holds nothing the fields of access are `null`. */
const exported = z.strictObject({
  principal: z.string(),
  email: text,
  status: text,
  kind: z.string(),
  principalType: z.string(),
  principalId: z.string(),
  ...Object.fromEntries(Object.entries(access.shape).map(([name, field]) => [name, field.nullable()])),
  ...origin,
})

/** What each reader prints as JSON, by its command; `export` by the line. Fields are added, never changed. */
export const ANSWER_SCHEMAS = {
  'list users': z.array(user),
  'list groups': z.array(group),
  'list roles': z.array(group),
  'list resources': z.array(resource),
  'list entitlements': z.array(entitlement),
  'list grants': z.array(grant),
  'list syncs': z.array(sync),
  show: z.union([shown, z.array(shown.extend(asked))]),
  access: z.union([
    z.strictObject({ ...accessOf, access: z.array(access) }),
    z.strictObject({ files: z.array(z.strictObject({ ...asked, ...accessOf })), access: z.array(access) }),
  ]),
  'who-can': z.union([
    z.strictObject({ ...holdersOf, holders: z.array(holder) }),
    z.strictObject({ files: z.array(z.strictObject({ ...asked, ...holdersOf })), holders: z.array(holder) }),
  ]),
  diff: z.strictObject({ old: side, new: side, same: z.boolean(), changes: z.array(change) }),
  check: z.strictObject({
    files: z.array(z.strictObject({ tenant: z.string(), file: z.string(), sync: z.string(), endedAt: z.string() })),
    cases: z.int(),
    passed: z.int(),
    errors: z.array(
      z.strictObject({
        test: z.string(),
        rulesFile: text,
        line: z.int().nullable(),
        code: z.string(),
        message: z.string(),
      }),
    ),
    findings: z.array(finding),
  }),
  lint: z.array(problem),
  'export ndjson': exported,
} as const

/** The schemas as one document: a property for each command. */
export const answersSchemaJson = (): string =>
  `${JSON.stringify({ title: 'Answers of the readers, by command', ...z.toJSONSchema(z.object(ANSWER_SCHEMAS)) }, undefined, 2)}\n`
