import { ConnectorError } from '../../sdk/ground/errors.ts'
import { parseResourceBid } from '../../sdk/model/ids.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import { isIdOf } from '../../twingate/global-id.ts'

/** What a text names, with words for people where they are known. */
export interface Named {
  readonly id: ResourceId
  /** `Engineering`; `Ada Lovelace <ada@acme.example>`. */
  readonly name?: string
}

/** By the text as it was given: what it names, or why it names nothing (`not-found`) or no single thing (`invalid-argument`). */
export type Resolved = ReadonlyMap<string, Named | ConnectorError>

/** The only thing one text names. Errors: what stands in its place. */
export function onlyOne(resolved: Resolved, text: string): ResourceId {
  const found = resolved.get(text)
  if (found && !ConnectorError.is(found)) return found.id
  throw found ?? new ConnectorError('internal', 'find', `nothing was looked up for ${JSON.stringify(text)}`)
}

/** Tells ids from names; what is wrong with a text itself stands in `resolved` already. */
export function sortTexts(texts: readonly string[], type: 'user' | 'group') {
  const resolved = new Map<string, Named | ConnectorError>()
  const ids = new Map<string, string>()
  const names: string[] = []
  for (const text of new Set(texts)) {
    const typed = text.trim()
    const bid = bidOf(typed, type)
    if (ConnectorError.is(bid)) resolved.set(text, bid)
    else if (bid !== undefined) ids.set(text, bid)
    else if (isIdOf(type === 'user' ? 'User' : 'Group', typed)) ids.set(text, typed)
    else if (type === 'user' && isIdOf('Group', typed)) resolved.set(text, notAUser(typed))
    else if (typed === '')
      resolved.set(text, new ConnectorError('invalid-argument', `find ${type}`, `the name of the ${type} is empty`))
    else names.push(text)
  }
  return { ids, names, resolved }
}

/** The id in a BID of the type; `undefined` for a text that is no BID at all. */
export function bidOf(typed: string, type: string): string | ConnectorError | undefined {
  if (!typed.startsWith('bid:')) return undefined
  try {
    const { resource } = parseResourceBid(typed)
    if (resource.type === type) return resource.id
    if (type === 'user' && resource.type === 'group') return notAUser(typed)
    return new ConnectorError('invalid-argument', `find ${type}`, `${typed} names a ${resource.type}, not a ${type}`)
  } catch (error) {
    return ConnectorError.from(error, `find ${type}`)
  }
}

const notAUser = (typed: string): ConnectorError =>
  new ConnectorError('failed-precondition', 'find user', `${typed} is a group, and only users can be given access`)

export const named = (id: ResourceId, name: string | undefined): Named => ({ id, ...(name && { name }) })

const MOST_CANDIDATES = 10

/** The person who asked reads the names of the candidates; logs and platforms get only their ids. */
export function ambiguous<T extends { readonly id: string }>(
  text: string,
  kind: string,
  candidates: readonly T[],
  describe: (candidate: T) => string,
): ConnectorError {
  const more = candidates.length > MOST_CANDIDATES ? '; and more' : ''
  const sentence = (words: (candidate: T) => string): string =>
    `${JSON.stringify(text)} could be any of several ${kind}s, give the id of one: ${candidates.slice(0, MOST_CANDIDATES).map(words).join('; ')}${more}`
  return new ConnectorError(
    'invalid-argument',
    `find ${kind}`,
    sentence(({ id }) => id),
    undefined,
    undefined,
    sentence(describe),
  )
}

/** Only the person who asked reads near names, because they belong to other people. */
export function notFound(kind: string, text: string, close: readonly string[]): ConnectorError {
  const hint = close.length === 0 ? '' : `; did you mean ${close.map((name) => JSON.stringify(name)).join(' or ')}?`
  const detail = `there is no ${kind} ${JSON.stringify(text)}`
  return new ConnectorError('not-found', `find ${kind}`, detail, undefined, undefined, `${detail}${hint}`)
}
