import { Numbers } from '../../sdk/ground/numbers.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import type { GrantGroup } from '../../sdk/snapshot/read/grant-groups.ts'
import type { SyncView } from '../file/sync-view.ts'
import type { GrantRow } from '../model/grant-row.ts'
import { Numbered } from './numbered.ts'

/** What a grant is on. */
type Held = Pick<GrantRow, 'entitlementId' | 'resource'>

const NONE = -1

/**
 * All grants of a sync by their principals. Principals and what they hold have numbers: their places in `principals` and `held`.
 *
 * Why: asking the database for each of a hundred thousand principals takes longer than reading a million grants once. A grant takes 16 bytes here,
 * and each id is kept once.
 */
export class GrantsByPrincipal {
  /** Whoever holds something. */
  readonly principals: ResourceId[] = []
  readonly #view: SyncView
  readonly #held = new Numbered<Held>()
  /** Numbers of principals by type, then by id: a key of both would be put together a million times. */
  readonly #numbers = new Map<string, Map<string, number>>()
  /** By the number of the principal: the last of its grants. */
  readonly #lastOf: number[] = []
  /** Whether one of its grants says more than who holds what. */
  readonly #saysMore: boolean[] = []
  /** By grant: the previous grant of the same principal; what it is on; its row, below zero if the row says no more than its columns. */
  readonly #before = Numbers.small()
  readonly #heldOf = Numbers.small()
  readonly #rowOf = Numbers.wide()

  /** Errors: `data-loss` for a damaged row. */
  constructor(view: SyncView) {
    this.#view = view
    for (const group of view.snapshot.grantGroups(view.sync.syncId)) this.#add(group)
  }

  /** Whatever somebody holds, once each, as a grant names it. */
  get held(): readonly Held[] {
    return this.#held.values
  }

  /** -1 for whoever holds nothing. */
  numberOf({ type, id }: ResourceId): number {
    return this.#numbers.get(type)?.get(id) ?? NONE
  }

  /** What a principal holds, once for each grant; `undefined` if one of its grants says more than who holds what. */
  plainlyHeld(principal: number): readonly number[] | undefined {
    if (this.#saysMore[principal] === true) return undefined
    const found: number[] = []
    for (let at = this.#last(principal); at !== NONE; at = this.#before.at(at)) found.push(this.#heldOf.at(at))
    return found
  }

  /** The grants of a principal in the order of their rows. Errors: `data-loss` for a damaged row. */
  grantsOf(principal: number): readonly GrantRow[] {
    const found: (readonly [row: number, grant: GrantRow])[] = []
    const id = this.principals[principal]
    for (let at = this.#last(principal); at !== NONE; at = this.#before.at(at)) {
      const row = this.#rowOf.at(at)
      const held = row < 0 ? this.#held.values[this.#heldOf.at(at)] : undefined
      const rowId = row < 0 ? -1 - row : row
      found.push([rowId, held && id ? this.#view.plainGrant(rowId, held, id) : this.#view.grantAt(rowId)])
    }
    return found.sort(([a], [b]) => a - b).map(([, grant]) => grant)
  }

  #last(principal: number): number {
    return this.#lastOf[principal] ?? NONE
  }

  #add({ entitlementId, resourceType, resourceId, principalType, isPlain, principalIds, rowIds }: GrantGroup): void {
    const held = this.#held.add(entitlementId, () => ({
      entitlementId,
      resource: { type: resourceType, id: resourceId },
    }))
    const numbers = this.#numbers.get(principalType) ?? new Map<string, number>()
    this.#numbers.set(principalType, numbers)
    for (const [place, id] of principalIds.entries()) {
      const principal = numbers.get(id) ?? this.#newPrincipal(principalType, id, numbers)
      const rowId = rowIds[place] ?? 0
      this.#before.push(this.#lastOf[principal] ?? NONE)
      this.#lastOf[principal] = this.#heldOf.length
      this.#heldOf.push(held)
      this.#rowOf.push(isPlain ? -1 - rowId : rowId)
      if (!isPlain) this.#saysMore[principal] = true
    }
  }

  #newPrincipal(type: string, id: string, numbers: Map<string, number>): number {
    const number = this.principals.push({ type, id }) - 1
    this.#saysMore.push(false)
    numbers.set(id, number)
    return number
  }
}
