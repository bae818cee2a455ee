import { stringify } from 'yaml'
import { Expansion } from '../access/expansion.ts'
import type { EntitlementRow, SyncView } from '../file/sync-view.ts'
import { endOfSync } from '../file/open-files.ts'
import { keyOf, type Thing } from '../model/thing.ts'
import { endOfPaths, Paths } from '../access/paths.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import { givenAccess, type GivenAccess } from './given-access.ts'
import { openfgaId, OpenfgaWords } from './openfga-words.ts'

/** A store file, and how much it holds. */
export interface OpenfgaStore {
  readonly yaml: string
  readonly tuples: number
}

/** Objects whose holders the file's own tests name in full. Source: measurement; the official runner takes seconds for more. */
const MOST_TESTED = 20

interface Tuple {
  readonly user: string
  readonly relation: string
  readonly object: string
  readonly condition?: { readonly name: string; readonly context: { readonly expires_at: string } }
}

/**
 * A store file of OpenFGA: a model made of the types and entitlements of a sync, its grants as tuples, and tests that say who holds what.
 *
 * Shape: with `scope` only what leads to holding something on it, or, of a person, what it holds. Source: OpenFGA CLI, store file.
 */
export function openfgaStore(view: SyncView, scope?: Thing): OpenfgaStore {
  const expansion = new Expansion(view)
  const within = new Scope(view, expansion, scope)
  const store = new Store(view)
  for (const access of givenAccess(view, expansion)) if (within.has(access)) store.add(access)
  // YAML 1.1, as the runner reads it, takes what looks like a time for one; here such texts are in quotes.
  const yaml = stringify(
    {
      name: scope ? `${view.file}, ${scope.name}` : view.file,
      model: store.model(),
      tuples: store.tuples,
      tests: store.tests(expansion, within, endOfSync(view.sync)),
    },
    { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' },
  )
  return { yaml, tuples: store.tuples.length }
}

/** Which accesses matter to a thing: to what is on it, by whatever way, and to what it holds itself. */
class Scope {
  readonly #key: string | undefined
  readonly #leading: ReadonlySet<string>
  readonly #held: ReadonlySet<string>

  constructor(view: SyncView, expansion: Expansion, scope: Thing | undefined) {
    this.#key = scope && keyOf(scope.id)
    this.#leading = scope
      ? expansion.leadingTo(Array.from(view.entitlements(scope.id), ({ id }) => id))
      : new Set<string>()
    this.#held = new Set(scope ? expansion.ofPrincipal(scope.id).keys() : [])
  }

  has({ entitlement, principal, holdersOf }: GivenAccess): boolean {
    if (this.#key === undefined || this.#leading.has(entitlement.id)) return true
    return keyOf(principal) === this.#key || (holdersOf !== undefined && this.#held.has(entitlement.id))
  }

  /** Whether the tuples tell all of how this principal comes to hold the entitlement. */
  isTold(entitlementId: string, principal: ResourceId): boolean {
    return this.#key === undefined || this.#leading.has(entitlementId) || keyOf(principal) === this.#key
  }
}

class Store {
  readonly tuples: Tuple[] = []
  readonly #view: SyncView
  readonly #types = new OpenfgaWords()
  readonly #relations = new OpenfgaWords()
  /** By type and relation: who may hold it. */
  readonly #model = new Map<string, Map<string, Set<string>>>()
  readonly #objects = new Map<string, EntitlementRow>()

  constructor(view: SyncView) {
    this.#view = view
    for (const type of view.types.keys()) this.#type(type)
  }

  add({ entitlement, principal, holdersOf, until }: GivenAccess): void {
    const relation = this.#relations.of(entitlement.slug)
    const { type, id } = entitlement.resource
    const whole = holdersOf && this.#relations.of(holdersOf.slug)
    const suffix = whole === undefined ? '' : `#${whole}`
    if (holdersOf) this.#relation(holdersOf.resource.type, this.#relations.of(holdersOf.slug))
    const condition = until && { name: 'not_expired', context: { expires_at: until.toISOString() } }
    this.#type(principal.type)
    this.#relation(type, relation).add(
      `${this.#types.of(principal.type)}${suffix}${condition ? ' with not_expired' : ''}`,
    )
    this.#objects.set(entitlement.id, entitlement)
    this.tuples.push({
      user: `${this.#types.of(principal.type)}:${openfgaId(principal.id)}${suffix}`,
      relation,
      object: `${this.#types.of(type)}:${openfgaId(id)}`,
      ...(condition && { condition }),
    })
  }

  /** The model in OpenFGA's own language. */
  model(): string {
    const types = Array.from(this.#model, ([type, relations]) => {
      const lines = Array.from(
        relations,
        ([name, holders]) => `    define ${name}: [${this.#holdersOf(holders).join(', ')}]`,
      ).toSorted()
      return [`type ${type}`, ...(lines.length === 0 ? [] : ['  relations', ...lines])].join('\n')
    })
    const usesTime = this.tuples.some(({ condition }) => condition)
    const condition = usesTime
      ? '\n\ncondition not_expired(now: timestamp, expires_at: timestamp) {\n  now < expires_at\n}'
      : ''
    return `model\n  schema 1.1\n\n${types.join('\n\n')}${condition}\n`
  }

  /** Who holds what by our own reckoning at a time, for the runner to agree with: of each type of holder the first. */
  tests(expansion: Expansion, scope: Scope, now: string): readonly unknown[] {
    return [...this.#objects.values()].slice(-MOST_TESTED).flatMap((entitlement) => {
      const { id, slug, resource } = entitlement
      const relation = this.#relations.of(slug)
      const holdings = expansion.onEntitlements([id])
      const told = [...(holdings.get(id)?.values() ?? [])].filter(({ principal }) => scope.isTold(id, principal))
      const check = [...Map.groupBy(told, ({ principal }) => principal.type).values()].flatMap(([holding]) => {
        if (!holding) return []
        const { principal } = holding
        const paths = new Paths(expansion, (step) => holdings.get(step)?.get(keyOf(principal)))
        const until = endOfPaths(paths.to(holding))
        return [
          {
            user: `${this.#types.of(principal.type)}:${openfgaId(principal.id)}`,
            object: `${this.#types.of(resource.type)}:${openfgaId(resource.id)}`,
            context: { now },
            assertions: { [relation]: until === undefined || until.toISOString() > now },
          },
        ]
      })
      return check.length === 0 ? [] : [{ name: `who holds ${slug} of ${this.#view.thing(resource).name}`, check }]
    })
  }

  /** A relation that only other relations lead to is refused, so that somebody may hold it directly. */
  #holdersOf(holders: ReadonlySet<string>): readonly string[] {
    const isDirect = [...holders].some((holder) => !holder.includes('#'))
    const [somebody = ''] = [
      ...this.#view.typesWhere(({ traits }) => traits.includes('user')),
      ...this.#view.types.keys(),
    ]
    return [...holders, ...(isDirect ? [] : [this.#types.of(somebody)])].toSorted()
  }

  #type(type: string): Map<string, Set<string>> {
    const word = this.#types.of(type)
    const relations = this.#model.get(word) ?? new Map<string, Set<string>>()
    this.#model.set(word, relations)
    return relations
  }

  #relation(type: string, relation: string): Set<string> {
    const relations = this.#type(type)
    const holders = relations.get(relation) ?? new Set<string>()
    relations.set(relation, holders)
    return holders
  }
}
