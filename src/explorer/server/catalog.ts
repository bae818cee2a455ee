import { foldedWords, type NameTable } from '../../readers/names/name-table.ts'
import type { Ref } from './answers.ts'

export interface CatalogFilter {
  readonly kind: string | undefined
  readonly type: string | undefined
  readonly status: string | undefined
  readonly q: string | undefined
}

/** The names of all resources of a sync, to be looked through. */
export class Catalog {
  readonly names: NameTable

  constructor(names: NameTable) {
    this.names = names
  }

  /** Where a resource stands in the order of the names; behind all others where the file does not hold it. */
  rank(key: string): number {
    return this.names.rank(key) ?? this.names.size
  }

  ref(key: string): Ref | undefined {
    const rank = this.names.rank(key)
    return rank === undefined ? undefined : this.names.entry(rank)
  }

  /** Tells of ranks whether the resources bear all words of a text in their names, addresses or ids. */
  fitting(q: string | undefined): (key: string, rank: number) => boolean {
    const words = foldedWords(q)
    const { names } = this
    if (words.length === 0) return () => true
    return (key, rank) =>
      rank < names.size
        ? names.find(rank, words) >= 0
        : words.every((word) => key.toLowerCase().includes(word.toString()))
  }

  page(
    { kind, type, status, q }: CatalogFilter,
    offset: number,
    limit: number,
  ): { readonly total: number; readonly rows: readonly Ref[] } {
    const { names } = this
    const words = foldedWords(q)
    const ranks: number[] = []
    let total = 0
    for (let rank = 0; rank < names.size; rank++) {
      if (kind !== undefined && names.kind(rank) !== kind) continue
      if (type !== undefined && names.type(rank) !== type) continue
      if (status !== undefined && names.status(rank) !== status) continue
      if (words.length > 0 && names.find(rank, words) < 0) continue
      if (total >= offset && ranks.length < limit) ranks.push(rank)
      total++
    }
    return { total, rows: ranks.map((rank) => names.entry(rank)) }
  }

  /** The best of what bears all words: names that begin with them first, then words, then the rest. */
  search(text: string, limit: number): { readonly total: number; readonly hits: readonly Ref[] } {
    const { names } = this
    const words = foldedWords(text)
    const [first] = words
    if (!first) return { total: 0, hits: [] }
    const found: readonly number[][] = [[], [], [], []]
    let total = 0
    for (let rank = 0; rank < names.size; rank++) {
      const at = names.find(rank, words)
      if (at < 0) continue
      total++
      const bucket = found[names.distance(rank, at, first)]
      if (bucket && bucket.length < limit) bucket.push(rank)
    }
    const ranks = found.flat().slice(0, limit)
    return { total, hits: ranks.map((rank) => names.entry(rank)) }
  }
}
