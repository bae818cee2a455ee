import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Expansion } from '../access/expansion.ts'
import type { SyncView } from '../file/sync-view.ts'
import { keyOf, sayThing, type Thing } from '../model/thing.ts'
import { findThing, type Names } from '../names/find-thing.ts'
import { hasTags } from '../rows/has-tags.ts'
import type { What, Who } from './rules-schema.ts'

/** Something that can be reached: a resource, or one of its entitlements. */
export interface Target {
  readonly thing: Thing
  /** Ids of the entitlements that are meant; absent means any. */
  readonly entitlements?: ReadonlySet<string>
}

/** Finds what tests name, each name once. Errors of all: as `findThing`; `not-found` for a tag that nothing has. */
export class Resolver {
  readonly #view: SyncView
  readonly #names: Names
  readonly #expansion: Expansion
  readonly #found = new Map<string, Thing | ConnectorError>()

  constructor(view: SyncView, names: Names, expansion: Expansion) {
    this.#view = view
    this.#names = names
    this.#expansion = expansion
  }

  /** Those who are meant: a person, or everyone who holds the group or role. */
  who(who: Who): readonly Thing[] {
    return this.#named(who, 'user').flatMap((thing) => this.#peopleOf(thing))
  }

  what(what: What): readonly Target[] {
    if (typeof what === 'string') {
      const entitlement = this.#view.entitlement(what)
      if (entitlement)
        return [{ thing: this.#view.thing(entitlement.resource), entitlements: new Set([entitlement.id]) }]
    }
    const wanted = typeof what === 'object' && 'name' in what ? what.entitlement : undefined
    return this.#named(what).map((thing) => ({
      thing,
      ...(wanted !== undefined && { entitlements: this.#entitlementsOf(thing, wanted) }),
    }))
  }

  /** What a rule leaves out. */
  exception(name: string): Thing {
    return this.#one(name, undefined, undefined)
  }

  #named(named: Who | What, rather?: 'user'): readonly Thing[] {
    if (typeof named === 'string') return [this.#one(named, undefined, rather)]
    if ('name' in named) return [this.#one(named.name, named.type, rather)]
    const tagged = [...hasTags(this.#names.things(), [named.tag])]
    if (tagged.length === 0)
      throw new ConnectorError('not-found', 'find tag', `nothing in the file has the tag ${JSON.stringify(named.tag)}`)
    return tagged
  }

  #one(text: string, type: string | undefined, rather: 'user' | undefined): Thing {
    const key = `${rather ?? ''}\0${type ?? ''}\0${text}`
    const found = this.#found.get(key) ?? this.#look(text, type, rather)
    this.#found.set(key, found)
    if (ConnectorError.is(found)) throw found
    return found
  }

  #look(text: string, type: string | undefined, rather: 'user' | undefined): Thing | ConnectorError {
    try {
      return findThing(this.#names, text, { word: 'user, group, role or resource', type, ...(rather && { rather }) })
    } catch (error) {
      if (ConnectorError.is(error) && error.code !== 'data-loss') return error
      throw error
    }
  }

  #peopleOf(thing: Thing): readonly Thing[] {
    if (thing.kind === 'user') return [thing]
    const ids = Array.from(this.#view.entitlements(thing.id), ({ id }) => id)
    if (ids.length === 0) return [thing]
    const holdings = this.#expansion.onEntitlements(ids)
    const people = new Map<string, Thing>()
    for (const id of ids)
      for (const { principal } of holdings.get(id)?.values() ?? []) {
        const person = this.#view.thing(principal)
        if (person.kind !== 'group' && person.kind !== 'role') people.set(keyOf(principal), person)
      }
    return [...people.values()]
  }

  #entitlementsOf(thing: Thing, wanted: string): ReadonlySet<string> {
    const all = [...this.#view.entitlements(thing.id)]
    const ids = all
      .filter(({ id, slug }) => id === wanted || slug.toLowerCase() === wanted.toLowerCase())
      .map(({ id }) => id)
    if (ids.length > 0) return new Set(ids)
    const there = [...new Set(all.map(({ slug }) => slug))].join(', ') || 'none'
    throw new ConnectorError(
      'not-found',
      'find entitlement',
      `${sayThing(thing)} has no entitlement ${JSON.stringify(wanted)}; there are ${there}`,
    )
  }
}
