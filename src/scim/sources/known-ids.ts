import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Kind } from '../model.ts'
import type { SourceMember } from '../source.ts'
import { quoted } from './quoted.ts'

/**
 * The ids that a read has met so far, each with the place where it stands.
 *
 * Why: an id that comes twice makes two people of one, and a member that is nobody must not become a membership.
 */
export class KnownIds {
  readonly #places = { user: new Map<string, number>(), group: new Map<string, number>() }

  /** Notes an object. Gives the place where its id was before, if it was. */
  add(kind: Kind, id: string, place: number): number | undefined {
    const places = this.#places[kind]
    const before = places.get(id)
    if (before === undefined) places.set(id, place)
    return before
  }

  has(kind: Kind, id: string): boolean {
    return this.#places[kind].has(id)
  }

  count(kind: Kind): number {
    return this.#places[kind].size
  }

  /** The membership, where both sides are known. An id that a user and a group share means the user. */
  membership(group: string, member: string): SourceMember | undefined {
    if (!this.#places.group.has(group)) return undefined
    if (this.#places.user.has(member)) return { group, member, kind: 'user' }
    return this.#places.group.has(member) ? { group, member, kind: 'group' } : undefined
  }
}

/** That two entries have one id; nobody can say which of them is right. */
export const doubledId = (file: string, kind: Kind, id: string, before: string, now: string): ConnectorError =>
  new ConnectorError(
    'invalid-argument',
    `read ${file}`,
    `${before} and ${now} have the same externalId ${quoted(id)}; a ${kind} must be there once`,
  )
