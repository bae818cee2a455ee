import { ConnectorError } from '../../sdk/ground/errors.ts'
import { Numbers } from '../../sdk/ground/numbers.ts'
import type { Kind } from '../model/thing.ts'
import type { NameEntry } from './name-entry.ts'
import { NameTable, STATUSES, TEXTS_OF_ENTRY } from './name-table.ts'

/** Offsets are kept in 31 bits. */
const MOST_BYTES = 2 ** 31 - 1
/** Bytes that a unit of a JavaScript text takes at most. */
const UTF8_MOST = 3

/** Texts one after the other, as bytes. */
class Texts {
  readonly ends = Numbers.small()
  #bytes: Buffer = Buffer.allocUnsafeSlow(1 << 16)
  #length = 0

  add(text: string): void {
    const most = this.#length + UTF8_MOST * text.length
    if (most > MOST_BYTES)
      throw new ConnectorError('resource-exhausted', 'read names', 'the names of the sync take more than 2 GB')
    if (most > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(most * 2, MOST_BYTES))
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    this.#length += this.#bytes.write(text, this.#length)
    this.ends.push(this.#length)
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** The same texts, `each` of them moved together, in another order. */
  inOrder(order: Uint32Array, each: number): { readonly bytes: Buffer; readonly ends: Int32Array } {
    const old = this.ends.view()
    const bytes = Buffer.allocUnsafeSlow(this.#length)
    const ends = new Int32Array(old.length)
    let at = 0
    for (const [rank, place] of order.entries()) {
      const start = old[place * each - 1] ?? 0
      for (let k = 0; k < each; k++) ends[rank * each + k] = at + (old[place * each + k] ?? 0) - start
      at += this.#bytes.copy(bytes, at, start, old[place * each + each - 1])
    }
    return { bytes, ends }
  }
}

/** Takes the resources of a sync one by one, and puts them in order at the end. */
export class NameDraft {
  readonly #types: string[] = []
  readonly #typeNumbers = new Map<string, number>()
  readonly #typeAt = Numbers.small()
  readonly #statusAt = Numbers.small()
  readonly #texts = new Texts()
  readonly #folded = new Texts()

  add({ key, name, type, email, status }: NameEntry): void {
    this.#typeAt.push(this.#typeNumber(type))
    this.#statusAt.push(STATUSES.indexOf(status))
    for (const text of [key, name, email ?? '']) this.#texts.add(text)
    this.#folded.add(`${name}\n${email ?? ''}\n${key.slice(type.length + 1)}`.toLowerCase())
  }

  sorted(kindOf: (type: string) => Kind): NameTable {
    const order = this.#order(kindOf)
    const { bytes: texts, ends } = this.#texts.inOrder(order, TEXTS_OF_ENTRY)
    const { bytes: folded, ends: foldedEnds } = this.#folded.inOrder(order, 1)
    return new NameTable(
      {
        types: this.#types,
        typeAt: Int32Array.from(order, (place) => this.#typeAt.at(place)),
        statusAt: Uint8Array.from(order, (place) => this.#statusAt.at(place)),
        ...{ texts, ends, folded, foldedEnds },
      },
      kindOf,
    )
  }

  #typeNumber(type: string): number {
    const known = this.#typeNumbers.get(type)
    if (known !== undefined) return known
    const number = this.#types.push(type) - 1
    this.#typeNumbers.set(type, number)
    return number
  }

  /** People first, then by type and name. */
  #order(kindOf: (type: string) => Kind): Uint32Array {
    const byName = new Map(this.#types.toSorted().map((type, place) => [type, place]))
    const places = this.#types.map((type) => (kindOf(type) === 'user' ? -1 : (byName.get(type) ?? 0)))
    const placeOf = (entry: number): number => places[this.#typeAt.at(entry)] ?? 0
    const folded = this.#folded.bytes
    const ends = this.#folded.ends.view()
    const [texts, textEnds] = [this.#texts.bytes, this.#texts.ends.view()]
    const compareNames = (a: number, b: number): number =>
      compareParts(folded, ends[a - 1] ?? 0, ends[a] ?? 0, ends[b - 1] ?? 0, ends[b] ?? 0)
    const compareKeys = (a: number, b: number): number => {
      const [one, other] = [a * TEXTS_OF_ENTRY, b * TEXTS_OF_ENTRY]
      return compareParts(
        texts,
        textEnds[one - 1] ?? 0,
        textEnds[one] ?? 0,
        textEnds[other - 1] ?? 0,
        textEnds[other] ?? 0,
      )
    }
    return Uint32Array.from(this.#typeAt.view().keys()).sort(
      (a, b) => placeOf(a) - placeOf(b) || compareNames(a, b) || compareKeys(a, b),
    )
  }
}

/** Why: `Buffer.compare` takes longer to be called than most names take to be compared. */
function compareParts(bytes: Buffer, start: number, end: number, otherStart: number, otherEnd: number): number {
  const length = Math.min(end - start, otherEnd - otherStart)
  for (let k = 0; k < length; k++) {
    const difference = (bytes[start + k] ?? 0) - (bytes[otherStart + k] ?? 0)
    if (difference !== 0) return difference
  }
  return end - start - (otherEnd - otherStart)
}
