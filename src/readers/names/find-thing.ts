import { nearest } from '../../sdk/text/edit-distance.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { parseResourceBid } from '../../sdk/model/ids.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import type { SyncView } from '../file/sync-view.ts'
import { keyOf, type Kind, kindOf, sayThing, type Thing, typeWord } from '../model/thing.ts'

/** Where names are looked for. */
export type Names = Pick<SyncView, 'types' | 'find' | 'things'>

/** Names of one sync, read once for many questions. */
export function keptNames(view: SyncView): Names {
  let all: readonly Thing[] | undefined
  return {
    types: view.types,
    find: (id) => view.find(id),
    *things(types) {
      all ??= [...view.things()]
      for (const thing of all) if (!types || types.includes(thing.id.type)) yield thing
    },
  }
}

/** What may be meant. */
export interface Meant {
  /** What sentences call it: `user`, `resource`. */
  readonly word: string
  /** Kinds that are meant where several fit a text. @default all alike */
  readonly rather?: Kind
  /** Only resources of this type. @default all */
  readonly type?: string | undefined
}

const MOST_CANDIDATES = 10
const MOST_NEAR = 3

/**
 * The one resource that a text names: a BID, `type:id`, an id, an address in any case, or the exact name, in this order; of roles the name in any case.
 *
 * Errors: `invalid-argument` where several fit, with the candidates, and for a BID that is none; `not-found` with near names.
 */
export function findThing(view: Names, text: string, meant: Meant): Thing {
  const typed = text.trim()
  const found = typed.startsWith('bid:') ? byId(view, parseResourceBid(typed).resource) : byText(view, typed, meant)
  const fitting = preferred(
    found.filter(({ id }) => meant.type === undefined || id.type === meant.type),
    meant,
  )
  const [first, ...others] = fitting
  if (!first) throw unknownThing(view, typed, meant)
  if (others.length > 0) throw ambiguous(typed, meant, fitting)
  return first
}

const byId = (view: Names, id: ResourceId): readonly Thing[] => {
  const thing = view.find(id)
  return thing ? [thing] : []
}

function byText(view: Names, typed: string, meant: Meant): readonly Thing[] {
  const byKey = [...view.types.keys()]
    .filter((type) => typed.startsWith(`${type}:`))
    .flatMap((type) => byId(view, { type, id: typed.slice(type.length + 1) }))
  if (byKey.length > 0) return byKey
  const ids = [...view.types.keys()].flatMap((type) => byId(view, { type, id: typed }))
  if (ids.length > 0) return ids
  return byName(view, typed, meant)
}

function byName(view: Names, typed: string, { type }: Meant): readonly Thing[] {
  const folded = typed.toLowerCase()
  const role = plain(typed)
  const addressed: Thing[] = []
  const named: Thing[] = []
  for (const thing of mayBear(view, typed, type)) {
    if (thing.addresses.some((address) => address.toLowerCase() === folded)) addressed.push(thing)
    else if (thing.name === typed || (thing.kind === 'role' && plain(thing.name) === role)) named.push(thing)
  }
  return addressed.length > 0 ? addressed : named
}

/** Of roles all, as their names may be written in other ways. */
function* mayBear(view: Names, typed: string, type: string | undefined): Generator<Thing> {
  for (const thing of view.things(type === undefined ? undefined : [type], typed))
    if (thing.kind !== 'role') yield thing
  const roles = [...view.types.values()].filter(({ id, traits }) => kindOf(traits) === 'role' && (type ?? id) === id)
  yield* view.things(roles.map(({ id }) => id))
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s_-]+/g, '')

/** Of several that fit, those of the kind that is meant, if there are any. */
function preferred(found: readonly Thing[], { rather }: Meant): readonly Thing[] {
  const wanted = found.filter(({ kind }) => kind === rather)
  return wanted.length > 0 ? wanted : found
}

/** The person who asked reads the names of the candidates; logs get only their ids. */
function ambiguous(typed: string, { word }: Meant, candidates: readonly Thing[]): ConnectorError {
  const more = candidates.length > MOST_CANDIDATES ? '; and more' : ''
  const shown = candidates.slice(0, MOST_CANDIDATES)
  const sentence = (words: (thing: Thing) => string): string =>
    `${JSON.stringify(typed)} could be any of several, give one of these: ${shown.map(words).join('; ')}${more}`
  return new ConnectorError(
    'invalid-argument',
    `find ${word}`,
    sentence(({ id }) => keyOf(id)),
    undefined,
    undefined,
    sentence((thing) => `${keyOf(thing.id)} (${describe(thing)})`),
  )
}

const describe = (thing: Thing): string =>
  [sayThing(thing), thing.kind === 'user' ? typeWord(thing.id.type) : '', thing.status].filter(Boolean).join(', ')

/** Only the person who asked reads near names, because they belong to other people. */
function unknownThing(view: Names, typed: string, { word, type }: Meant): ConnectorError {
  if (type !== undefined && !view.types.has(type)) return unknownType(view, type)
  const names: string[] = []
  for (const thing of view.things(type === undefined ? undefined : [type])) names.push(thing.name, ...thing.addresses)
  const near = [...new Set([...withWord(typed, names), ...nearest(typed, names, MOST_NEAR)])].slice(0, MOST_NEAR)
  const hint = near.length === 0 ? '' : `; did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}?`
  const detail = `there is no ${word} ${JSON.stringify(typed)} in the file`
  return new ConnectorError('not-found', `find ${word}`, detail, undefined, undefined, `${detail}${hint}`)
}

/** Names that contain the typed text as one word, such as a first name. */
function withWord(typed: string, names: readonly string[]): readonly string[] {
  const folded = typed.toLowerCase()
  return names.filter((name) =>
    name
      .toLowerCase()
      .split(/[\s@]+/)
      .includes(folded),
  )
}

/** A resource type that the file does not hold. */
export function unknownType(view: Pick<SyncView, 'types'>, type: string): ConnectorError {
  const there = [...view.types.keys()].join(', ') || 'none'
  return new ConnectorError('not-found', 'find type', `there is no type ${JSON.stringify(type)}; there are ${there}`)
}
