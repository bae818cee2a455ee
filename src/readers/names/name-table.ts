import type { Kind } from '../model/thing.ts'
import type { NameEntry } from './name-entry.ts'

export const STATUSES: readonly NameEntry['status'][] = [null, 'enabled', 'disabled', 'deleted']

/** Key, name and address. */
export const TEXTS_OF_ENTRY = 3

/** What a `NameTable` consists of, one value of each for a resource unless said otherwise. Offsets are in bytes. */
export interface NameColumns {
  /** Each type once. */
  readonly types: readonly string[]
  /** Number of the type. */
  readonly typeAt: Int32Array
  /** Number in `STATUSES`. */
  readonly statusAt: Uint8Array
  /** Key, name and address, one after the other. */
  readonly texts: Buffer
  /** Where each of the three ends. */
  readonly ends: Int32Array
  /** Name, address and id in small letters, each in a line. */
  readonly folded: Buffer
  readonly foldedEnds: Int32Array
}

const LINE_FEED = 10
const WORD_END = /[\s@._-]$/
/** Of each ASCII character. */
const ENDS_WORD = Array.from({ length: 128 }, (_, code) => WORD_END.test(String.fromCharCode(code)))
/** Steps in the table of keys for each resource that say that keys were made to meet in it. */
const MANY_STEPS = 16

/**
 * All resources of a sync by name: people first, then by type and name.
 *
 * Why: a million objects with their texts take a gigabyte, and their bytes a tenth of it. They are looked through as fast.
 */
export class NameTable {
  readonly columns: NameColumns
  readonly #kinds: readonly Kind[]
  #ranks: Ranks | undefined

  constructor(columns: NameColumns, kindOf: (type: string) => Kind) {
    this.columns = columns
    this.#kinds = columns.types.map(kindOf)
  }

  get size(): number {
    return this.columns.typeAt.length
  }

  /** The entry of a rank that there is. */
  entry(rank: number): NameEntry {
    const { texts, ends } = this.columns
    const at = rank * TEXTS_OF_ENTRY
    const text = (which: number): string => texts.toString('utf8', ends[at + which - 1] ?? 0, ends[at + which])
    const email = text(2)
    return {
      ...{ key: text(0), name: text(1), email: email === '' ? null : email },
      ...{ type: this.type(rank), kind: this.kind(rank), status: this.status(rank) },
    }
  }

  type(rank: number): string {
    return this.columns.types[this.columns.typeAt[rank] ?? -1] ?? ''
  }

  kind(rank: number): Kind {
    return this.#kinds[this.columns.typeAt[rank] ?? -1] ?? 'other'
  }

  status(rank: number): NameEntry['status'] {
    return STATUSES[this.columns.statusAt[rank] ?? 0] ?? null
  }

  /** Where a resource stands; `undefined` for one that the sync does not hold. */
  rank(key: string): number | undefined {
    return (this.#ranks ??= ranksOf(this.columns)).get(key)
  }

  /** Where in the folded text of a resource the first of these words stands, if it bears them all; -1 otherwise. */
  find(rank: number, words: readonly Buffer[]): number {
    const { folded, foldedEnds } = this.columns
    const [start, end] = [foldedEnds[rank - 1] ?? 0, foldedEnds[rank] ?? 0]
    let first = -1
    for (const word of words) {
      const at = indexIn(folded, start, end, word)
      if (at < 0) return -1
      if (first < 0) first = at
    }
    return first
  }

  /** How near a hit of `find` is to what was meant: 0 for the whole name, 1 for its beginning, 2 for that of a word, 3 for any other. */
  distance(rank: number, at: number, word: Buffer): 0 | 1 | 2 | 3 {
    const { folded, foldedEnds } = this.columns
    const start = foldedEnds[rank - 1] ?? 0
    if (at === start) return folded[at + word.length] === LINE_FEED ? 0 : 1
    const before = folded[at - 1] ?? 0
    if (before < ENDS_WORD.length) return ENDS_WORD[before] === true ? 2 : 3
    // A character takes four bytes at most.
    return WORD_END.test(folded.toString('utf8', Math.max(start, at - 4), at)) ? 2 : 3
  }
}

/** Words to be found in folded texts. */
export const foldedWords = (text: string | undefined): readonly Buffer[] =>
  (text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => Buffer.from(word))

/** Why: `Buffer.indexOf` takes longer to be called than most of these texts take to be looked through. */
function indexIn(bytes: Buffer, start: number, end: number, word: Buffer): number {
  const [first] = word
  const last = end - word.length
  for (let at = start; at <= last; at++) {
    if (bytes[at] !== first) continue
    let same = 1
    while (same < word.length && bytes[at + same] === word[same]) same++
    if (same === word.length) return at
  }
  return -1
}

interface Ranks {
  get(key: string): number | undefined
}

/** Ranks by key. Where a crafted file makes its keys meet, the engine's own table takes them, which is larger and cannot be made to. */
const ranksOf = (columns: NameColumns): Ranks => HashedRanks.of(columns) ?? mappedRanks(columns)

function mappedRanks({ typeAt, texts, ends }: NameColumns): Ranks {
  const keyAt = (rank: number): string =>
    texts.toString('utf8', ends[rank * TEXTS_OF_ENTRY - 1] ?? 0, ends[rank * TEXTS_OF_ENTRY])
  return new Map(Array.from(typeAt, (_, rank) => [keyAt(rank), rank]))
}

/** An open-addressed hash table of ranks: eight to sixteen bytes for a resource. */
class HashedRanks implements Ranks {
  readonly #columns: NameColumns
  /** Ranks, each greater by one; 0 where there is none. A power of two. */
  readonly #slots: Uint32Array

  private constructor(columns: NameColumns, slots: Uint32Array) {
    this.#columns = columns
    this.#slots = slots
  }

  static of(columns: NameColumns): HashedRanks | undefined {
    const { typeAt, texts, ends } = columns
    const size = typeAt.length
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(size, 1) * 2)))
    let steps = size * MANY_STEPS
    for (let rank = 0; rank < size; rank++) {
      let at =
        hashOf(texts, ends[rank * TEXTS_OF_ENTRY - 1] ?? 0, ends[rank * TEXTS_OF_ENTRY] ?? 0) & (slots.length - 1)
      for (; slots[at] !== 0; at = (at + 1) & (slots.length - 1)) if (steps-- === 0) return undefined
      slots[at] = rank + 1
    }
    return new HashedRanks(columns, slots)
  }

  get(key: string): number | undefined {
    const { texts, ends } = this.#columns
    const bytes = Buffer.from(key)
    const mask = this.#slots.length - 1
    for (let at = hashOf(bytes, 0, bytes.length) & mask; ; at = (at + 1) & mask) {
      const rank = (this.#slots[at] ?? 0) - 1
      if (rank < 0) return undefined
      if (bytes.compare(texts, ends[rank * TEXTS_OF_ENTRY - 1] ?? 0, ends[rank * TEXTS_OF_ENTRY]) === 0) return rank
    }
  }
}

/** FNV-1a; its upper bits are folded into the lower ones, as only these are used. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193)
  return (hash ^ (hash >>> 16)) >>> 0
}
