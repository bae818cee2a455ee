import { changedObjects, type Habits, initialObjects, type Json } from './delta-objects.ts'
import type { Directory } from './directory.ts'

/** A round of a delta query that was begun: what it tells, and since when the next one tells. */
interface Round {
  readonly kind: 'user' | 'group'
  readonly select: string
  readonly pages: Json[][]
  until: number
}

export type DeltaReply =
  | { readonly page: Json[]; readonly next: string; readonly last?: undefined }
  | { readonly page: Json[]; readonly last: string; readonly next?: undefined }
  | { readonly expired: 'not-found' }
  | { readonly expired: 'reset'; readonly select: string }

/**
 * Delta queries over a directory. Tokens are opaque texts that this object remembers.
 *
 * What happens to the directory while a round is under way is told at the end of the same round, so that an object can be told and taken back in one read.
 */
export class DeltaService {
  readonly #directory: Directory
  readonly #habits: Habits
  readonly #pageSize: number
  readonly #rounds = new Map<string, { readonly round: Round; readonly page: number }>()
  readonly #marks = new Map<string, { readonly select: string; readonly since: number }>()
  readonly #reset = new Set<string>()
  #tokens = 0

  constructor(directory: Directory, habits: Habits, pageSize: number) {
    this.#directory = directory
    this.#habits = habits
    this.#pageSize = pageSize
  }

  /** Forgets all delta tokens: they answer 400, or 410 with a place to begin anew. */
  forget(how: 'not-found' | 'reset'): void {
    if (how === 'reset') for (const token of [...this.#marks.keys(), ...this.#rounds.keys()]) this.#reset.add(token)
    else this.#marks.clear()
  }

  begin(kind: 'user' | 'group', select: string): DeltaReply {
    const objects = initialObjects(this.#directory, kind, select.split(','), this.#habits)
    return this.#page({ kind, select, pages: this.#cut(objects), until: this.#directory.seq }, 0)
  }

  since(kind: 'user' | 'group', token: string): DeltaReply {
    const mark = this.#marks.get(token)
    if (!mark) return { expired: 'not-found' }
    if (this.#reset.has(token)) return { expired: 'reset', select: mark.select }
    const objects = changedObjects(this.#directory, kind, mark.since, mark.select.split(','), this.#habits)
    return this.#page({ kind, select: mark.select, pages: this.#cut(objects), until: this.#directory.seq }, 0)
  }

  next(token: string): DeltaReply {
    const found = this.#rounds.get(token)
    if (!found) return { expired: 'not-found' }
    if (this.#reset.has(token)) return { expired: 'reset', select: found.round.select }
    return this.#page(found.round, found.page)
  }

  #page(round: Round, index: number): DeltaReply {
    const page = round.pages[index] ?? []
    if (index >= round.pages.length - 1) this.#extend(round)
    if (index < round.pages.length - 1) {
      const next = `skip-${++this.#tokens}`
      this.#rounds.set(next, { round, page: index + 1 })
      return { page, next }
    }
    const last = `delta-${++this.#tokens}`
    this.#marks.set(last, { select: round.select, since: round.until })
    return { page, last }
  }

  #extend(round: Round): void {
    const late = changedObjects(this.#directory, round.kind, round.until, round.select.split(','), this.#habits)
    round.until = this.#directory.seq
    if (late.length > 0) round.pages.push(...this.#cut(late))
  }

  #cut(objects: readonly Json[]): Json[][] {
    const { repeats, emptyPages } = this.#habits
    const pages: Json[][] = []
    for (let at = 0; at < objects.length; at += this.#pageSize) {
      const repeated = repeats && at > 0 ? objects.slice(at - this.#pageSize, at - this.#pageSize + 1) : []
      if (emptyPages) pages.push([])
      pages.push([...objects.slice(at, at + this.#pageSize), ...repeated])
    }
    return pages.length > 0 ? pages : [[]]
  }
}
