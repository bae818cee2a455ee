import type { ExpansionStep } from '../../sync/expand/graph.ts'
import type { Principals } from './principals.ts'

/** Nothing contributed yet; also the beginning of every combination. */
const NOTHING = 0

/**
 * Who gets one entitlement, and from which sources.
 *
 * Shape: each principal has a combination, a number that stands for its sources and whether it holds each directly. Principals with the same
 * sources share it, so that a combination is written down once.
 * Why: made once for all steps, because its arrays are as long as there are principals.
 */
export class Contributions {
  readonly #principals: Principals
  readonly #ranked: Int32Array
  readonly #rankOf: Int32Array
  /** By principal: its combination, and the holder that came first. */
  readonly #combination: Int32Array
  readonly #holder: Int32Array
  #touched = new Int32Array(1024)
  #count = 0
  /** By combination: the one it continues, and what it adds, as `2 × place of the source + direct`. */
  #before: number[] = []
  #added: number[] = []
  #next = new Map<number, number>()
  #step: ExpansionStep | undefined

  constructor(principals: Principals) {
    this.#principals = principals
    this.#ranked = principals.ranked()
    this.#rankOf = new Int32Array(principals.count)
    for (const [rank, principal] of this.#ranked.entries()) this.#rankOf[principal] = rank
    this.#combination = new Int32Array(principals.count)
    this.#holder = new Int32Array(principals.count)
  }

  /** Forgets the last step and gathers what flows into the target of this one. */
  gather(step: ExpansionStep, members: ReadonlyMap<number, Int32Array>): void {
    this.#forget()
    this.#step = step
    for (const [place, { source, shallow, types }] of step.incoming.entries()) {
      const allowed = types.length === 0 ? undefined : this.#principals.typesAllowed(types)
      for (const member of members.get(source) ?? []) {
        const direct = member & 1
        if (shallow && direct === 0) continue
        const principal = this.#principals.principalOf(member >> 1)
        if (allowed && allowed[this.#principals.typeOf(principal)] !== 1) continue
        this.#add(principal, member >> 1, place * 2 + direct, step.incoming.length * 2)
      }
    }
    this.#touched.subarray(0, this.#count).sort()
  }

  /** Principals that get something, in the order of their grants' ids. */
  *principals(): Generator<number> {
    for (let i = 0; i < this.#count; i++) yield this.#ranked[this.#touched[i] ?? 0] ?? 0
  }

  /** The form of a principal that its first source has. */
  holderOf(principal: number): number {
    return this.#holder[principal] ?? 0
  }

  /** Its combination, a number from 1 on. */
  combinationOf(principal: number): number {
    return this.#combination[principal] ?? NOTHING
  }

  /** The sources of a combination by number, and whether each is held directly, in the order of the sources. */
  sourcesOf(combination: number): readonly (readonly [source: number, isDirect: boolean])[] {
    const sources: (readonly [number, boolean])[] = []
    for (let at = combination; at !== NOTHING; at = this.#before[at] ?? NOTHING) {
      const added = this.#added[at] ?? 0
      sources.push([this.#step?.incoming[added >> 1]?.source ?? 0, (added & 1) === 1])
    }
    return sources.toReversed()
  }

  #add(principal: number, holder: number, item: number, items: number): void {
    const before = this.#combination[principal] ?? NOTHING
    if (before === NOTHING) this.#touch(principal, holder)
    const key = before * items + item
    let combination = this.#next.get(key)
    if (combination === undefined) {
      combination = this.#before.length
      this.#before.push(before)
      this.#added.push(item)
      this.#next.set(key, combination)
    }
    this.#combination[principal] = combination
  }

  #touch(principal: number, holder: number): void {
    if (this.#count === this.#touched.length) {
      const larger = new Int32Array(this.#count * 2)
      larger.set(this.#touched)
      this.#touched = larger
    }
    this.#touched[this.#count++] = this.#rankOf[principal] ?? 0
    this.#holder[principal] = holder
  }

  #forget(): void {
    for (const principal of this.principals()) this.#combination[principal] = NOTHING
    this.#count = 0
    this.#before = [NOTHING]
    this.#added = [0]
    this.#next = new Map()
  }
}
