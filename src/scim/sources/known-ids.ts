import { ConnectorError } from '../../sdk/errors.ts'
import type { Kind } from '../model.ts'
import type { SourceMember } from '../source.ts'
import { quoted } from './quoted.ts'

/**
 * The ids that a read has met so far, each with the place where it stands.
 *
 * Why: an id that comes twice makes two people of one, and a member that is nobody's must not become a membership.
 */
export class KnownIds {
  readonly #places = { user: new Map<string, number>(), group: new Map<string, number>() }
  readonly #unit: string

  /** `unit` names what a place is, `line` or `entry`. */
  constructor(unit: string) {
    this.#unit = unit
  }

  /** Notes an object. Errors: `invalid-argument` where its id was there before. */
  add(kind: Kind, id: string, place: number, file: string, key: string): void {
    const before = this.#places[kind].get(id)
    if (before !== undefined)
      throw new ConnectorError(
        'invalid-argument',
        `read ${file}`,
        `the ${this.#unit}s ${before} and ${place} have the same ${key} ${quoted(id)}; a ${kind} must be there once`,
      )
    this.#places[kind].set(id, place)
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
