import type { GrantCells } from '../../sdk/snapshot/read/grant-batches.ts'
import { Numbers } from '../../sdk/ground/numbers.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import type { SyncView } from '../file/sync-view.ts'
import type { GrantRow } from '../model/grant-row.ts'
import { Numbered } from './numbered.ts'

/** What a grant is on. */
type Held = Pick<GrantRow, 'entitlementId' | 'resource'>

const NONE = -1

/**
 * All grants of a sync by their principals.
 *
 * Why: asking the database for each of a hundred thousand principals takes longer than reading a million grants once. A grant takes 16 bytes here,
 * and each id is kept once.
 */
export class GrantsByPrincipal {
  readonly #view: SyncView
  readonly #held = new Numbered<Held>()
  readonly #principals = new Numbered<ResourceId>()
  /** By the number of the principal: the last of its grants. */
  readonly #lastOf: number[] = []
  /** By grant: the previous grant of the same principal; what it is on; its row, below zero if the row says no more than its columns. */
  readonly #before = Numbers.small()
  readonly #heldOf = Numbers.small()
  readonly #rowOf = Numbers.wide()

  /** Errors: `data-loss` for a damaged row. */
  constructor(view: SyncView) {
    this.#view = view
    for (const batch of view.snapshot.grants(view.sync.syncId)) for (const cells of batch) this.#add(cells)
  }

  /** Whoever holds something. */
  get principals(): readonly ResourceId[] {
    return this.#principals.values
  }

  /** Whatever somebody holds, once each, as a grant names it. */
  get held(): readonly Held[] {
    return this.#held.values
  }

  has(principalKey: string): boolean {
    return this.#principals.number(principalKey) !== NONE
  }

  /** What a principal holds, once each; `undefined` if one of its grants says more than who holds what. */
  plainlyHeld(principalKey: string): readonly Held[] | undefined {
    const found = new Set<number>()
    for (let at = this.#last(principalKey); at !== NONE; at = this.#before.at(at)) {
      if (this.#rowOf.at(at) >= 0) return undefined
      found.add(this.#heldOf.at(at))
    }
    return Array.from(found, (number) => this.#held.values[number]).filter((held) => held !== undefined)
  }

  /** The grants of a principal in the order of their rows. Errors: `data-loss` for a damaged row. */
  grantsOf(principalKey: string): readonly GrantRow[] {
    const grants: GrantRow[] = []
    const principal = this.#principals.values[this.#principals.number(principalKey)]
    for (let at = this.#last(principalKey); at !== NONE; at = this.#before.at(at)) {
      const row = this.#rowOf.at(at)
      const held = row < 0 ? this.#held.values[this.#heldOf.at(at)] : undefined
      grants.push(held && principal ? this.#view.plainGrant(-1 - row, held, principal) : this.#view.grantAt(row))
    }
    return grants.toReversed()
  }

  #last(principalKey: string): number {
    return this.#lastOf[this.#principals.number(principalKey)] ?? NONE
  }

  #add({ rowId, entitlementId, isPlain, resourceType, resourceId, principalType, principalId }: GrantCells): void {
    const principal = this.#principals.add(`${principalType}:${principalId}`, () => ({
      type: principalType,
      id: principalId,
    }))
    // Grants of one entitlement mostly stand together.
    const at = this.#heldOf.length
    const last = at === 0 ? NONE : this.#heldOf.at(at - 1)
    const held =
      this.#held.values[last]?.entitlementId === entitlementId
        ? last
        : this.#held.add(entitlementId, () => ({ entitlementId, resource: { type: resourceType, id: resourceId } }))
    this.#before.push(this.#lastOf[principal] ?? NONE)
    this.#lastOf[principal] = at
    this.#heldOf.push(held)
    this.#rowOf.push(isPlain ? -1 - rowId : rowId)
  }
}
