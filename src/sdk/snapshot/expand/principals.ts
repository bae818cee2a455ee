import type { ResourceId } from '../../model/model.ts'
import { encodePrincipal } from '../../wire/rows/resource.ts'

/** A principal in one of the forms in which grants embed it; nearly all have one. */
interface Holder {
  readonly principal: number
  /** Field 2 of a grant, with field number and length; absent for the usual form, which holds the id alone. */
  readonly form?: Uint8Array
}

/** Numbers for principals and for what grants embed of them, so that a grant is one number. */
export class Principals {
  readonly #numbers = new Map<string, number>()
  readonly #ids: ResourceId[] = []
  readonly #types = new Map<string, number>()
  readonly #typeOf: number[] = []
  readonly #holders: Holder[] = []
  /** Holders of a principal; the first one is by far the most frequent. */
  readonly #holdersOf: number[][] = []

  get count(): number {
    return this.#ids.length
  }

  get holderCount(): number {
    return this.#holders.length
  }

  numberOf(type: string, id: string): number {
    const key = `${type.length}:${type}${id}`
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#ids.length
    this.#numbers.set(key, number)
    this.#ids.push({ type, id })
    this.#typeOf.push(this.#typeNumber(type))
    this.#holdersOf.push([])
    return number
  }

  /** The holder for a principal that a grant embeds as `form`; `undefined` where it embeds none, as slim grants do. */
  holderOf(principal: number, form: Uint8Array | undefined): number {
    const usual = encodePrincipal(this.idOf(principal))
    const special = form === undefined || same(form, usual) ? undefined : form
    const holders = this.#holdersOf[principal] ?? []
    const known = holders.find((holder) => same(this.#holders[holder]?.form, special))
    if (known !== undefined) return known
    const number = this.#holders.length
    this.#holders.push({ principal, ...(special && { form: Uint8Array.from(special) }) })
    holders.push(number)
    return number
  }

  idOf(principal: number): ResourceId {
    return this.#ids[principal] ?? NOBODY
  }

  typeOf(principal: number): number {
    return this.#typeOf[principal] ?? 0
  }

  principalOf(holder: number): number {
    return this.#holders[holder]?.principal ?? 0
  }

  /** What a grant of this holder embeds, with field number and length. */
  formOf(holder: number): Uint8Array {
    const { principal = 0, form } = this.#holders[holder] ?? {}
    return form ?? encodePrincipal(this.idOf(principal))
  }

  /** One byte for each type of principal, 1 for those named. */
  typesAllowed(types: readonly string[]): Uint8Array {
    const allowed = new Uint8Array(this.#types.size)
    for (const type of types) {
      const number = this.#types.get(type)
      if (number !== undefined) allowed[number] = 1
    }
    return allowed
  }

  /** Principals in the order of their grants' ids. */
  ranked(): Int32Array {
    const keys = this.#ids.map(({ type, id }) => `${type}:${id}`)
    const order = Int32Array.from(keys.keys())
    return order.sort((a, b) => compareText(keys[a] ?? '', keys[b] ?? ''))
  }

  #typeNumber(type: string): number {
    const known = this.#types.get(type)
    if (known !== undefined) return known
    this.#types.set(type, this.#types.size)
    return this.#types.size - 1
  }
}

const NOBODY: ResourceId = { type: '', id: '' }

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0)
