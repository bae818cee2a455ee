import type { Filter } from 'ldapts'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { Entry } from '../directory/entry.ts'
import type { LdapConnection, SearchAnswer } from './connection.ts'
import { RESULT, resultText } from './result-code.ts'

export interface PagedQuestion {
  readonly base: string
  readonly scope: 'one' | 'sub'
  readonly filter: Filter
  readonly attributes: readonly string[]
  readonly pageSize: number
  readonly knownReferrals: readonly string[]
  /** Which setting names the base, for example `users.base`. */
  readonly setting: string
}

const OPERATION = 'read the directory'

/** Empty pages in a row after which a search is taken to lead nowhere. */
const MOST_EMPTY = 1_000

const CANNOT_PAGE = 12

/**
 * Reads everything that fits, page by page, on a connection that has no other search with pages, and gives why it is not everything.
 *
 * Only an empty cookie is the end: a page without entries may come in the middle where somebody was deleted. Any result but success is the end, too,
 * and then the read is incomplete, whatever came.
 *
 * Errors: `not-found`, `invalid-argument`, `permission-denied` or `failed-precondition` where the base cannot be read at all; those of the connection
 * before the first page. A connection that is lost later is a gap.
 */
export async function searchAll(
  connection: LdapConnection,
  question: PagedQuestion,
  onEntries: (entries: readonly Entry[]) => void,
): Promise<readonly string[]> {
  const { base, pageSize, knownReferrals } = question
  const gaps = new Set<string>()
  let cookie = Buffer.alloc(0)
  let isPaged = true
  for (let empty = 0, first = true; empty < MOST_EMPTY; first = false) {
    let answer: SearchAnswer
    try {
      answer = await connection.search({ ...question, ...(isPaged && { page: { size: pageSize, cookie } }) })
    } catch (error) {
      if (first || !ConnectorError.is(error) || error.code === 'canceled') throw error
      return [...gaps, `the read of ${base} was cut: ${error.detail}`]
    }
    if (first && isPaged && answer.code === CANNOT_PAGE) {
      isPaged = false
      continue
    }
    if (first) refuseBase(answer, question)
    for (const address of answer.references)
      if (!knownReferrals.some((known) => isSameAddress(known, address)))
        gaps.add(
          `a part of ${base} is at another server, ${address}; name it in known_referrals if nobody of this source is there`,
        )
    onEntries(answer.entries)
    if (answer.code !== RESULT.success)
      return [...gaps, `the server did not give all of ${base}, ${resultText(answer.code, answer.message)}`]
    cookie = Buffer.from(answer.cookie)
    if (cookie.length === 0) return [...gaps]
    empty = answer.entries.length > 0 ? 0 : empty + 1
  }
  return [...gaps, `the read of ${base} came to no end: ${MOST_EMPTY} empty pages in a row`]
}

/** Addresses with and without their filter part are the same server and base. */
const isSameAddress = (a: string, b: string): boolean => plain(a) === plain(b)
const plain = (address: string): string =>
  decodeURIComponent(address.replace(/\?.*$/, '').replace(/\/+$/, '')).toLowerCase()

/** What the first page says of the base itself. */
function refuseBase({ code, message, references }: SearchAnswer, { base, setting }: PagedQuestion): void {
  const fail = (as: 'not-found' | 'invalid-argument' | 'permission-denied' | 'failed-precondition', detail: string) =>
    new ConnectorError(as, OPERATION, `${setting}: ${detail}`, undefined, `ldap ${code}`)
  const said = resultText(code, message)
  if (code === RESULT.noSuchObject) throw fail('not-found', `there is no entry ${base} that the account may see`)
  if (code === RESULT.invalidDnSyntax)
    throw fail('invalid-argument', `the server does not take ${base} for a name, ${said}`)
  if (code === RESULT.insufficientAccessRights)
    throw fail('permission-denied', `the account may not read ${base}, ${said}`)
  if (code === RESULT.referral)
    throw fail(
      'failed-precondition',
      `${base} is at another server ${references.join(' ')}, ${said}; name that server in url`,
    )
}
