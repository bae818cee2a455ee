import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Kind } from '../../model.ts'
import type { SourceCall, SourceMember, SourceObject, SourceRead, SourceSink } from '../../source.ts'
import { Gaps } from '../gaps.ts'
import { doubledId, KnownIds } from '../known-ids.ts'
import { readEntry, type EntryKind } from './entry.ts'

const BATCH = 1000

/** Where an entry stands. */
export interface Place {
  readonly file: string
  /** The kind of all entries in its list; absent where each entry says its own. */
  readonly kind?: EntryKind | undefined
  /** Line of the file from 1, or index in the list from 0. */
  readonly at: number
}

interface Held {
  readonly group: string
  readonly member: string
  readonly place: Place
}

/**
 * One read of a source whose entries are JSON values, in any order.
 *
 * A membership is given after its group and its member; those that come before them, and those of groups in groups, are held until the end.
 */
export class EntryReading {
  readonly gaps = new Gaps()
  readonly #sink: SourceSink
  readonly #call: SourceCall
  readonly #placeText: (place: Place) => string
  readonly #ids = new KnownIds()
  readonly #held: Held[] = []
  readonly #omitted = new Set<string>()
  #users: SourceObject[] = []
  #groups: SourceObject[] = []
  #members: SourceMember[] = []
  #memberCount = 0

  /** `placeText` says a place inside its file as a sentence can, for example `line 7`. */
  constructor(sink: SourceSink, call: SourceCall, placeText: (place: Omit<Place, 'file'>) => string) {
    this.#sink = sink
    this.#call = call
    this.#placeText = placeText
  }

  /** Takes one value. Errors: `invalid-argument` where its id was there before. */
  take(value: unknown, place: Place): void {
    const entry = readEntry(value, place.kind, (name) => this.#omitted.add(name))
    if (entry.kind === 'problem') return this.gaps.add(`${this.#where(place)}: ${entry.problem}`)
    if (entry.kind === 'member') {
      this.#take({ group: entry.group, member: entry.member, place })
    } else {
      const { kind, object } = entry
      const before = this.#ids.add(kind, object.id, place.at)
      if (before !== undefined)
        throw doubledId(place.file, kind, object.id, this.#placeText({ ...place, at: before }), this.#placeText(place))
      ;(kind === 'user' ? this.#users : this.#groups).push(object)
      for (const member of entry.members) this.#take({ group: object.id, member, place })
    }
    if (this.#users.length + this.#groups.length + this.#members.length >= BATCH) this.#flush()
  }

  /** Whether no user and no group has come. */
  get empty(): boolean {
    return this.#ids.count('user') + this.#ids.count('group') === 0
  }

  /** Errors: `invalid-argument` where there are no users, or groups without any member. */
  finish(file: string): SourceRead {
    const unknown = this.#held.filter((held) => !this.#resolve(held))
    this.#flush()
    const notes: string[] = []
    const [first] = unknown
    if (first)
      notes.push(
        `${file}: members that are no entry, or whose group is none, are left out: ${unknown.length}, the first in ${this.#where(first.place)}`,
      )
    if (this.#omitted.size > 0)
      notes.push(
        `${file}: attributes that are no text, number, truth value or list of texts are left out: ${[...this.#omitted].join(', ')}`,
      )
    if (this.gaps.none) this.#refuseNothing(file)
    return { complete: this.gaps.none, gaps: this.gaps.sentences(), notes }
  }

  /** Why a group is not taken at once: a user with the same id may still come, and then the user is meant. */
  #take(held: Held): void {
    const membership = this.#ids.membership(held.group, held.member)
    if (membership?.kind === 'user') this.#members.push(membership)
    else this.#held.push(held)
  }

  #resolve({ group, member }: Held): boolean {
    const membership = this.#ids.membership(group, member)
    if (membership) this.#members.push(membership)
    return membership !== undefined
  }

  #flush(): void {
    this.#memberCount += this.#members.length
    if (this.#users.length > 0) this.#sink.users(this.#users)
    if (this.#groups.length > 0) this.#sink.groups(this.#groups)
    if (this.#members.length > 0) this.#sink.members(this.#members)
    this.#users = []
    this.#groups = []
    this.#members = []
    this.#call.onProgress?.({
      users: this.#ids.count('user'),
      groups: this.#ids.count('group'),
      members: this.#memberCount,
    })
  }

  #refuseNothing(file: string): void {
    const missing = (kind: Kind): boolean => this.#ids.count(kind) === 0
    if (missing('user')) throw nothing(file, 'there are no users')
    if (!missing('group') && this.#memberCount === 0) throw nothing(file, 'there are groups and no members')
  }

  #where(place: Place): string {
    return `${place.file}, ${this.#placeText(place)}`
  }
}

const nothing = (file: string, what: string): ConnectorError =>
  new ConnectorError('invalid-argument', `read ${file}`, `${what}; a source without entries is taken for a mistake`)
