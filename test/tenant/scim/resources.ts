import { globalId } from '../global-id.ts'
import type { TenantGroup, TenantUser } from '../model.ts'
import type { Tenant } from '../tenant.ts'
import { ScimRefusal } from './refusal.ts'

/** What an identity provider keeps of a user beside what the Admin API shows. */
interface OriginFacts {
  externalId: string
  userName: string
}

interface ScimResource {
  readonly schemas: readonly string[]
  readonly meta: Readonly<Record<string, string>>
}

export interface ScimUser extends ScimResource {
  readonly id: string
  readonly externalId: string
  readonly userName: string
  readonly name: { readonly givenName?: string; readonly familyName?: string }
  readonly emails?: readonly { readonly value: string; readonly type: 'work'; readonly primary: true }[]
  readonly active: boolean
}

export interface ScimGroup extends ScimResource {
  readonly id: string
  readonly externalId?: string
  readonly displayName: string
  readonly members: readonly { readonly value: string }[]
}

/** Attributes of a user that can be set; what is absent stays as it is. */
export interface UserFields {
  readonly externalId?: string
  readonly userName?: string
  readonly email?: string
  readonly givenName?: string
  readonly familyName?: string
  readonly active?: boolean
}

const URN = 'urn:ietf:params:scim:schemas:core:2.0'

/**
 * The users and groups of a tenant that an identity provider manages, by SCIM id. They are the SYNCED ones of the GraphQL side.
 *
 * Source: Twingate's SCIM page as far as it goes (externalId and userName required, externalId unique, group names not unique). That an
 * address cannot be changed follows its help centre; that a created user is ACTIVE, and how ids look, is our choice.
 */
export class ScimDirectory {
  readonly #tenant: Tenant
  readonly #facts = new WeakMap<TenantUser, OriginFacts>()

  constructor(tenant: Tenant) {
    this.#tenant = tenant
  }

  get users(): readonly TenantUser[] {
    return this.#tenant.users.filter(({ type }) => type === 'SYNCED')
  }

  get groups(): readonly TenantGroup[] {
    return this.#tenant.groups.filter(({ type }) => type === 'SYNCED')
  }

  user(id: string): TenantUser {
    const user = this.#tenant.user(globalId('User', Number(id)))
    return user?.type === 'SYNCED' ? user : missing('User', id)
  }

  group(id: string): TenantGroup {
    const group = this.#tenant.group(globalId('Group', Number(id)))
    return group?.type === 'SYNCED' ? group : missing('Group', id)
  }

  showUser = (user: TenantUser): ScimUser => {
    const { externalId, userName } = this.#factsOf(user)
    return {
      schemas: [`${URN}:User`],
      id: idOf(user),
      externalId,
      userName,
      name: {
        ...(user.firstName !== '' && { givenName: user.firstName }),
        ...(user.lastName !== '' && { familyName: user.lastName }),
      },
      ...(user.email !== null && { emails: [{ value: user.email, type: 'work', primary: true }] }),
      active: user.state !== 'DISABLED',
      meta: { resourceType: 'User', created: user.createdAt, lastModified: user.updatedAt },
    }
  }

  showGroup = (group: TenantGroup): ScimGroup => ({
    schemas: [`${URN}:Group`],
    id: idOf(group),
    ...(group.originId !== null && { externalId: group.originId }),
    displayName: group.name,
    members: group.users.filter(({ type }) => type === 'SYNCED').map((user) => ({ value: idOf(user) })),
    meta: { resourceType: 'Group', created: group.createdAt, lastModified: group.updatedAt },
  })

  createUser(fields: UserFields): TenantUser {
    const { externalId, userName, email = null, givenName = '', familyName = '', active = true } = fields
    if (externalId === undefined || userName === undefined)
      throw new ScimRefusal(400, 'invalidValue', 'externalId and userName are required')
    this.#refuseTaken(fields)
    const state = active ? 'ACTIVE' : 'DISABLED'
    const user = this.#tenant.addUser({ email, firstName: givenName, lastName: familyName, state, type: 'SYNCED' })
    this.#facts.set(user, { externalId, userName })
    return user
  }

  changeUser(user: TenantUser, fields: UserFields): void {
    const facts = this.#factsOf(user)
    this.#refuseTaken(fields, user)
    if (fields.email !== undefined && user.email !== null && fields.email.toLowerCase() !== user.email.toLowerCase())
      throw new ScimRefusal(400, 'mutability', 'the email of an existing user cannot be changed')
    user.email = fields.email ?? user.email
    user.firstName = fields.givenName ?? user.firstName
    user.lastName = fields.familyName ?? user.lastName
    if (fields.active !== undefined) user.state = fields.active ? 'ACTIVE' : 'DISABLED'
    this.#facts.set(user, {
      externalId: fields.externalId ?? facts.externalId,
      userName: fields.userName ?? facts.userName,
    })
    this.#tenant.touch(user)
  }

  createGroup(displayName: string | undefined, externalId: string | null): TenantGroup {
    if (displayName === undefined) throw new ScimRefusal(400, 'invalidValue', 'displayName is required')
    return this.#tenant.addGroup({ name: displayName, originId: externalId, type: 'SYNCED' })
  }

  changeGroup(group: TenantGroup, fields: { readonly displayName?: string; readonly externalId?: string }): void {
    group.name = fields.displayName ?? group.name
    group.originId = fields.externalId ?? group.originId
    this.#tenant.touch(group)
  }

  /** Unknown ids are refused before anything changes. */
  changeMembers(group: TenantGroup, add: readonly string[], remove: readonly string[]): void {
    const joining = add.map((id) => this.user(id))
    const leaving = new Set(remove)
    for (const user of joining) this.#tenant.addMember(group, user)
    for (const user of [...group.users]) if (leaving.has(idOf(user))) this.#tenant.removeMember(group, user)
    this.#tenant.touch(group)
  }

  removeUser = (user: TenantUser): void => this.#tenant.removeUser(user)

  removeGroup = (group: TenantGroup): void => this.#tenant.removeGroup(group)

  #factsOf(user: TenantUser): OriginFacts {
    // Users that the tenant began with came from a provider whose external ids nobody recorded.
    return this.#facts.get(user) ?? { externalId: `origin-${idOf(user)}`, userName: user.email ?? `user-${idOf(user)}` }
  }

  #refuseTaken({ externalId, userName, email }: UserFields, self?: TenantUser): void {
    for (const user of this.#tenant.users) {
      if (user === self) continue
      const facts = user.type === 'SYNCED' ? this.#factsOf(user) : undefined
      const taken =
        (externalId !== undefined && facts?.externalId === externalId) ||
        (userName !== undefined && facts?.userName.toLowerCase() === userName.toLowerCase()) ||
        (email !== undefined && user.email?.toLowerCase() === email.toLowerCase())
      if (taken) throw new ScimRefusal(409, 'uniqueness', 'a user with these values exists')
    }
  }
}

/** The number inside the global id. */
const idOf = ({ id }: { readonly id: string }): string => Buffer.from(id, 'base64').toString().split(':')[1] ?? id

function missing(kind: string, id: string): never {
  throw new ScimRefusal(404, undefined, `${kind} ${id} not found`)
}
