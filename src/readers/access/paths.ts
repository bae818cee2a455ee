import type { SyncView } from '../file/sync-view.ts'
import { endOf } from '../model/grant-row.ts'
import { typeWord, type Thing } from '../model/thing.ts'
import { earlierEnd, type Expansion, type Holding, laterEnd } from './expansion.ts'

/** One way by which a principal comes to an entitlement. */
export interface Path {
  /** Entitlements from the one that is held directly to the one that is reached. */
  readonly steps: readonly string[]
  /** When the first grant on the way ends; absent where none does. */
  readonly until: Date | undefined
}

/** Finds the ways of principals through holdings; `of` gives a principal's holding of an entitlement. */
export class Paths {
  readonly #expansion: Expansion
  readonly #of: (entitlementId: string) => Holding | undefined
  readonly #shortest = new Map<string, readonly string[]>()

  constructor(expansion: Expansion, of: (entitlementId: string) => Holding | undefined) {
    this.#expansion = expansion
    this.#of = of
  }

  /** One path for each immediate way: the one that lasts longest first, of those the direct one, then the shortest. */
  to(holding: Holding): readonly Path[] {
    const { entitlementId } = holding
    const inherited = [...holding.ways.keys()]
      .map((source) => [...this.#stepsTo(source, new Set([entitlementId])), entitlementId])
      .sort((a, b) => a.length - b.length || (a.join('\0') < b.join('\0') ? -1 : 1))
    const all = holding.direct ? [[entitlementId], ...inherited] : inherited
    return all
      .map((steps) => ({ steps, until: this.#endOf(steps) }))
      .sort((a, b) => (lasts(a) === lasts(b) ? 0 : lasts(b) > lasts(a) ? 1 : -1))
  }

  /** The shortest way to an entitlement; the entitlement alone, if the file does not say how it is reached. */
  #stepsTo(id: string, seen: ReadonlySet<string>): readonly string[] {
    const known = this.#shortest.get(id)
    if (known) return known
    const holding = this.#of(id)
    const sources = holding && !holding.direct ? [...holding.ways.keys()].filter((source) => !seen.has(source)) : []
    const inside = new Set([...seen, id])
    const best = sources
      .map((source) => this.#stepsTo(source, inside))
      .reduce<readonly string[] | undefined>((a, b) => (a && a.length <= b.length ? a : b), undefined)
    const steps = [...(best ?? []), id]
    this.#shortest.set(id, steps)
    return steps
  }

  #endOf(steps: readonly string[]): Date | undefined {
    const [first = ''] = steps
    const grants = this.#of(first)?.grants ?? []
    const own = grants.length === 0 ? undefined : grants.map(endOf).reduce(laterEnd)
    return steps
      .slice(1)
      .map((id, i) => this.#expansion.endOf(steps[i] ?? '', id))
      .reduce(earlierEnd, own)
  }
}

const lasts = ({ until }: Path): number => until?.getTime() ?? Infinity

/** When access through several paths ends, that is, with the last of them; `undefined` for never. */
export const endOfPaths = (paths: readonly Path[]): Date | undefined =>
  paths.map(({ until }) => until).reduce(laterEnd, paths[0]?.until)

/** Slugs that go without saying. */
const USUAL = new Set(['member', 'access', 'assigned'])

/** Whose path it is. */
export type Named = Pick<Thing, 'id' | 'kind' | 'name'>

/** `Ada → group Engineering → resource db`; a slug that is not usual stands in brackets. `say` is `sayStep`, or a cache of it. */
export const sayPath = (principal: Named, { steps }: Path, say: (entitlementId: string) => string): string =>
  [sayStart(principal), ...steps.map(say)].join(' → ')

export const sayStart = ({ kind, name, id }: Named): string => (kind === 'user' ? name : `${typeWord(id.type)} ${name}`)

export function sayStep(view: SyncView, entitlementId: string): string {
  const entitlement = view.entitlement(entitlementId)
  if (!entitlement) return entitlementId
  const { name, id } = view.thing(entitlement.resource)
  const what = `${typeWord(id.type)} ${name}`
  return USUAL.has(entitlement.slug) ? what : `${what} (${entitlement.slug})`
}
