import { PresenceFilter } from 'ldapts'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Entry, EntryAttribute } from '../directory/entry.ts'
import type { LdapConnection } from './connection.ts'
import { resultText } from './result-code.ts'

const RANGE = /^([a-z0-9-]+);range=(\d+)-(\d+|\*)$/i

/** Requests for one attribute after which its ranges are taken to lead nowhere. */
const MOST_RANGES = 10_000

/** The first part of an attribute that Active Directory cuts into ranges, with where it ends; `undefined` where nothing is cut. */
function rangeOf(
  entry: Entry,
): { readonly key: string; readonly name: string; readonly end: number | undefined } | undefined {
  for (const [key, { description }] of entry.attributes) {
    const [, name, , end] = RANGE.exec(description) ?? []
    if (name !== undefined) return { key, name, end: end === '*' ? undefined : Number(end) }
  }
  return undefined
}

export const hasRange = (entry: Entry): boolean => rangeOf(entry) !== undefined

/**
 * Reads the rest of an attribute that came as `member;range=0-1499` and gives the entry with all of it.
 *
 * Errors: `unavailable` where a part cannot be read; a group with a part of its members must not look whole. Source: [MS-ADTS] §3.1.1.3.1.3.3.
 */
export async function withRanges(connection: LdapConnection, entry: Entry): Promise<Entry> {
  const first = rangeOf(entry)
  if (!first) return entry
  const values: Buffer[] = [...(entry.attributes.get(first.key)?.values ?? [])]
  const filter = new PresenceFilter({ attribute: 'objectClass' })
  let end = first.end
  for (let asked = 0; end !== undefined; asked++) {
    const attributes = [`${first.name};range=${end + 1}-*`]
    const answer = await connection.search({ base: entry.dn, scope: 'base', filter, attributes })
    const [next] = answer.entries
    const part = next && rangeOf(next)
    if (!part || asked > MOST_RANGES)
      throw new ConnectorError(
        'unavailable',
        'read the directory',
        `the server gave only a part of ${first.name} of ${entry.dn}, ${resultText(answer.code, answer.message)}`,
      )
    values.push(...(next.attributes.get(part.key)?.values ?? []))
    if (part.end !== undefined && part.end <= end)
      throw new ConnectorError(
        'internal',
        'read the directory',
        `the ranges of ${first.name} of ${entry.dn} lead in a circle`,
      )
    end = part.end
  }
  const whole: EntryAttribute = { description: first.name, values }
  return { dn: entry.dn, attributes: new Map([...entry.attributes, [first.name.toLowerCase(), whole]]) }
}
