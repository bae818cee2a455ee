import type { GrantCells } from '../../sdk/snapshot/read/grant-batches.ts'
import type { Snapshot } from '../../sdk/snapshot/read/open-snapshot.ts'
import { Numbers } from '../../sdk/ground/numbers.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import { Numbered } from '../access/numbered.ts'
import { orderOf } from './utf8-order.ts'
import { columnText, type HeldCell, type OtherCells, type PrincipalCell } from './index-keys.ts'

/** Grants of one entitlement or principal that make a record; where there are more, the file is asked. */
const MOST_GRANTS = 50_000

/** A key, and the grants that belong to it as JSON; `undefined` where there are too many. */
export type GrantRecord<Key> = readonly [key: Key, json: string | undefined]

/**
 * All grants of a sync, to be written in the order of entitlements and of principals.
 *
 * Errors: `RangeError` where an entitlement is on several resources.
 * Why: a grant takes 16 bytes here. What most rows say besides follows from their columns, and the rest is read again.
 */
export class GrantTable {
  readonly #snapshot: Snapshot
  readonly #held = new Numbered<HeldCell>()
  readonly #principals = new Numbered<PrincipalCell>()
  readonly #heldOf = Numbers.small()
  readonly #principalOf = Numbers.small()
  /** The row of a grant that says more than who holds what; -1 for any other. */
  readonly #rowOf = Numbers.wide()

  constructor(snapshot: Snapshot, syncId: string) {
    this.#snapshot = snapshot
    for (const batch of snapshot.grants(syncId)) for (const cells of batch) this.#add(cells)
  }

  byEntitlement(keyOf: (entitlementId: string) => string): Iterable<GrantRecord<string>> {
    return this.#records(
      this.#held.values,
      this.#heldOf.view(),
      ([id]) => keyOf(id),
      (grant) => this.#principalOf.at(grant),
      this.#principals.values,
    )
  }

  byPrincipal(keyOf: (principal: ResourceId) => string): Iterable<GrantRecord<string>> {
    return this.#records(
      this.#principals.values,
      this.#principalOf.view(),
      ([type, id]) => keyOf({ type, id }),
      (grant) => this.#heldOf.at(grant),
      this.#held.values,
    )
  }

  #add({ rowId, id, entitlementId, isPlain, resourceType, resourceId, principalType, principalId }: GrantCells): void {
    const principal = this.#principals.add(`${principalType}:${principalId}`, () => [principalType, principalId])
    const held = this.#held.add(entitlementId, () => [entitlementId, resourceType, resourceId])
    const [, type, resource] = this.#held.values[held] ?? []
    if (type !== resourceType || resource !== resourceId) throw new RangeError('an entitlement is on several resources')
    this.#heldOf.push(held)
    this.#principalOf.push(principal)
    this.#rowOf.push(isPlain && id === null ? -1 : rowId)
  }

  *#records<Key extends readonly string[]>(
    keys: readonly Key[],
    keyOfGrant: Int32Array,
    name: (key: Key) => string,
    otherOf: (grant: number) => number,
    others: readonly (readonly string[])[],
  ): Generator<GrantRecord<string>> {
    const { starts, grants } = grouped(keyOfGrant, keys.length)
    const texts = others.map((cells) => JSON.stringify(cells).slice(0, -1))
    const named = keys.map(name)
    const order = orderOf(named)
    const nameAt = (number: number): string => named[number] ?? ''
    for (const number of Uint32Array.from(keys.keys()).sort((a, b) => order(nameAt(a), nameAt(b)))) {
      const key = keys[number]
      const own = grants.subarray(starts[number], starts[number + 1])
      const cells = (): string =>
        Array.from(own, (grant) => `${texts[otherOf(grant)] ?? '['}${this.#rest(grant)}]`).join(',')
      yield [nameAt(number), own.length > MOST_GRANTS ? undefined : `[${JSON.stringify(key)},[${cells()}]]`]
    }
  }

  /** What a row says besides, as the end of a JSON array. */
  #rest(grant: number): string {
    const rowId = this.#rowOf.at(grant)
    if (rowId < 0) return ''
    const row = this.#snapshot.grantRow(rowId)
    const hex = (value: unknown): string | null =>
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : null
    const rest: OtherCells = [columnText(row['external_id']), hex(row['expansion']), hex(row['data'])]
    return `,${JSON.stringify(rest).slice(1, -1)}`
  }
}

/** Places of numbers by what they are, in their order: those of `n` begin at `starts[n]`. */
function grouped(numbers: Int32Array, count: number): { readonly starts: Int32Array; readonly grants: Int32Array } {
  const starts = new Int32Array(count + 1)
  for (const number of numbers) starts[number + 1] = (starts[number + 1] ?? 0) + 1
  for (let i = 0; i < count; i++) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0)
  const next = starts.slice()
  const grants = new Int32Array(numbers.length)
  for (const [place, number] of numbers.entries()) {
    const at = next[number] ?? 0
    grants[at] = place
    next[number] = at + 1
  }
  return { starts, grants }
}
