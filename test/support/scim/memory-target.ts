import { ConnectorError } from '../../../src/sdk/ground/errors.ts'
import type { AttributeChange, Kind, TargetObject, TargetValue, TargetValues } from '../../../src/scim/model.ts'
import type { TargetProfile } from '../../../src/scim/target/profile.ts'
import type { Target } from '../../../src/scim/target/target.ts'

/** What a target does to one call. */
export type Fault =
  'lost before' | 'lost after' | 'ignore' | 'refuse' | 'forbid' | 'token refused' | 'incomplete' | 'hide one'

export interface Call {
  readonly method: 'list' | 'get' | 'find' | 'create' | 'update' | 'changeMembers' | 'remove'
  readonly kind: Kind
  readonly subject: string
}

export interface MemoryTargetOptions {
  readonly profile?: Partial<TargetProfile>
  readonly fault?: (call: Call, nth: number) => Fault | undefined
  /** How a value is stored; `undefined` drops it. */
  readonly store?: (path: string, value: TargetValue) => TargetValue | undefined
}

const PROFILE: TargetProfile = {
  name: 'generic',
  filters: [],
  pageSize: 100,
  membersPerRequest: 100,
  memberRemoval: 'filter',
  memberRef: false,
  addOperation: 'add',
  puts: [],
  listShowsMembers: true,
  etag: false,
  rewritten: [],
}

interface Stored {
  readonly kind: Kind
  readonly id: string
  values: Record<string, TargetValue>
  members: Set<string>
}

/** A SCIM server in memory, behind the port that the engine speaks to, with faults by what is called. */
export class MemoryTarget implements Target {
  readonly url = 'http://127.0.0.1:1/scim'
  readonly objects = new Map<string, Stored>()
  readonly calls: Call[] = []
  profile: TargetProfile
  #options: MemoryTargetOptions
  #next = 0

  constructor(options: MemoryTargetOptions = {}) {
    this.#options = options
    this.profile = { ...PROFILE, ...options.profile }
  }

  set options(options: MemoryTargetOptions) {
    this.#options = options
  }

  /** Calls that may change something. */
  get writes(): readonly Call[] {
    return this.calls.filter(({ method }) => ['create', 'update', 'changeMembers', 'remove'].includes(method))
  }

  /** Puts an object there that nobody provisioned. */
  seed(kind: Kind, values: Record<string, TargetValue>, members: readonly string[] = []): string {
    const id = `${kind[0]}${++this.#next}`
    this.objects.set(id, { kind, id, values: { ...values }, members: new Set(members) })
    return id
  }

  /** What stands there, by userName or displayName. */
  named(kind: Kind, name: string): Stored | undefined {
    return [...this.objects.values()].find(
      (object) => object.kind === kind && object.values[kind === 'user' ? 'userName' : 'displayName'] === name,
    )
  }

  /** userNames of a group's members, sorted. */
  membersOf(name: string): readonly string[] {
    const group = this.named('group', name)
    return [...(group?.members ?? [])].map((id) => String(this.objects.get(id)?.values['userName'] ?? id)).sort()
  }

  async list(kind: Kind, onPage: (objects: readonly TargetObject[]) => void) {
    const fault = this.#call('list', kind, '')
    const all = [...this.objects.values()].filter((object) => object.kind === kind)
    const shown =
      fault === 'hide one' ? all.slice(1) : fault === 'incomplete' ? all.slice(0, Math.floor(all.length / 2)) : all
    const { pageSize } = this.profile
    const pages = Math.max(1, Math.ceil(shown.length / pageSize))
    for (let page = 1; page < pages; page++) this.#call('list', kind, `page ${page + 1}`)
    for (let page = 0; page < pages; page++)
      onPage(shown.slice(page * pageSize, (page + 1) * pageSize).map((object) => this.#show(object)))
    return { objects: shown.length, complete: fault !== 'incomplete', requests: pages }
  }

  async get(kind: Kind, id: string): Promise<TargetObject | undefined> {
    this.#call('get', kind, id)
    const object = this.objects.get(id)
    return object && { ...this.#show(object), ...(kind === 'group' && { members: [...object.members] }) }
  }

  async find(kind: Kind, attribute: 'externalId' | 'userName' | 'displayName', value: string) {
    this.#call('find', kind, value)
    const fold = (text: unknown): string => (attribute === 'userName' ? String(text).toLowerCase() : String(text))
    const objects = [...this.objects.values()].filter(
      (object) =>
        object.kind === kind &&
        object.values[attribute] !== undefined &&
        fold(object.values[attribute]) === fold(value),
    )
    const proven = this.profile.filters.includes(`${kind}.${attribute}` as 'user.externalId')
    return { objects: proven ? objects.map((object) => this.#show(object)) : [], proven }
  }

  async create(kind: Kind, values: TargetValues) {
    const name = String(values['userName'] ?? values['displayName'])
    return this.#write('create', kind, name, () => {
      if (kind === 'user' && this.#isTaken(name)) throw refusal('already-exists', 409)
      const id = this.seed(kind, {})
      for (const [path, value] of Object.entries(values)) this.#set(id, path, value)
      return { id, status: 201 }
    })
  }

  async update(current: TargetObject, changes: readonly AttributeChange[]) {
    return this.#write('update', current.kind, current.id, () => {
      if (!this.objects.has(current.id)) throw refusal('not-found', 404)
      for (const { path, after } of changes) {
        if (path === 'userName' && this.#isTaken(String(after), current.id)) throw refusal('already-exists', 409)
        this.#set(current.id, path, after)
      }
      return { status: 200 }
    })
  }

  async changeMembers(
    group: string,
    change: { readonly add: readonly string[] } | { readonly remove: readonly string[] },
  ) {
    return this.#write('changeMembers', 'group', group, () => {
      const object = this.objects.get(group)
      if (!object) throw refusal('not-found', 404)
      if ('add' in change) for (const id of change.add) object.members.add(id)
      else for (const id of change.remove) object.members.delete(id)
      return { status: 204, refused: [] }
    })
  }

  async seekMember(): Promise<'nowhere'> {
    return 'nowhere'
  }

  async remove(kind: Kind, id: string) {
    return this.#write('remove', kind, id, () => {
      this.objects.delete(id)
      return { status: 204 }
    })
  }

  traffic() {
    return { requests: this.calls.length, retries: 0, waitedMs: 0 }
  }

  learn(found: Partial<TargetProfile>): void {
    this.profile = { ...this.profile, ...found }
  }

  #isTaken(userName: string, except?: string): boolean {
    return [...this.objects.values()].some(
      ({ kind, id, values }) =>
        kind === 'user' && id !== except && String(values['userName']).toLowerCase() === userName.toLowerCase(),
    )
  }

  #set(id: string, path: string, value: TargetValue | undefined): void {
    const object = this.objects.get(id)
    if (!object) return
    const stored = value === undefined ? undefined : this.#options.store ? this.#options.store(path, value) : value
    if (stored === undefined) delete object.values[path]
    else object.values[path] = stored
  }

  #show({ kind, id, values, members }: Stored): TargetObject {
    const attributes: Record<string, unknown> = {}
    for (const [path, value] of Object.entries(values)) {
      if (path === 'emails[type eq "work"].value') attributes['emails'] = [{ type: 'work', primary: true, value }]
      else if (path.startsWith('name.'))
        attributes['name'] = { ...(attributes['name'] as object), [path.slice('name.'.length)]: value }
      else attributes[path] = value
    }
    return {
      kind,
      id,
      attributes,
      ...(kind === 'group' && this.profile.listShowsMembers === true && { members: [...members] }),
    }
  }

  async #write<T>(method: Call['method'], kind: Kind, subject: string, work: () => T): Promise<T> {
    const fault = this.#call(method, kind, subject)
    // Answers come in another order than requests.
    for (let turns = this.calls.length % 3; turns > 0; turns--) await Promise.resolve()
    if (fault === 'lost before') throw lost()
    if (fault === 'refuse') throw refusal('invalid-argument', 400)
    if (fault === 'forbid') throw refusal('permission-denied', 403)
    if (fault === 'ignore') return { status: 200, id: undefined, refused: [] } as T
    const result = work()
    if (fault === 'lost after') throw lost()
    return result
  }

  #call(method: Call['method'], kind: Kind, subject: string): Fault | undefined {
    const call = { method, kind, subject }
    this.calls.push(call)
    const nth = this.calls.filter(
      (other) => other.method === method && other.kind === kind && other.subject === subject,
    ).length
    const fault = this.#options.fault?.(call, nth)
    if (fault === 'token refused') throw refusal('unauthenticated', 401)
    return fault
  }
}

const lost = (): ConnectorError =>
  new ConnectorError('unavailable', 'write', 'the answer was lost', undefined, 'answer-lost')

const refusal = (
  code: 'already-exists' | 'not-found' | 'invalid-argument' | 'permission-denied' | 'unauthenticated',
  status: number,
) => new ConnectorError(code, 'write', `refused (${status})`, undefined, `http ${status}`)
