import { type Filter, PresenceFilter } from 'ldapts'
import type { Kind } from '../../model.ts'
import type { Entry } from '../directory/entry.ts'
import type { LdapConnection } from './connection.ts'
import { idOf } from '../directory/entry-key.ts'

/** How often a directory that keeps changing is listed again before the read counts as incomplete. */
const MOST_LOOKS = 4

/** Where an entry was seen when only keys were listed. */
export interface Seen {
  readonly kind: Kind
  readonly dn: string
}

export interface SecondLook {
  /** Lists the keys of everybody anew, on other connections and by other pages. */
  readonly list: () => Promise<ReadonlyMap<string, Seen>>
  /** Keys of the entries that were read. */
  readonly known: () => Iterable<string>
  /** Reads one entry that was not. */
  readonly fetch: (seen: Seen) => Promise<void>
}

/**
 * Lists the keys of everybody again until two listings agree, reads whom the first one missed, and gives why that is not sure.
 *
 * Why: some servers count entries to find where a page begins. When somebody is deleted between two pages, the next page begins one too far and
 * somebody else is missing, in a read that ends as a success. Such a person must not be taken for a leaver.
 */
export async function lookAgain({ list, known, fetch }: SecondLook): Promise<string | undefined> {
  let before = new Set(known())
  for (let look = 0; look < MOST_LOOKS; look++) {
    const seen = await list()
    const isSame = seen.size === before.size && [...before].every((id) => seen.has(id))
    const read = new Set(known())
    for (const [id, where] of seen) if (!read.has(id)) await fetch(where)
    if (isSame) return undefined
    before = new Set(seen.keys())
  }
  return `the directory changed during each of ${MOST_LOOKS + 1} listings; nobody can say who was missed`
}

/** Takes the keys of a page. An entry without a key was told before. */
export function noteKeys(kind: Kind, entries: readonly Entry[], idAttribute: string, seen: Map<string, Seen>): void {
  for (const entry of entries) {
    const id = idOf(entry, idAttribute)
    if (id !== undefined) seen.set(id, { kind, dn: entry.dn })
  }
}

/** Reads the entry with a name; `undefined` where it went meanwhile. */
export async function readEntry(
  connection: LdapConnection,
  dn: string,
  ask: readonly string[],
): Promise<Entry | undefined> {
  const filter: Filter = new PresenceFilter({ attribute: 'objectClass' })
  const answer = await connection.search({ base: dn, scope: 'base', filter, attributes: ask })
  return answer.entries[0]
}
