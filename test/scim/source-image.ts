import type { Kind } from '../../src/scim/model.ts'
import type {
  ChangeSink,
  Source,
  SourceCall,
  SourceMember,
  SourceObject,
  SourceRead,
  SourceRemoval,
} from '../../src/scim/source.ts'
import { silentLogger } from '../../src/sdk/ground/ports.ts'
import { createVirtualTime } from '../support/virtual-time.ts'

/** What a consumer of a source knows after its reads: the rules of the port, and no more. */
export class SourceImage {
  readonly objects = { user: new Map<string, SourceObject>(), group: new Map<string, SourceObject>() }
  readonly memberships = new Map<string, SourceMember>()
  assigned = new Map<string, { readonly kind: Kind; readonly defaultAccess: boolean }>()
  readonly removals: SourceRemoval[] = []
  watermark: string | undefined

  /** Reads everything into an empty image. */
  async read(source: Source, call: SourceCall = sourceCall()): Promise<SourceRead> {
    this.objects.user.clear()
    this.objects.group.clear()
    this.memberships.clear()
    this.assigned = new Map()
    return this.#keep(await source.read(this.#sink(), call))
  }

  async changes(source: Source, call: SourceCall = sourceCall()): Promise<SourceRead> {
    this.assigned = new Map()
    const read = await source.changes?.(this.watermark ?? '', this.#sink(), call)
    if (!read) throw new Error(`the source ${source.type} tells no changes`)
    return this.#keep(read)
  }

  /** Display names or ids of members by group, sorted, for expectations that people read. */
  members(group: string): readonly string[] {
    return [...this.memberships.values()]
      .filter((one) => one.group === group)
      .map(({ member }) => member)
      .sort()
  }

  #keep(read: SourceRead): SourceRead {
    this.watermark = read.watermark
    return read
  }

  #sink(): ChangeSink {
    const put = (kind: Kind) => (batch: readonly SourceObject[]) => {
      for (const object of batch) this.objects[kind].set(object.id, object)
    }
    const key = ({ group, member }: SourceMember): string => `${group} ${member}`
    return {
      users: put('user'),
      groups: put('group'),
      members: (batch) => {
        for (const member of batch) this.memberships.set(key(member), member)
      },
      notMembers: (batch) => {
        for (const member of batch) this.memberships.delete(key(member))
      },
      assignments: (batch) => {
        for (const { principal, kind, defaultAccess } of batch) this.assigned.set(principal, { kind, defaultAccess })
      },
      removed: (batch) => {
        this.removals.push(...batch)
        for (const { kind, id } of batch) {
          this.objects[kind].delete(id)
          for (const [name, one] of this.memberships) if (one.group === id) this.memberships.delete(name)
        }
      },
      stored: (kind, id) => this.objects[kind].get(id),
    }
  }
}

/** What a source is called with: waits take no time. */
export function sourceCall(overrides: Partial<SourceCall> = {}): SourceCall {
  const { clock } = createVirtualTime()
  return {
    signal: new AbortController().signal,
    clock,
    sleep: (_, signal) => {
      signal.throwIfAborted()
      return Promise.resolve()
    },
    log: silentLogger,
    ...overrides,
  }
}
