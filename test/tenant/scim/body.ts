import { z } from 'zod'
import { ScimRefusal } from './refusal.ts'
import type { UserFields } from './resources.ts'

const Flag = z.union([z.boolean(), z.stringbool()])
const Email = z.object({ value: z.string(), type: z.string().optional(), primary: z.boolean().optional() })

const UserBody = z.object({
  externalId: z.string().optional(),
  userName: z.string().optional(),
  active: Flag.optional(),
  emails: z.array(Email).nullish(),
  name: z
    .object({ givenName: z.string().nullish(), familyName: z.string().nullish(), lastName: z.string().nullish() })
    .nullish(),
})

const GroupBody = z.object({
  displayName: z.string().optional(),
  externalId: z.string().nullish(),
  members: z.array(z.object({ value: z.string() })).nullish(),
})

const PatchBody = z.object({
  schemas: z.array(z.literal('urn:ietf:params:scim:api:messages:2.0:PatchOp')).min(1),
  Operations: z
    .array(
      z.object({
        op: z.string().transform((op) => op.toLowerCase()),
        path: z.string().optional(),
        value: z.unknown().optional(),
      }),
    )
    .min(1),
})

/** Fields of a user from a create or a replace. */
export function userBody(body: string): UserFields {
  const { name, emails, ...rest } = parsed(UserBody, body)
  const email = emails?.find(({ primary }) => primary) ?? emails?.find(({ type }) => type === 'work')
  const familyName = name?.familyName ?? name?.lastName ?? undefined
  return defined({ ...rest, email: email?.value, givenName: name?.givenName ?? undefined, familyName })
}

export const groupBody = (body: string) => parsed(GroupBody, body)

/** Fields of a user that a PATCH sets. Only leaf paths are understood; everything else is refused. */
export function userPatch(body: string): UserFields {
  const fields: { -readonly [K in keyof UserFields]: UserFields[K] } = {}
  for (const { op, path = '', value } of parsed(PatchBody, body).Operations) {
    const text = op === 'remove' ? '' : value
    const key = USER_PATHS[path]
    if (key === 'active') fields.active = valueOf(Flag, value)
    else if (path === 'emails') fields.email = valueOf(z.array(Email).min(1), value)[0]?.value ?? ''
    else if (key !== undefined) fields[key] = valueOf(z.string(), text)
    else throw new ScimRefusal(400, 'invalidPath', `unknown path ${path}`)
  }
  return fields
}

const USER_PATHS: Readonly<Record<string, keyof UserFields>> = {
  externalId: 'externalId',
  userName: 'userName',
  active: 'active',
  'name.givenName': 'givenName',
  'name.familyName': 'familyName',
  'name.lastName': 'familyName',
  'emails[type eq "work"].value': 'email',
}

export interface GroupPatch {
  readonly displayName?: string
  readonly externalId?: string
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/** What a PATCH does to a group. A removal names members in the path or in the value. */
export function groupPatch(body: string): GroupPatch {
  const fields: { displayName?: string; externalId?: string } = {}
  const add: string[] = []
  const remove: string[] = []
  for (const { op, path = '', value } of parsed(PatchBody, body).Operations) {
    const member = /^members\[value eq "([^"\\]+)"\]$/.exec(path)?.[1]
    if (op === 'remove' && member !== undefined) remove.push(member)
    else if (op === 'remove' && path === 'members') remove.push(...valuesOf(value))
    else if (op === 'add' && path === 'members') add.push(...valuesOf(value))
    else if (path === 'displayName' || path === 'externalId') fields[path] = valueOf(z.string().min(1), value)
    else throw new ScimRefusal(400, 'invalidPath', `unknown path ${path} for ${op}`)
  }
  return { ...fields, add, remove }
}

const valuesOf = (value: unknown): readonly string[] =>
  valueOf(z.array(z.object({ value: z.string() })), value).map((member) => member.value)

function valueOf<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (!result.success) throw new ScimRefusal(400, 'invalidValue', z.prettifyError(result.error))
  return result.data
}

function parsed<T>(schema: z.ZodType<T>, body: string): T {
  try {
    return valueOf(schema, JSON.parse(body))
  } catch (error) {
    if (error instanceof SyntaxError) throw new ScimRefusal(400, 'invalidSyntax', 'the body is not JSON')
    throw error
  }
}

const defined = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
