/** Properties of an object, `id` not among them. `null` is a property that was cleared. */
export type Properties = Readonly<Record<string, unknown>>

export type ObjectKind = 'user' | 'group' | 'device'

export interface DirectoryObject {
  readonly kind: ObjectKind
  readonly id: string
  properties: Properties
  /** `live`, in the recycle bin, or gone. */
  state: 'live' | 'soft-deleted' | 'purged'
}

export interface AppRole {
  readonly principal: string
  readonly role: string
}

/** Something that a delta query tells. */
export interface Event {
  readonly seq: number
  readonly kind: 'user' | 'group'
  readonly id: string
  /** Names of the properties that changed; empty where none did. */
  readonly changed: readonly string[]
  /** Of a group: the member that came or went. */
  readonly member?: { readonly id: string; readonly present: boolean }
  /** Whether it came out of the recycle bin. */
  readonly restored?: boolean
}

export const DEFAULT_ACCESS = '00000000-0000-0000-0000-000000000000'

/** Makes an id from a number, so that tests can name objects. */
export const guid = (n: number): string => `${n.toString(16).padStart(8, '0')}-aaaa-4bbb-8ccc-dddddddddddd`

/**
 * The objects of a tenant and the journal of what happened to them. Every edit is one method; nothing else changes the tenant.
 *
 * It knows nothing of paging or tokens.
 */
export class Directory {
  readonly objects = new Map<string, DirectoryObject>()
  readonly members = new Map<string, Set<string>>()
  assignments: readonly AppRole[] = []
  readonly events: Event[] = []
  #next = 1

  get seq(): number {
    return this.events.length
  }

  addUser(userPrincipalName: string, properties: Properties = {}): string {
    const [name = ''] = userPrincipalName.split('@')
    return this.#add('user', {
      userPrincipalName,
      mail: userPrincipalName,
      mailNickname: name,
      displayName: name,
      givenName: name,
      surname: 'Test',
      accountEnabled: true,
      ...properties,
    })
  }

  addGroup(displayName: string, members: readonly string[] = []): string {
    const id = this.#add('group', { displayName, mailNickname: displayName, securityEnabled: true })
    for (const member of members) this.addMember(id, member)
    return id
  }

  addDevice(): string {
    const id = guid(this.#next++)
    this.objects.set(id, { kind: 'device', id, properties: {}, state: 'live' })
    return id
  }

  update(id: string, properties: Properties): void {
    const object = this.#get(id)
    object.properties = { ...object.properties, ...properties }
    this.#tell(object, Object.keys(properties))
  }

  softDelete(id: string): void {
    this.#get(id).state = 'soft-deleted'
    this.#tell(this.#get(id), [])
  }

  restore(id: string): void {
    this.#get(id).state = 'live'
    this.#tell(this.#get(id), [], undefined, true)
  }

  purge(id: string): void {
    this.#get(id).state = 'purged'
    this.members.delete(id)
    for (const members of this.members.values()) members.delete(id)
    this.assignments = this.assignments.filter(({ principal }) => principal !== id)
    this.#tell(this.#get(id), [])
  }

  addMember(group: string, member: string): void {
    this.#membersOf(group).add(member)
    this.#tell(this.#get(group), [], { id: member, present: true })
  }

  removeMember(group: string, member: string): void {
    this.#membersOf(group).delete(member)
    this.#tell(this.#get(group), [], { id: member, present: false })
  }

  assign(principal: string, role: string = DEFAULT_ACCESS): void {
    this.assignments = [...this.assignments, { principal, role }]
  }

  unassign(principal: string): void {
    this.assignments = this.assignments.filter((one) => one.principal !== principal)
  }

  #add(kind: 'user' | 'group', properties: Properties): string {
    const id = guid(this.#next++)
    const object: DirectoryObject = { kind, id, properties, state: 'live' }
    this.objects.set(id, object)
    if (kind === 'group') this.members.set(id, new Set())
    this.#tell(object, Object.keys(properties))
    return id
  }

  #get(id: string): DirectoryObject {
    const object = this.objects.get(id)
    if (!object) throw new Error(`the test tenant holds no object ${id}`)
    return object
  }

  #membersOf(group: string): Set<string> {
    const members = this.members.get(group)
    if (!members) throw new Error(`the test tenant holds no group ${group}`)
    return members
  }

  #tell({ kind, id }: DirectoryObject, changed: readonly string[], member?: Event['member'], restored = false): void {
    if (kind === 'device') return
    this.events.push({ seq: this.events.length + 1, kind, id, changed, restored, ...(member && { member }) })
  }
}
