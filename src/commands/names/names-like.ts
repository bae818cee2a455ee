import { nearest } from '../../sdk/text/edit-distance.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { askMany, type ManyQuery, type Variables } from '../../twingate/ask-many.ts'
import type { ClientCall, TwingateClient } from '../../twingate/client.ts'
import { GroupsLike, halvesOf, UsersLike } from '../../resources/name-queries.ts'

/** Suggestions by the text they are for, best first. */
export type Suggestions = ReadonlyMap<string, readonly string[]>

const MOST_NAMES = 3

/** Texts for which suggestions are looked up; a list of wrong names says enough after these. */
const MOST_TEXTS = 16

/** Names of groups near to those that nobody has; at most two requests. Errors: as `client.query`. */
export const groupsLike = (client: TwingateClient, texts: readonly string[], call: ClientCall): Promise<Suggestions> =>
  suggestions(
    client,
    GroupsLike,
    texts,
    (text) => halvesOf(text).map((part) => ({ part })),
    (page) => page.edges.map(({ node }) => node.name),
    call,
  )

/** Names and addresses of users likewise: an address for what looks like one, else a full name. */
export const usersLike = (client: TwingateClient, texts: readonly string[], call: ClientCall): Promise<Suggestions> =>
  suggestions(
    client,
    UsersLike,
    texts,
    (text) => {
      const [local = ''] = text.split('@')
      if (text.includes('@')) return halvesOf(local).map((email) => ({ email }))
      const words = text.split(/\s+/)
      return [{ first: words[0]?.slice(0, 2) }, { last: words.at(-1)?.slice(0, 2) }]
    },
    (page) =>
      page.edges.flatMap(({ node }) => [node.email ?? '', `${node.firstName} ${node.lastName}`.trim()]).filter(Boolean),
    call,
  )

async function suggestions<T>(
  client: TwingateClient,
  query: ManyQuery<T>,
  all: readonly string[],
  partsOf: (text: string) => readonly Variables[],
  namesOf: (answer: T) => readonly string[],
  call: ClientCall,
): Promise<Suggestions> {
  const namesIn = (answer: T | ConnectorError) => (ConnectorError.is(answer) ? [] : namesOf(answer))
  const texts = all.slice(0, MOST_TEXTS).map((text) => ({ text, typed: text.trim() }))
  const items = texts.flatMap(({ typed }) => partsOf(typed))
  const names = (await askMany(client, query, items, call)).flatMap(namesIn)
  const near = texts.map(({ text, typed }) => [text, nearest(typed, names, MOST_NAMES)] as const)
  if (near.every(([, found]) => found.length > 0)) return new Map(near)
  // The searched parts may be misspelt, or in another case. In a small network the first page of all names holds the right one anyway.
  const more = [...names, ...(await askMany(client, query, [{}], call)).flatMap(namesIn)]
  return new Map(texts.map(({ text, typed }) => [text, nearest(typed, more, MOST_NAMES)]))
}
