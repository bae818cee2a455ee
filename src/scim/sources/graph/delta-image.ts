import type { Kind } from '../../model.ts'
import type { SourceMember } from '../../source.ts'
import { idOf, overlay, type Properties, propertiesOf } from './attributes.ts'
import type { GraphObject } from './graph-answer.ts'

/** What a delta query told of one object, all its pages together. */
export interface Told {
  readonly properties: Properties
  /** Whether it is gone, and whether for good. */
  readonly removed: 'changed' | 'deleted' | undefined
  /** Whether it was removed on one page and came back on a later one: what happened in between may not have been told. */
  readonly returned: boolean
}

/** A member as a group's delta told it last. */
interface ToldMember {
  readonly kind: Kind | undefined
  readonly present: boolean
}

/** There are millions of memberships and six ways to be told: each is one object. */
const TOLD_MEMBERS: readonly ToldMember[] = [undefined, 'user' as const, 'group' as const].flatMap((kind) =>
  [true, false].map((present) => ({ kind, present })),
)

const toldMember = (kind: Kind | undefined, present: boolean): ToldMember =>
  TOLD_MEMBERS.find((told) => told.kind === kind && told.present === present) ?? { kind, present }

/**
 * Puts together what the pages of a delta query tell: the same object comes several times and in slices, and what came last counts.
 *
 * Why: in memory until the last page, because a later page may take back what an earlier one told, and a restart takes back everything.
 */
export class DeltaImage {
  readonly objects = { user: new Map<string, Told>(), group: new Map<string, Told>() }
  readonly #members = new Map<string, Map<string, ToldMember>>()
  /** One text for each id, however often it comes. */
  readonly #ids = new Map<string, string>()
  #memberships = 0
  #foreign = 0

  apply(kind: Kind, page: readonly GraphObject[]): void {
    for (const object of page) {
      const id = this.#id(object)
      if (id !== undefined) this.#applyObject(kind, id, object)
    }
  }

  /** Forgets one kind, since its read begins anew. */
  clear(kind: Kind): void {
    this.objects[kind].clear()
    if (kind === 'user') return
    this.#members.clear()
    this.#memberships = 0
  }

  get counts(): { readonly users: number; readonly groups: number; readonly members: number } {
    return { users: this.objects.user.size, groups: this.objects.group.size, members: this.#memberships }
  }

  /** Members that are neither users nor groups, such as devices. */
  get foreignMembers(): number {
    return this.#foreign
  }

  /** Memberships that are, or that are no longer. `isGroup` decides where Graph does not say what a member is. */
  *members(present: boolean, isGroup: (id: string) => boolean): Generator<SourceMember> {
    for (const [group, members] of this.#members)
      for (const [member, told] of this.objects.group.get(group)?.removed ? [] : members)
        if (told.present === present) yield { group, member, kind: told.kind ?? (isGroup(member) ? 'group' : 'user') }
  }

  #applyObject(kind: Kind, id: string, object: GraphObject): void {
    const told = this.objects[kind]
    const before = told.get(id)
    const now = propertiesOf(object)
    told.set(id, {
      properties: before ? overlay(before.properties, now) : now,
      removed: removalOf(object),
      returned: before !== undefined && (before.returned || before.removed !== undefined),
    })
    const members = object['members@delta']
    if (kind === 'group' && Array.isArray(members)) this.#applyMembers(id, members)
  }

  #applyMembers(group: string, slice: readonly unknown[]): void {
    const members = this.#members.get(group) ?? new Map<string, ToldMember>()
    this.#members.set(group, members)
    for (const item of slice) {
      if (typeof item !== 'object' || item === null) continue
      const object = item as GraphObject
      const id = this.#id(object)
      const kind = memberKindOf(object)
      if (id === undefined || kind === 'other') this.#foreign += id === undefined ? 0 : 1
      else {
        if (!members.has(id)) this.#memberships++
        members.set(id, toldMember(kind, removalOf(object) === undefined))
      }
    }
  }

  #id(object: GraphObject): string | undefined {
    const id = idOf(object)
    if (id === undefined) return undefined
    const known = this.#ids.get(id)
    if (known === undefined) this.#ids.set(id, id)
    return known ?? id
  }
}

/** `deleted` is gone for good, `changed` can come back. A reason that is not known counts as the one that loses less. */
function removalOf(object: GraphObject): 'changed' | 'deleted' | undefined {
  const removed = object['@removed']
  if (typeof removed !== 'object' || removed === null) return undefined
  return 'reason' in removed && removed.reason === 'deleted' ? 'deleted' : 'changed'
}

/** What a member is; `undefined` where Graph does not say, as of one that was removed. */
export function memberKindOf(object: GraphObject): Kind | 'other' | undefined {
  const type = object['@odata.type']
  if (typeof type !== 'string') return undefined
  if (type === '#microsoft.graph.user') return 'user'
  return type === '#microsoft.graph.group' ? 'group' : 'other'
}
