import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { RandomBytes } from '../../sdk/ground/ports.ts'
import type { RetryPolicy } from '../../sdk/pacing/retry.ts'
import { KINDS, type Kind, type TargetObject } from '../model.ts'
import { readListPage, readObject } from './answers.ts'
import { createBody } from './bodies.ts'
import { learnDiscovery, readSchemas } from './discovery.ts'
import { createExchange, type ExchangeOptions } from './exchange.ts'
import { type FilterAttribute, filterOf, findObjects } from './find.ts'
import { createLearnedProfile } from './learned-profile.ts'
import { firstPlace, type ListTools, readPage, USUAL_COUNT } from './list-page.ts'
import { type Attributes, readValue, parsePath } from './paths.ts'
import type { TargetProfile } from './profile.ts'
import { getObject, newSightings, type ObjectTools } from './read-object.ts'
import { refusal, type ScimAnswer } from './refusal.ts'
import { shapeBySchema } from './reshape.ts'
import type { SchemaFacts } from './schema-facts.ts'
import { ENDPOINT } from './schemas.ts'
import { attributeNames, USUAL_SHAPE } from './shape.ts'

export interface ProbeOptions extends Omit<ExchangeOptions, 'requestsPerSecond'> {
  readonly profile: TargetProfile
  /** What users are matched by first. @default externalId */
  readonly matching?: Exclude<FilterAttribute, 'displayName'> | undefined
  readonly random: RandomBytes
}

/** What a trial of a target found. */
export interface TargetFacts {
  /** One sentence: what answered, and what it can do. */
  readonly summary: string
  /** The profile given, with what was learned. */
  readonly profile: TargetProfile
  /** By the server's own totals, where it says them. */
  readonly users: number | undefined
  readonly groups: number | undefined
  /** Sentences for people: what costs more requests, or behaves otherwise than the standard says. */
  readonly notes: readonly string[]
}

/** Somebody waits; an outage is not ridden out. */
const TRIAL: RetryPolicy = { attempts: 2, attemptsIfMalformed: 1, firstWaitMs: 500, mostWaitMs: 500 }

/** So large that the answer shows the server's own page size. */
const LARGE_PAGE = 1000

const PLAIN = /^[\x20-\x7e]+$/

/**
 * Tries a target with reads alone: asks by a filter for a user that cannot be, then learns from what the server says of itself and from what it
 * lists.
 *
 * Errors: a sentence of its own for each way it can fail: the token refused (401, 403), no SCIM at the address (404, another answer, a
 * redirect), a filter that is refused, and names, certificates and connections as network-error.ts words them.
 */
export async function probeTarget(options: ProbeOptions, signal: AbortSignal): Promise<TargetFacts> {
  const { profile, matching = 'externalId', random } = options
  const exchange = createExchange({ retry: TRIAL, ...options, requestsPerSecond: profile.requestsPerSecond })
  const learned = createLearnedProfile(profile)
  const tools: ObjectTools = { exchange, learned, sightings: newSightings(), log: options.log }

  const isFiltering = await askForNobody(matching, random, tools, signal)
  await learnDiscovery(tools, signal)
  const users = await learnListing('user', tools, signal)
  const groups = await learnListing('group', tools, signal)
  await learnFilters(users.sample, ['externalId', 'userName'], tools, signal)
  await learnFilters(groups.sample, ['externalId', 'displayName'], tools, signal)
  await learnWhetherMembersShow(groups.sample, tools, signal)

  const found = learned.current()
  const schemas = await readSchemas(tools, signal)
  return {
    summary: `${exchange.url} answers as a SCIM server: ${counted(users.total, 'user')}, ${counted(groups.total, 'group')}, ${found.pageSize} a page`,
    profile: found,
    users: users.total,
    groups: groups.total,
    notes: [
      ...notesOn(found, { isFiltering, hasExternalIds: users.sample.some(hasExternalId) }),
      ...KINDS.flatMap((kind) => schemaNotes(kind, schemas[kind])),
    ],
  }
}

const counted = (total: number | undefined, noun: string): string =>
  `${total ?? 'an unknown number of'} ${noun}${total === 1 ? '' : 's'}`

const uuid = (random: RandomBytes): string => {
  const bytes = Buffer.from(random(16))
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Gives whether the answer is empty, as it should be. */
async function askForNobody(
  matching: FilterAttribute,
  random: RandomBytes,
  { exchange }: ListTools,
  signal: AbortSignal,
): Promise<boolean> {
  const query = { filter: filterOf(matching, uuid(random)) }
  const answer = await exchange.read({ path: ENDPOINT.user, query, operation: 'test the target' }, signal)
  const page = answer.status < 300 ? readListPage(answer.body) : undefined
  if (page) return page.resources.length === 0
  throw noScim(answer, matching)
}

function noScim(answer: ScimAnswer, matching: string): ConnectorError {
  const { status, host, operation } = answer
  const base = 'for Twingate it is https://NETWORK.twingate.com/api/scim/v2'
  if (status < 300)
    return new ConnectorError(
      'failed-precondition',
      operation,
      `${host} answered with JSON that is no SCIM list; check the target's url, ${base}`,
      undefined,
      'no scim',
    )
  if (status === 404)
    return new ConnectorError(
      'not-found',
      operation,
      `${host} has no SCIM at this address (404); check the target's url, ${base}`,
      undefined,
      'http 404',
    )
  const error = refusal(answer)
  if (status !== 400) return error
  return error.with({ operation, detail: `${error.detail}; match users by another attribute than ${matching}` })
}

interface Listed {
  readonly total: number | undefined
  readonly sample: readonly TargetObject[]
}

/** Lists the first page; of users as large as the server gives it. */
async function learnListing(kind: Kind, tools: ListTools, signal: AbortSignal): Promise<Listed> {
  const { learned } = tools
  const place = firstPlace(learned.current())
  let page = await readPage(kind, { place, count: kind === 'user' ? LARGE_PAGE : USUAL_COUNT }, tools, signal)
  if (page === 'too large') page = await readPage(kind, { place, count: 10 }, tools, signal)
  if (page === 'too large') return { total: undefined, sample: [] }
  const { resources, total } = page
  const got = resources.length
  // A page that holds everything does not say how large a page could be.
  const isCut = total !== undefined && total > got && got > 0
  if (kind === 'user' && (isCut || got > learned.current().pageSize))
    learned.learn({ pageSize: Math.min(LARGE_PAGE, got) })
  const sample = resources.map((resource) => readObject(kind, resource, { shown: false }))
  return { total, sample: sample.filter((object) => object !== undefined) }
}

/** Asks for an object that a listing showed; by its userName in another case, as people write it. */
async function learnFilters(
  sample: readonly TargetObject[],
  attributes: readonly FilterAttribute[],
  tools: ListTools,
  signal: AbortSignal,
): Promise<void> {
  for (const attribute of attributes) {
    const path = parsePath(attribute)
    const values = sample.map((object) => ({ object, value: readValue(object.attributes, path) }))
    const known = values.find(({ value }) => typeof value === 'string' && PLAIN.test(value) && !/["\\]/.test(value))
    if (!known) continue
    const value = String(known.value)
    await findObjects(known.object.kind, attribute, attribute === 'userName' ? otherCase(value) : value, tools, signal)
  }
}

const otherCase = (text: string): string => (text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase())

/** Groups that are read by themselves, to see members that a listing does not show. */
const GROUPS_READ = 3

async function learnWhetherMembersShow(
  groups: readonly TargetObject[],
  tools: ObjectTools,
  signal: AbortSignal,
): Promise<void> {
  const { learned } = tools
  if (groups.some(({ members }) => (members ?? []).length > 0)) {
    learned.learn({ listShowsMembers: true })
    return
  }
  for (const { id } of groups.slice(0, GROUPS_READ)) {
    const group = await getObject('group', id, tools, signal)
    if (!group?.members?.length) continue
    learned.learn({ listShowsMembers: false })
    return
  }
}

const hasExternalId = ({ attributes }: TargetObject): boolean =>
  readValue(attributes, parsePath('externalId')) !== undefined

function notesOn(
  { filters, puts, listShowsMembers }: TargetProfile,
  { isFiltering, hasExternalIds }: { readonly isFiltering: boolean; readonly hasExternalIds: boolean },
): readonly string[] {
  return [
    ...(isFiltering
      ? []
      : ['the target answers a filter with users that do not match it; users are matched by listing']),
    ...(isFiltering && hasExternalIds && !filters.includes('user.externalId')
      ? ['the filter on externalId did not find a user that is there; users are matched by listing']
      : []),
    ...(puts.length > 0 ? ['the target does not offer PATCH; objects are replaced as a whole'] : []),
    ...(listShowsMembers === false ? ['listings do not show the members of groups; each group is read by itself'] : []),
  ]
}

/** What is sent of each kind, in the usual way. */
const USUAL: Readonly<Record<Kind, Attributes>> = {
  user: createBody('user', {
    externalId: 'x',
    userName: 'x',
    active: true,
    'name.givenName': 'x',
    'name.familyName': 'x',
    'emails[type eq "work"].value': 'x',
  }),
  group: createBody('group', { externalId: 'x', displayName: 'x' }),
}

function schemaNotes(kind: Kind, facts: SchemaFacts | undefined): readonly string[] {
  if (!facts) return []
  const { without: all, with: more } = shapeBySchema(kind, { shape: USUAL_SHAPE, body: USUAL[kind] }, facts)
  // A missing type of an e-mail matters to nobody.
  const without = all.filter((path) => !path.startsWith('emails.'))
  return [
    ...(without.length > 0
      ? [`by its schema the target takes no ${attributeNames(without)} of a ${kind}: left out if the target refuses it`]
      : []),
    ...(more.length > 0
      ? [
          `by its schema the target wants ${attributeNames(more)} of a ${kind}: sent if the target refuses an object without it`,
        ]
      : []),
  ]
}
