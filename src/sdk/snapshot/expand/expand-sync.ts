import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { type ExpansionPlan, type ExpansionStep, planExpansion } from '../../sync/expand/graph.ts'
import { decodeGrantSources } from '../../wire/rows/decode-grant.ts'
import { encodeGrantSources } from '../../wire/rows/grant.ts'
import { withoutSources } from '../../wire/rows/grant-head.ts'
import { Contributions } from './contributions.ts'
import { ExpandedRows } from './expanded-rows.ts'
import { findEdges } from './find-edges.ts'
import { type Involved, readInvolved } from './involved.ts'
import { mergedSources } from './merged-sources.ts'
import { Principals } from './principals.ts'
import { readStoredEdges } from './stored-edges.ts'
import { readStoredHolders, type StoredHolders, type TargetGrants } from './stored-holders.ts'

/** What expansion did to a sync. */
export interface ExpansionResult {
  /** Pairs of entitlements of which the holders of one hold the other. */
  readonly edges: number
  /** Sources that grants name and that are not stored. */
  readonly missingSources: number
  /** Ids of entitlements that lead to themselves, each cycle in itself. */
  readonly cycles: readonly (readonly string[])[]
  /** Grants added, by the resource type of their entitlement. */
  readonly added: Readonly<Record<string, number>>
  /** Grants that were there and got sources. */
  readonly changed: number
}

/**
 * Adds to a sync in `main` the grants that follow from its expandable ones.
 *
 * Shape: `discoveredAt` is the time that new rows get. Indexes need not exist. The caller holds a transaction. Row by row the same as the official
 * engine that gives the same result in every run: ids, sources, marks and bytes.
 * Errors: `data-loss` for a row that is damaged; `failed-precondition` for a grant that passes on what is not its principal's.
 * Source: baton-sdk v0.25.0 `pkg/sync/expand` (Pebble); decision 0012.
 */
export function expandSync(
  database: DatabaseSync,
  sync: { readonly id: string; readonly discoveredAt: string },
): ExpansionResult {
  const stored = readStoredEdges(database, sync.id)
  const involved = readInvolved(database, sync.id, stored)
  const { edges, missing } = findEdges(stored, involved)
  const plan = planExpansion(involved.length, edges)
  const done = plan.steps.length === 0 ? NOTHING_DONE : new Expansion(database, sync, involved, plan).run()
  return {
    edges: plan.steps.reduce((sum, { incoming }) => sum + incoming.length, 0),
    missingSources: missing,
    cycles: plan.cycles.map((members) => members.map((member) => involved[member]?.id ?? '')),
    added: Object.fromEntries(done.added),
    changed: done.changed,
  }
}

interface Done {
  readonly added: ReadonlyMap<string, number>
  readonly changed: number
}

const NOTHING_DONE: Done = { added: new Map(), changed: 0 }

class Expansion {
  readonly #involved: readonly Involved[]
  readonly #steps: readonly ExpansionStep[]
  readonly #principals = new Principals()
  readonly #holders: StoredHolders
  readonly #contributions: Contributions
  readonly #rows: ExpandedRows
  readonly #select: StatementSync
  readonly #update: StatementSync
  readonly #added = new Map<string, number>()
  #changed = 0

  constructor(
    database: DatabaseSync,
    sync: { readonly id: string; readonly discoveredAt: string },
    involved: readonly Involved[],
    { steps }: ExpansionPlan,
  ) {
    this.#involved = involved
    this.#steps = steps
    const roles = {
      sources: new Set(steps.flatMap(({ incoming }) => incoming.map(({ source }) => source))),
      targets: new Set(steps.map(({ target }) => target)),
    }
    this.#holders = readStoredHolders(database, sync.id, roles, involved, this.#principals)
    this.#contributions = new Contributions(this.#principals)
    this.#rows = new ExpandedRows(database, sync, involved, this.#principals)
    this.#select = database.prepare('select data from main.v1_grants where id = ?')
    this.#update = database.prepare('update main.v1_grants set data = ? where id = ?')
  }

  run(): Done {
    for (const step of this.#steps) {
      this.#contributions.gather(step, this.#holders.members)
      const rows = rowsByPrincipal(this.#holders.onTarget.get(step.target))
      this.#addNew(step.target, rows)
      this.#rows.settle()
    }
    this.#rows.close()
    return { added: this.#added, changed: this.#changed }
  }

  /** Gives each principal its grant, or its grants their sources. New holders of a source count in the steps that follow. */
  #addNew(target: number, rows: ReadonlyMap<number, readonly number[]>): void {
    const contributions = this.#contributions
    const endings = new Map<number, number>()
    const members: number[] = []
    for (const principal of contributions.principals()) {
      const combination = contributions.combinationOf(principal)
      const existing = rows.get(principal)
      if (existing) {
        this.#extend(target, existing, combination)
        continue
      }
      const holder = contributions.holderOf(principal)
      let ending = endings.get(combination)
      if (ending === undefined) {
        ending = this.#rows.ending(target, contributions.sourcesOf(combination))
        endings.set(combination, ending)
      }
      this.#rows.add(ending, holder)
      members.push(holder * 2)
    }
    this.#count(target, members.length)
    const before = this.#holders.members.get(target)
    if (before && members.length > 0) this.#holders.members.set(target, Int32Array.from([...before, ...members]))
  }

  #extend(target: number, rows: readonly number[], combination: number): void {
    const own = this.#involved[target]?.id ?? ''
    const found = this.#contributions
      .sourcesOf(combination)
      .map(([source, isDirect]) => [this.#involved[source]?.id ?? '', isDirect] as const)
    for (const row of rows) {
      const data = this.#select.get(row)?.['data']
      if (!(data instanceof Uint8Array)) continue
      const merged = mergedSources(decodeGrantSources(data), own, found)
      if (!merged) continue
      this.#update.run(Buffer.concat([withoutSources(data), encodeGrantSources(merged)]), row)
      this.#changed++
    }
  }

  #count(target: number, grants: number): void {
    const type = this.#involved[target]?.resource.type ?? ''
    if (grants > 0) this.#added.set(type, (this.#added.get(type) ?? 0) + grants)
  }
}

function rowsByPrincipal(grants: TargetGrants | undefined): ReadonlyMap<number, readonly number[]> {
  const rows = new Map<number, number[]>()
  if (!grants) return rows
  const numbers = grants.rows.view()
  for (const [i, principal] of grants.principals.view().entries()) {
    const row = numbers[i] ?? 0
    const others = rows.get(principal)
    if (others) others.push(row)
    else rows.set(principal, [row])
  }
  return rows
}
