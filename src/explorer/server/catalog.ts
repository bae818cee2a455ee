import type { FoldedEntry } from '../../readers/names/name-list.ts'
import type { Ref } from './answers.ts'

export interface CatalogFilter {
  readonly kind: string | undefined
  readonly type: string | undefined
  readonly status: string | undefined
  readonly q: string | undefined
}

/** The names of all resources of a sync, in memory, in the order of `nameList`. */
export class Catalog {
  readonly #entries: readonly FoldedEntry[]
  readonly #ranks: ReadonlyMap<string, number>

  constructor(entries: readonly FoldedEntry[]) {
    this.#entries = entries
    this.#ranks = new Map(entries.map(({ entry }, rank) => [entry.key, rank]))
  }

  get size(): number {
    return this.#entries.length
  }

  /** Where a resource stands in the order of the catalog; behind all others where the file does not hold it. */
  rank(key: string): number {
    return this.#ranks.get(key) ?? this.#entries.length
  }

  ref(key: string): Ref | undefined {
    return this.#entries[this.rank(key)]?.entry
  }

  /** Whether a resource bears all words of a text in its name, address or id. */
  fits(key: string, q: string | undefined): boolean {
    return hasWords(this.#entries[this.rank(key)]?.folded ?? key.toLowerCase(), wordsOf(q))
  }

  page(
    filter: CatalogFilter,
    offset: number,
    limit: number,
  ): { readonly total: number; readonly rows: readonly Ref[] } {
    const words = wordsOf(filter.q)
    const { kind, type, status } = filter
    const rows: Ref[] = []
    let total = 0
    for (const { entry, folded } of this.#entries) {
      if (kind !== undefined && entry.kind !== kind) continue
      if (type !== undefined && entry.type !== type) continue
      if (status !== undefined && entry.status !== status) continue
      if (!hasWords(folded, words)) continue
      if (total >= offset && rows.length < limit) rows.push(entry)
      total++
    }
    return { total, rows }
  }

  /** The best of what bears all words: names that begin with them first, then words, then the rest. */
  search(text: string, limit: number): { readonly total: number; readonly hits: readonly Ref[] } {
    const words = wordsOf(text)
    const [first = ''] = words
    if (first === '') return { total: 0, hits: [] }
    const found: Ref[][] = [[], [], [], []]
    let total = 0
    for (const { entry, folded } of this.#entries) {
      if (!hasWords(folded, words)) continue
      total++
      const bucket = found[rankOf(folded, first)]
      if (bucket && bucket.length < limit) bucket.push(entry)
    }
    return { total, hits: found.flat().slice(0, limit) }
  }
}

const wordsOf = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')

const hasWords = (folded: string, words: readonly string[]): boolean => words.every((word) => folded.includes(word))

function rankOf(folded: string, word: string): number {
  const at = folded.indexOf(word)
  if (at === 0) return folded.charAt(word.length) === '\n' ? 0 : 1
  return /[\s@._-]/.test(folded.charAt(at - 1)) ? 2 : 3
}
