import type { Kind } from '../../model.ts'
import type { SourceMember, SourceObject, SourceSink } from '../../source.ts'
import { forEachFew } from '../for-each-few.ts'
import { dnKey, type NameRules } from './dn.ts'

/** An entry that is a user or a group. */
export interface Member {
  readonly kind: Kind
  readonly dn: string
  readonly object: SourceObject
  /** When the entry was made and when it was changed last, in milliseconds, where the directory says so. */
  readonly created?: number | undefined
  readonly modified?: number | undefined
  /** Of a user: the values by which `memberUid` names it. */
  readonly uids?: readonly string[] | undefined
  /** Of a group: the names of its members. */
  readonly memberDns?: readonly string[] | undefined
  readonly memberUids?: readonly string[] | undefined
}

/** What belongs to a name that no entry of this read has: an entry outside of the read, or nothing. */
export type Elsewhere = { readonly id: string } | undefined

export interface MembershipOptions {
  /** Looks for the entry with a name. @default nothing is there */
  readonly lookUp?: (dn: string) => Promise<Elsewhere>
  /** Whether a membership that is older than the person counts. */
  readonly inherited: 'drop' | 'keep'
}

/** Objects and memberships that are handed to the sink at once. */
const BATCH = 1_000

/** Names that a sentence gives as examples. */
const EXAMPLES = 3

/**
 * The users and groups of one read of a directory, and who is a member of what by name.
 *
 * Why: in memory until the end, because a name may turn out to be another person's, and members are names that can be read only when all are known.
 */
export class Population {
  readonly #rules: NameRules
  readonly #members = new Map<string, Member>()
  /** The id of the entry that has a name, by all spellings of it. */
  readonly #byName = new Map<string, string>()
  readonly #byUid = new Map<string, string | null>()
  readonly #texts = new Map<string, string>()
  readonly #gaps: string[] = []
  readonly counts = { users: 0, groups: 0, members: 0 }

  constructor(rules: NameRules) {
    this.#rules = rules
  }

  /** Why the population is not certain. */
  get gaps(): readonly string[] {
    return this.#gaps
  }

  /** Keys of all entries. */
  ids(): Iterable<string> {
    return this.#members.keys()
  }

  /** Takes an entry. The same entry may come again, also under another name; what came last counts. */
  add(member: Member): void {
    const { id } = member.object
    const name = this.#nameOf(member.dn)
    const holder = this.#members.get(this.#byName.get(name) ?? '')
    if (holder && holder.object.id !== id && !this.#replaces(member, holder)) return
    const before = this.#members.get(id)
    if (before) this.#forget(before)
    // Why: a name stands in many groups, and every read of it is another text in memory.
    this.#members.set(
      id,
      member.memberDns ? { ...member, memberDns: member.memberDns.map((dn) => this.#one(dn)) } : member,
    )
    this.#byName.set(name, id)
    for (const uid of member.uids ?? []) this.#byUid.set(uid, this.#byUid.has(uid) ? null : id)
    this.#count(member, 1)
  }

  /**
   * Hands over everything, members last, and gives notes for people.
   *
   * A member that is no entry is a leftover, not a person. Errors: those of `lookUp`.
   */
  async give(sink: SourceSink, options: MembershipOptions): Promise<readonly string[]> {
    const objects = { user: [] as SourceObject[], group: [] as SourceObject[] }
    for (const { kind, object } of this.#members.values()) objects[kind].push(object)
    for (const batch of batches(objects.user)) sink.users(batch)
    for (const batch of batches(objects.group)) sink.groups(batch)
    const names = new MemberNames((name) => this.#byName.get(this.#nameOf(name)))
    const groups = [...this.#members.values()].filter(({ kind }) => kind === 'group')
    await names.look(groups, options.lookUp)
    const stale: string[] = []
    for (const group of groups)
      for (const batch of batches(this.#membersOf(group, names, options, stale))) sink.members(batch)
    return [...names.notes(), ...staleNotes(stale)]
  }

  #membersOf(
    group: Member,
    names: MemberNames,
    { inherited }: MembershipOptions,
    stale: string[],
  ): readonly SourceMember[] {
    const ids = new Set<string>()
    for (const dn of group.memberDns ?? []) {
      const id = names.get(dn)
      if (id !== undefined) ids.add(id)
    }
    for (const uid of group.memberUids ?? []) {
      const id = this.#byUid.get(uid)
      if (typeof id === 'string') ids.add(id)
      else names.dangles(uid)
    }
    return [...ids].flatMap((id): readonly SourceMember[] => {
      const member = this.#members.get(id)
      if (!member) {
        names.isOutside()
        return []
      }
      if (inherited === 'drop' && isOlder(group, member)) {
        stale.push(`${member.dn} in ${group.dn}`)
        return []
      }
      return [{ group: group.object.id, member: id, kind: member.kind }]
    })
  }

  /** Two entries had one name within this read: one was deleted and the other made. The newer one is there. */
  #replaces(member: Member, holder: Member): boolean {
    this.#gaps.push(`${member.dn} was deleted and made anew while it was read; the next read shows which one is there`)
    if (member.created !== undefined && holder.created !== undefined && member.created < holder.created) return false
    this.#forget(holder)
    return true
  }

  #forget(member: Member): void {
    this.#members.delete(member.object.id)
    this.#byName.delete(this.#nameOf(member.dn))
    for (const uid of member.uids ?? []) this.#byUid.delete(uid)
    this.#count(member, -1)
  }

  #count({ kind, memberDns = [], memberUids = [] }: Member, by: 1 | -1): void {
    this.counts[kind === 'user' ? 'users' : 'groups'] += by
    this.counts.members += by * (memberDns.length + memberUids.length)
  }

  #one(text: string): string {
    const known = this.#texts.get(text)
    if (known === undefined) this.#texts.set(text, text)
    return known ?? text
  }

  /** A name whose spelling cannot be judged stands for itself alone. */
  #nameOf(dn: string): string {
    return dnKey(dn, this.#rules) ?? `\0${dn}`
  }
}

/**
 * Whether a membership is older than the person who has the name: the group was not changed since the person was made, so somebody else was meant.
 *
 * Why: directories without referential integrity keep the name of a leaver in groups, and who gets the name later would inherit them.
 */
const isOlder = (group: Member, member: Member): boolean =>
  group.modified !== undefined && member.created !== undefined && group.modified < member.created

/** Who the names of members are, each looked for once, by its exact text. */
class MemberNames {
  readonly #local: (dn: string) => string | undefined
  readonly #ids = new Map<string, string | undefined>()
  readonly #dangling = new Set<string>()
  #outside = 0

  constructor(local: (dn: string) => string | undefined) {
    this.#local = local
  }

  get(dn: string): string | undefined {
    return this.#ids.get(dn)
  }

  /** Finds all names that groups hold: among the entries of the read, then wherever else they may be. */
  async look(groups: readonly Member[], lookUp: MembershipOptions['lookUp']): Promise<void> {
    const unknown: string[] = []
    for (const { memberDns = [] } of groups)
      for (const dn of memberDns) {
        if (this.#ids.has(dn)) continue
        const id = this.#local(dn)
        this.#ids.set(dn, id)
        if (id === undefined) unknown.push(dn)
      }
    await forEachFew(unknown, async (dn) => {
      const found = await lookUp?.(dn)
      this.#ids.set(dn, found?.id)
      if (!found) this.dangles(dn)
    })
  }

  dangles(name: string): void {
    this.#dangling.add(name)
  }

  isOutside(): void {
    this.#outside++
  }

  notes(): readonly string[] {
    const notes: string[] = []
    if (this.#dangling.size > 0)
      notes.push(
        `${this.#dangling.size} names of members belong to no entry and were left out: ${examples([...this.#dangling])}`,
      )
    if (this.#outside > 0)
      notes.push(
        `${this.#outside} memberships of entries that are neither users nor groups of this source were left out`,
      )
    return notes
  }
}

const staleNotes = (stale: readonly string[]): readonly string[] =>
  stale.length === 0
    ? []
    : [
        `${stale.length} memberships are older than the person who has the name now and were left out: ${examples(stale)}; ` +
          'add the person to the group again, or set inherited_members to keep',
      ]

const examples = (all: readonly string[]): string =>
  all.slice(0, EXAMPLES).join('; ') + (all.length > EXAMPLES ? ` and ${all.length - EXAMPLES} more` : '')

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += BATCH) yield items.slice(at, at + BATCH)
}
