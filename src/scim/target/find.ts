import type { Kind, TargetObject } from '../model.ts'
import { readListPage, readObject } from './answers.ts'
import { readQuery } from './group-query.ts'
import type { ListTools } from './list-page.ts'
import { parsePath, readValue } from './paths.ts'
import type { TargetProfile } from './profile.ts'
import { malformedAnswer } from './refusal.ts'
import { ENDPOINT } from './schemas.ts'

export type FilterAttribute = 'externalId' | 'userName' | 'displayName'

export interface Found {
  readonly objects: readonly TargetObject[]
  readonly proven: boolean
}

/** One `eq`, the value as a JSON string. Source: RFC 7644 §3.4.2.2. */
export const filterOf = (attribute: FilterAttribute, value: string): string =>
  `${attribute} eq ${JSON.stringify(value)}`

/** Values that some servers never match, whatever they hold. */
const isPlain = (value: string): boolean => /^[\x20-\x7e]+$/.test(value) && !/["\\]/.test(value)

const filterName = (kind: Kind, attribute: FilterAttribute): TargetProfile['filters'][number] | undefined => {
  if (attribute === 'externalId') return `${kind}.externalId`
  if (attribute === 'userName') return kind === 'user' ? 'user.userName' : undefined
  return kind === 'group' ? 'group.displayName' : undefined
}

/**
 * Asks by a filter, and verifies each hit here. `proven` says that there are no others: the filter has found a known object before, the answer
 * holds all hits and nothing else, and the value is one that every server can match.
 *
 * Errors: as `Target`. A refused filter is no error, it proves nothing.
 * Why: there are servers whose filters are ignored, silently empty, or compare cases otherwise than the standard says.
 */
export async function findObjects(
  kind: Kind,
  attribute: FilterAttribute,
  value: string,
  { exchange, learned }: ListTools,
  signal: AbortSignal,
): Promise<Found> {
  const operation = `find a ${kind} by ${attribute}`
  const query = { filter: filterOf(attribute, value), ...readQuery(kind, learned.current()) }
  const answer = await exchange.read({ path: ENDPOINT[kind], query, operation }, signal)
  if (answer.status >= 300) return { objects: [], proven: false }
  const page = readListPage(answer.body)
  if (!page) throw malformedAnswer(answer.host, operation, false)

  const path = parsePath(attribute)
  const shown = learned.current().listShowsMembers === true
  const answered = page.resources.map((resource) => readObject(kind, resource, { shown }))
  const stored = answered.map((object) => String((object && readValue(object.attributes, path)) ?? ''))
  const isNear = (text: string): boolean => text.toLowerCase() === value.toLowerCase()
  const isHit = (text: string): boolean => (attribute === 'userName' ? isNear(text) : text === value)

  const byId = new Map<string, TargetObject>()
  answered.forEach((object, index) => {
    if (object && isHit(stored[index] ?? '')) byId.set(object.id, object)
  })
  const objects = [...byId.values()]
  const isHonest = stored.every(isNear) && page.total === page.resources.length
  const name = filterName(kind, attribute)
  const { filters } = learned.current()
  // Only a stored userName in another case shows that the filter ignores case.
  const teaches = attribute === 'userName' ? stored.some((text) => isNear(text) && text !== value) : objects.length > 0
  if (isHonest && name && teaches && !filters.includes(name)) learned.learn({ filters: [...filters, name] })
  const proven = isHonest && isPlain(value) && name !== undefined && learned.current().filters.includes(name)
  return { objects, proven }
}
