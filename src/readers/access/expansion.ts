import {
  planExpansion,
  type ExpansionEdge,
  type ExpansionPlan,
  type ExpansionStep,
} from '../../sdk/sync/expand/graph.ts'
import { isDirect } from '../../sdk/wire/rows/decode-grant.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import type { SyncView } from '../file/sync-view.ts'
import { endOf, expandableOf, type GrantRow } from '../model/grant-row.ts'
import { keyOf } from '../model/thing.ts'

/** How one principal holds one entitlement. */
export interface Holding {
  readonly entitlementId: string
  readonly principal: ResourceId
  /** Whether the principal holds it itself, and not only by way of another entitlement. */
  direct: boolean
  /** Rows of the file that say so; none where it follows from others alone. */
  readonly grants: GrantRow[]
  /** Entitlements that it follows from, and whether the principal holds those directly. */
  readonly ways: Map<string, boolean>
}

/** Holdings by entitlement, then by principal. */
export type Holdings = Map<string, Map<string, Holding>>

/** Whether the file already holds the grants that follow from others. */
export type ExpansionState = 'expanded' | 'not expanded' | 'nothing to expand'

/** Which entitlements of a sync lead to which others, and who holds what by it. */
export class Expansion {
  readonly #view: SyncView
  readonly #ids: readonly string[]
  readonly #numbers: ReadonlyMap<string, number>
  readonly #plan: ExpansionPlan
  /** Steps that a source takes part in, by its number. */
  readonly #stepsOfSource = new Map<number, number[]>()
  /** When the grant ends that joins two entitlements, by both ids; `undefined` for never. */
  readonly #ends = new Map<string, Date | undefined>()

  constructor(view: SyncView) {
    this.#view = view
    const pairs = this.#readPairs()
    this.#ids = [...new Set(pairs.flatMap(({ from, to }) => [from, to]))].sort(byBytes)
    const numbers = new Map(this.#ids.map((id, number) => [id, number]))
    this.#numbers = numbers
    const edges = pairs.flatMap(({ from, to, shallow, types }): readonly ExpansionEdge[] => {
      const [source, target] = [numbers.get(from), numbers.get(to)]
      return source === undefined || target === undefined ? [] : [{ source, target, shallow, types }]
    })
    this.#plan = planExpansion(this.#ids.length, edges)
    for (const [step, { incoming }] of this.#plan.steps.entries())
      for (const { source } of incoming) push(this.#stepsOfSource, source, step)
  }

  get isEmpty(): boolean {
    return this.#plan.steps.length === 0
  }

  /** Entitlements that lead to themselves, with ids. */
  get cycles(): readonly (readonly string[])[] {
    return this.#plan.cycles.map((members) => members.map((number) => this.#id(number)))
  }

  /** When the grant ends that passes `from` on to `to`; `undefined` where it does not, or there is none. */
  endOf(from: string, to: string): Date | undefined {
    return this.#ends.get(pairKey(from, to))
  }

  /**
   * What must stand in an expanded file, one by one: that a principal holds `to` because it holds `from`. Only what follows at once from rows of
   * the file.
   */
  *consequences(): Generator<{ readonly from: string; readonly to: string; readonly principal: ResourceId }> {
    for (const { target, incoming } of this.#plan.steps)
      for (const { source, shallow, types } of incoming)
        for (const { principal, entitlementId, sources } of this.#view.grantsOn(this.#id(source))) {
          if (types.length > 0 && !types.includes(principal.type)) continue
          if (shallow && !isDirect(sources, entitlementId)) continue
          yield { from: entitlementId, to: this.#id(target), principal }
        }
  }

  /** Whether holders of an entitlement hold others by it. */
  passesOn(entitlementId: string): boolean {
    const number = this.#numbers.get(entitlementId)
    return number !== undefined && this.#stepsOfSource.has(number)
  }

  /** Entitlements that follow from others. */
  get targets(): readonly string[] {
    return this.#plan.steps.map(({ target }) => this.#id(target))
  }

  /** Everything that one principal holds, by entitlement. `grants` are its grants where they are known. */
  ofPrincipal(
    principal: ResourceId,
    grants: Iterable<GrantRow> = this.#view.grantsOf(principal),
  ): ReadonlyMap<string, Holding> {
    const holdings: Holdings = new Map()
    for (const grant of grants) addGrant(holdings, grant)
    this.#pass(holdings, this.#stepsFrom([...holdings.keys()]))
    const key = keyOf(principal)
    return new Map(
      [...holdings].flatMap(([id, of]) => {
        const holding = of.get(key)
        return holding ? [[id, holding]] : []
      }),
    )
  }

  /** Entitlements that a principal of the type holds because it holds this one directly. */
  leadsTo(entitlementId: string, principalType: string): readonly string[] {
    const holdings: Holdings = new Map()
    holdingIn(holdings, entitlementId, { type: principalType, id: '' }).direct = true
    this.#pass(holdings, this.#stepsFrom([entitlementId]))
    return [...holdings.keys()].filter((id) => id !== entitlementId)
  }

  /** Everyone who holds the entitlements, and those that lead to them. */
  onEntitlements(entitlementIds: readonly string[]): Holdings {
    const wanted = this.leadingTo(entitlementIds)
    const holdings: Holdings = new Map()
    for (const id of wanted) for (const grant of this.#view.grantsOn(id)) addGrant(holdings, grant)
    this.#pass(
      holdings,
      this.#plan.steps.filter(({ target }) => wanted.has(this.#id(target))),
    )
    return holdings
  }

  /** Everything that anybody holds. */
  all(): Holdings {
    const holdings: Holdings = new Map()
    for (const grant of this.#view.grants()) addGrant(holdings, grant)
    this.#pass(holdings, this.#plan.steps)
    return holdings
  }

  /** Passes holdings on along the edges, sources before what follows from them. Source: baton-sdk v0.25.0 `pkg/sync/expand/expander.go`. */
  #pass(holdings: Holdings, steps: readonly ExpansionStep[]): void {
    for (const { target, incoming } of steps) {
      const to = this.#id(target)
      for (const { source, shallow, types } of incoming) {
        const from = this.#id(source)
        for (const held of holdings.get(from)?.values() ?? []) {
          if (types.length > 0 && !types.includes(held.principal.type)) continue
          if (shallow && !held.direct) continue
          const { ways } = holdingIn(holdings, to, held.principal)
          ways.set(from, held.direct || ways.get(from) === true)
        }
      }
    }
  }

  /** The steps that may follow from entitlements, in their order; for one principal a handful out of thousands. */
  #stepsFrom(entitlementIds: readonly string[]): readonly ExpansionStep[] {
    const found = new Set<number>()
    const open = entitlementIds.flatMap((id) => this.#numbers.get(id) ?? [])
    for (let number = open.pop(); number !== undefined; number = open.pop())
      for (const step of this.#stepsOfSource.get(number) ?? []) {
        const target = this.#plan.steps[step]?.target
        if (found.has(step) || target === undefined) continue
        found.add(step)
        open.push(target)
      }
    return [...found].sort((a, b) => a - b).flatMap((step) => this.#plan.steps[step] ?? [])
  }

  /** The entitlements, and all whose holders hold one of them by it. */
  leadingTo(entitlementIds: readonly string[]): ReadonlySet<string> {
    const wanted = new Set(entitlementIds)
    // Steps come in order, so that backwards each target is known to be wanted before its sources are asked for.
    for (const { target, incoming } of this.#plan.steps.toReversed())
      if (wanted.has(this.#id(target))) for (const { source } of incoming) wanted.add(this.#id(source))
    return wanted
  }

  #id(number: number): string {
    return this.#ids[number] ?? ''
  }

  #readPairs() {
    const view = this.#view
    const pairs: {
      readonly from: string
      readonly to: string
      readonly shallow: boolean
      readonly types: readonly string[]
    }[] = []
    for (const grant of view.grants({ mayExpand: true })) {
      const expandable = expandableOf(grant)
      // What is no row of the file is passed over, as official expansion does.
      if (!expandable || !view.entitlement(grant.entitlementId)) continue
      for (const from of new Set(expandable.entitlementIds)) {
        if (!view.entitlement(from)) continue
        pairs.push({ from, to: grant.entitlementId, shallow: expandable.shallow, types: expandable.resourceTypeIds })
        this.#addEnd(pairKey(from, grant.entitlementId), endOf(grant))
      }
    }
    return pairs
  }

  #addEnd(key: string, end: Date | undefined): void {
    this.#ends.set(key, this.#ends.has(key) ? laterEnd(this.#ends.get(key), end) : end)
  }
}

function push(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

const pairKey = (from: string, to: string): string => `${from}\0${to}`

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

function addGrant(holdings: Holdings, grant: GrantRow): void {
  const holding = holdingIn(holdings, grant.entitlementId, grant.principal)
  holding.grants.push(grant)
  holding.direct ||= isDirect(grant.sources, grant.entitlementId)
  for (const [source, direct] of grant.sources)
    if (source !== grant.entitlementId) holding.ways.set(source, direct || holding.ways.get(source) === true)
}

function holdingIn(holdings: Holdings, entitlementId: string, principal: ResourceId): Holding {
  const of = holdings.get(entitlementId) ?? new Map<string, Holding>()
  holdings.set(entitlementId, of)
  const key = keyOf(principal)
  const found = of.get(key) ?? { entitlementId, principal, direct: false, grants: [], ways: new Map() }
  of.set(key, found)
  return found
}

/** The later of two ends, of which never is the latest. */
export const laterEnd = (a: Date | undefined, b: Date | undefined): Date | undefined =>
  a === undefined || b === undefined ? undefined : a > b ? a : b

/** The earlier of two ends, of which never is the latest. */
export const earlierEnd = (a: Date | undefined, b: Date | undefined): Date | undefined =>
  a === undefined ? b : b === undefined || a < b ? a : b
