import fc from 'fast-check'
import { scimPatch, type ScimPatchOperation } from 'scim-patch'
import { parse } from 'scim2-parse-filter'
import SCIMMY from 'scimmy'
import { describe, expect, it } from 'vitest'
import type { TargetValue, TargetValues } from '../../../../src/scim/model.ts'
import { changesOf } from '../../../../src/scim/target/changes.ts'
import { addMembers, removeMembers } from '../../../../src/scim/target/members.ts'
import { type PatchOperation, patchOperations } from '../../../../src/scim/target/patch.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'

interface Entry {
  readonly type?: string
  value?: string
  primary?: boolean
  locality?: string
  country?: string
}

interface User {
  userName?: string
  externalId?: string
  active?: boolean
  title?: string
  displayName?: string
  name?: { givenName?: string; familyName?: string }
  emails?: Entry[]
  phoneNumbers?: Entry[]
  addresses?: Entry[]
  [ENTERPRISE]?: { department?: string; employeeNumber?: string }
}

SCIMMY.Schemas.User.definition.extend(SCIMMY.Schemas.EnterpriseUser.definition, false)

/** Those who wrote the appliers wrote none of the operations. */
const appliers = {
  async scimmy(resource: User, operations: readonly PatchOperation[]): Promise<User> {
    const schemas = [USER, ...(resource[ENTERPRISE] ? [ENTERPRISE] : [])]
    const before = new SCIMMY.Schemas.User({ schemas, id: '1', ...structuredClone(resource) })
    const message = new SCIMMY.Messages.PatchOp({
      schemas: [SCIMMY.Messages.PatchOp.id],
      Operations: structuredClone([...operations]),
    })
    return JSON.parse(JSON.stringify((await message.apply(before)) ?? before)) as User
  },
  async 'scim-patch'(resource: User, operations: readonly PatchOperation[]): Promise<User> {
    const before = {
      schemas: [USER],
      meta: { resourceType: 'User', created: new Date(), lastModified: new Date(), location: '' },
      ...structuredClone(resource),
    }
    return scimPatch(before, structuredClone([...operations]) as ScimPatchOperation[])
  },
}

/** What a mapping may set, and what setting it means, spelt out by hand. */
const setters: Readonly<Record<string, (user: User, value: string) => void>> = {
  userName: (user, value) => void (user.userName = value),
  externalId: (user, value) => void (user.externalId = value),
  title: (user, value) => void (user.title = value),
  displayName: (user, value) => void (user.displayName = value),
  'name.givenName': (user, value) => void ((user.name ??= {}).givenName = value),
  'name.familyName': (user, value) => void ((user.name ??= {}).familyName = value),
  'emails[type eq "work"].value': setWorkEmail,
  'emails[type eq "home"].value': (user, value) => {
    const home = entry((user.emails ??= []), 'home')
    if (home.value?.toLowerCase() !== value.toLowerCase()) home.value = value
  },
  'phoneNumbers[type eq "mobile"].value': (user, value) =>
    void (entry((user.phoneNumbers ??= []), 'mobile').value = value),
  'addresses[type eq "work"].locality': (user, value) => void (entry((user.addresses ??= []), 'work').locality = value),
  'addresses[type eq "work"].country': (user, value) => void (entry((user.addresses ??= []), 'work').country = value),
  [`${ENTERPRISE}:department`]: (user, value) => void ((user[ENTERPRISE] ??= {}).department = value),
  [`${ENTERPRISE}:employeeNumber`]: (user, value) => void ((user[ENTERPRISE] ??= {}).employeeNumber = value),
}

function entry(list: Entry[], type: string): Entry {
  const found = list.find((one) => one.type === type)
  if (found) return found
  const made = { type }
  list.push(made)
  return made
}

function setWorkEmail(user: User, value: string): void {
  const list = (user.emails ??= [])
  const isSame = (one: Entry | undefined) => one?.value?.toLowerCase() === value.toLowerCase()
  const work = list.find(({ type }) => type === 'work')
  if (work) {
    if (!isSame(work)) work.value = value
    return
  }
  const untyped = untypedOf(list)
  if (untyped && isSame(untyped)) return
  for (const one of list) one.primary = false
  list.push({ type: 'work', value, primary: true })
}

/** What stands for the work e-mail where none is of that type. */
function untypedOf(list: readonly Entry[]): Entry | undefined {
  const untyped = list.filter(({ type }) => type === undefined)
  return untyped.find(({ primary }) => primary) ?? (untyped.length === 1 ? untyped[0] : undefined)
}

/** What means the same to a server: no empty parts, no flags that are false, lists in no order. */
function comparable(user: User): unknown {
  const entries = (list: readonly Entry[] = []) =>
    list
      .map(({ type, value, primary, locality, country }) =>
        JSON.stringify([type, value, primary || undefined, locality, country]),
      )
      .toSorted()
  const { userName, externalId, active, title, displayName, name, emails, phoneNumbers, addresses } = user
  return {
    plain: [userName, externalId, active, title, displayName, name?.givenName, name?.familyName],
    lists: [entries(emails), entries(phoneNumbers), entries(addresses)],
    extension: [user[ENTERPRISE]?.department, user[ENTERPRISE]?.employeeNumber],
  }
}

/** Names and addresses, with what breaks quoting. */
const text = fc.oneof(
  fc.constantFrom('a', 'b', 'Ada', 'ADA', 'R"&D', 'back\\slash', 'é ü', '日本', "o'neill", 'x] and y[z', 'a:b.c'),
  fc.string({ minLength: 1, maxLength: 12 }).filter((value) => value.trim() === value && value !== ''),
)
const email = fc
  .tuple(fc.constantFrom('ada', 'Ada', 'grace'), fc.constantFrom('example.com', 'b.example'))
  .map((parts) => parts.join('@'))

const record = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [] })

/** Lists as servers keep them: each type once, one entry without a type, one primary entry at most. */
const entriesOf = (types: readonly string[], value: fc.Arbitrary<string>): fc.Arbitrary<Entry[]> =>
  fc
    .tuple(
      fc.uniqueArray(fc.record({ type: fc.constantFrom(...types, undefined), value }), {
        selector: ({ type }) => type,
        maxLength: types.length + 1,
      }),
      fc.nat({ max: 4 }),
    )
    .map(([list, primary]) =>
      list.map(({ type, value: stored }, index) => ({
        ...(type !== undefined && { type }),
        value: stored,
        ...(index === primary && { primary: true }),
      })),
    )
    .filter((list) => new Set(list.map(({ value: stored }) => stored?.toLowerCase())).size === list.length)

const users: fc.Arbitrary<User> = record<Required<User>>({
  externalId: text,
  active: fc.boolean(),
  title: text,
  displayName: text,
  name: record({ givenName: text, familyName: text }),
  emails: entriesOf(['work', 'home', 'other'], email),
  phoneNumbers: entriesOf(['work', 'mobile'], fc.constantFrom('tel:+44-1', 'tel:+44-2')),
  addresses: fc.uniqueArray(
    fc.record({ type: fc.constantFrom('work', 'home'), locality: text, country: fc.constantFrom('GB', 'FR') }),
    {
      selector: ({ type }) => type,
    },
  ),
  [ENTERPRISE]: record({ department: text, employeeNumber: text }),
  userName: text,
}).map((user) => ({ ...user, userName: user.userName ?? 'ada' }))

const valueFor = (path: string): fc.Arbitrary<string> =>
  path.startsWith('emails')
    ? email
    : path.startsWith('phone')
      ? fc.constantFrom('tel:+44-1', 'tel:+44-3')
      : path.endsWith('country')
        ? fc.constantFrom('GB', 'DE')
        : text

const desires: fc.Arbitrary<TargetValues> = fc
  .tuple(
    fc.record(Object.fromEntries(Object.keys(setters).map((path) => [path, valueFor(path)])), { requiredKeys: [] }),
    fc.option(fc.boolean(), { nil: undefined }),
  )
  .map(([values, active]): TargetValues => ({ ...values, ...(active !== undefined && { active }) }))

function desiredOf(current: User, desired: TargetValues): User {
  const user = structuredClone(current)
  for (const [path, value] of Object.entries<TargetValue>(desired))
    if (path === 'active') user.active = value === true
    else setters[path]?.(user, String(value))
  return user
}

const RUNS = { numRuns: 150 }

describe.each(Object.entries(appliers))('operations that %s applies', (_, apply) => {
  it('make exactly the desired user out of any other', async () => {
    await fc.assert(
      fc.asyncProperty(users, desires, async (current, desired) => {
        const operations = patchOperations(
          { attributes: { ...current } },
          changesOf({ attributes: { ...current } }, desired),
          { addOperation: 'add' },
        )
        const after = operations.length === 0 ? current : await apply(current, operations)
        expect(comparable(after)).toEqual(comparable(desiredOf(current, desired)))
        expect(changesOf({ attributes: { ...after } }, desired)).toEqual([])
      }),
      RUNS,
    )
  })

  it('are spelt with replace alone for a server without add, and lose nothing', async () => {
    await fc.assert(
      fc.asyncProperty(users, desires, async (current, desired) => {
        const operations = patchOperations(
          { attributes: { ...current } },
          changesOf({ attributes: { ...current } }, desired),
          { addOperation: 'replace' },
        )
        expect(operations.every(({ op }) => op === 'replace')).toBe(true)
        const after = operations.length === 0 ? current : await apply(current, operations)
        expect(comparable(after)).toEqual(comparable(desiredOf(current, desired)))
      }),
      RUNS,
    )
  })

  it('remove exactly what is to go', async () => {
    const removable = [
      'title',
      'displayName',
      'externalId',
      'emails[type eq "work"].value',
      'phoneNumbers[type eq "mobile"].value',
      `${ENTERPRISE}:department`,
    ]
    await fc.assert(
      fc.asyncProperty(users, fc.subarray(removable), async (current, paths) => {
        const operations = patchOperations(
          { attributes: { ...current } },
          paths.map((path) => ({ path })),
          { addOperation: 'add' },
        )
        const after = operations.length === 0 ? current : await apply(current, operations)
        const expected = structuredClone(current)
        if (paths.includes('title')) delete expected.title
        if (paths.includes('displayName')) delete expected.displayName
        if (paths.includes('externalId')) delete expected.externalId
        if (paths.includes(removable[3] ?? '')) {
          const list = expected.emails ?? []
          const gone = list.find(({ type }) => type === 'work') ?? untypedOf(list)
          expected.emails = list.filter((one) => one !== gone)
        }
        if (paths.includes(removable[4] ?? ''))
          expected.phoneNumbers = (expected.phoneNumbers ?? []).filter(({ type }) => type !== 'mobile')
        if (paths.includes(removable[5] ?? '')) delete expected[ENTERPRISE]?.department
        expect(comparable(after)).toEqual(comparable(expected))
      }),
      RUNS,
    )
  })
})

describe('operations on members', () => {
  const ids = fc.uniqueArray(fc.oneof(fc.uuid(), fc.constantFrom('a"b', 'c\\d', 'e]f', '12')), { maxLength: 12 })

  it.each(['scimmy', 'scim-patch'])(
    'add exactly those who are missing, and remove exactly those who are too many: %s',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(ids, ids, async (current, desired) => {
          // scimmy reads no escaped quote, and scim-patch no escaped backslash.
          fc.pre(![...current, ...desired].some((id) => /["\\\]]/.test(id)))
          const added = desired.filter((id) => !current.includes(id))
          const removed = current.filter((id) => !desired.includes(id))
          const operations = [
            ...(added.length > 0 ? addMembers(added, 'user', 'https://t.example', { memberRef: false }) : []),
            ...removeMembers(removed, 'filter'),
          ]
          const members = current.map((value) => ({ value }))
          const resource = { schemas: [GROUP], id: 'g', displayName: 'g', members }
          const after =
            operations.length === 0
              ? resource
              : name === 'scimmy'
                ? await applyToGroup(resource, operations)
                : scimPatch(
                    {
                      ...structuredClone(resource),
                      meta: { resourceType: 'Group', created: new Date(), lastModified: new Date(), location: '' },
                    },
                    structuredClone(operations) as ScimPatchOperation[],
                  )
          expect((after.members ?? []).map(({ value }) => value).toSorted()).toEqual(desired.toSorted())
        }),
        RUNS,
      )
    },
  )

  async function applyToGroup(
    resource: { readonly members: readonly { readonly value: string }[] },
    operations: readonly PatchOperation[],
  ): Promise<{ members?: readonly { readonly value: string }[] }> {
    const message = new SCIMMY.Messages.PatchOp({ schemas: [SCIMMY.Messages.PatchOp.id], Operations: [...operations] })
    const before = new SCIMMY.Schemas.Group({ ...resource })
    return JSON.parse(JSON.stringify((await message.apply(before)) ?? before)) as { members?: { value: string }[] }
  }
})

it('names members by filters that a parser reads back', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((id) => !/[\\\p{Cc}]/u.test(id)),
      (id) => {
        const [operation] = removeMembers([id], 'filter')
        expect(parse(operation?.path ?? '')).toEqual({
          op: '[]',
          attrPath: 'members',
          valFilter: { op: 'eq', attrPath: 'value', compValue: id },
        })
      },
    ),
  )
})
