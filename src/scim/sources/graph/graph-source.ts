import type { Transport } from '../../../sdk/http/transport.ts'
import type { RandomBytes } from '../../../sdk/ground/ports.ts'
import type { RetryPolicy } from '../../../sdk/pacing/retry.ts'
import type { Kind } from '../../model.ts'
import type { ChangeSink, Source, SourceCall, SourceFacts, SourceFind, SourceRead, SourceSink } from '../../source.ts'
import { type Assignments, readAssignments } from './assignments.ts'
import { BASE, selectOf } from './attributes.ts'
import { DeltaImage } from './delta-image.ts'
import { readDelta, readWhole } from './delta-read.ts'
import { type Emission, emitAll, emitChanges, fetchAssigned } from './read-changes.ts'
import { findInGraph } from './find.ts'
import { GraphClient, type GraphClientParts } from './graph-client.ts'
import { GraphTokens } from './graph-token.ts'
import { GRAPH_MAPPINGS } from './mappings.ts'
import type { GraphOptions } from './options.ts'
import { together } from '../together.ts'
import { formatWatermark, type Origin, parseWatermark, watermarkExpired } from './watermark.ts'

/** Objects that are handed to the sink at once. */
const BATCH = 1_000

export interface GraphParts {
  readonly options: GraphOptions
  /** Attributes that mappings and scoping filters use, besides those that are always read. */
  readonly attributes: Readonly<Record<Kind, readonly string[]>>
  readonly transport: Transport
  readonly random: RandomBytes
  readonly retry: RetryPolicy
  readonly userAgent: string
  readonly resolvePath: (path: string) => string
}

/** What one read works with. */
interface Round {
  readonly client: GraphClient
  readonly image: DeltaImage
  readonly call: SourceCall
}

const NAMES: Readonly<Record<Kind, string>> = { user: 'read the users', group: 'read the groups' }

/**
 * Microsoft Graph as a source: delta queries for users and groups, and the assignments to an enterprise application.
 *
 * Source: "Use delta query to track changes in Microsoft Graph data" and the pages of `user: delta` and `group: delta`.
 */
export class GraphSource implements Source {
  readonly type = 'graph'
  readonly name: string
  readonly hasAssignments: boolean
  readonly defaultMappings = GRAPH_MAPPINGS
  readonly #application: string | undefined
  readonly #client: GraphClientParts
  readonly #select: Readonly<Record<Kind, string>>
  readonly #origin: Origin
  /** Where the next read of everything begins, where a server that forgot a token named an address. */
  readonly #restart: Partial<Record<Kind, string>> = {}

  constructor({ options, attributes, transport, random, retry, userAgent, resolvePath }: GraphParts) {
    const graphUrl = options.graphUrl.replace(/\/+$/, '')
    this.name = `Microsoft Graph, tenant ${options.tenant}`
    this.#application = options.application
    this.hasAssignments = options.application !== undefined
    this.#client = {
      baseUrl: `${graphUrl}/v1.0`,
      transport,
      tokens: new GraphTokens({ options, random, userAgent, resolvePath }),
      retry,
      userAgent,
    }
    this.#select = { user: selectOf(BASE.user, attributes.user), group: selectOf(BASE.group, attributes.group) }
    this.#origin = {
      graphUrl,
      tenant: options.tenant.toLowerCase(),
      userSelect: this.#select.user,
      groupSelect: this.#select.group,
    }
  }

  async read(sink: SourceSink, call: SourceCall): Promise<SourceRead> {
    const round = this.#round(call)
    const { client, image } = round
    const readKind = (kind: Kind) => (signal: AbortSignal) => {
      const start = this.#restart[kind] ?? this.#deltaPath(kind)
      delete this.#restart[kind]
      const restart = (): void => image.clear(kind)
      return readWhole(client, NAMES[kind], client.url(start), { page: this.#onPage(kind, round), restart }, signal)
    }
    const [users, groups, assignments] = await together(call.signal, [
      readKind('user'),
      readKind('group'),
      (signal) => this.#assignments(client, signal),
    ] as const)
    const emission = emitAll(image)
    const isKnown = (kind: Kind, id: string): boolean =>
      image.objects[kind].get(id)?.removed === undefined && image.objects[kind].has(id)
    await fetchAssigned(emission, assignments.list, isKnown, this.#fetchParts(round))
    give(emission, assignments, sink)
    return this.#result(round, emission, assignments, users, groups)
  }

  async changes(watermark: string, sink: ChangeSink, call: SourceCall): Promise<SourceRead> {
    const since = parseWatermark(watermark, this.#origin)
    const round = this.#round(call)
    const { client, image } = round
    const readKind = (kind: Kind, link: string) => async (signal: AbortSignal) => {
      const end = await readDelta(client, NAMES[kind], client.url(link), this.#onPage(kind, round), signal)
      if (typeof end === 'string') return end
      if (end.location) this.#restart[kind] = end.location.href
      throw watermarkExpired('Microsoft Graph does not know the watermark any more')
    }
    const [users, groups, assignments] = await together(call.signal, [
      readKind('user', since.users),
      readKind('group', since.groups),
      (signal) => this.#assignments(client, signal),
    ] as const)
    const parts = this.#fetchParts(round)
    const emission = await emitChanges(image, sink.stored.bind(sink), parts)
    const isKnown = (kind: Kind, id: string): boolean =>
      image.objects[kind].has(id) || sink.stored(kind, id) !== undefined
    await fetchAssigned(emission, assignments.list, isKnown, parts)
    sink.removed(emission.removed)
    give(emission, assignments, sink)
    sink.notMembers(emission.notMembers)
    return this.#result(round, emission, assignments, users, groups)
  }

  find(kind: Kind, reference: string, call: SourceCall): Promise<readonly SourceFind[]> {
    const parts = { client: this.#newClient(call), select: this.#select, signal: call.signal }
    return findInGraph(kind, reference, this.#application, parts)
  }

  async test(call: SourceCall): Promise<SourceFacts> {
    const client = this.#newClient(call)
    const [, , assignments] = await together(call.signal, [
      (signal) => client.deltaPage(NAMES.user, client.url(this.#deltaPath('user')), signal),
      (signal) => client.deltaPage(NAMES.group, client.url(this.#deltaPath('group')), signal),
      (signal) => this.#assignments(client, signal),
    ] as const)
    const users = assignments.list.filter(({ kind }) => kind === 'user').length
    const scope = this.hasAssignments
      ? `${users} users and ${assignments.list.length - users} groups are assigned`
      : 'every user and group is in scope'
    return { summary: `${this.name} shows users and groups to this application; ${scope}` }
  }

  #newClient(call: SourceCall): GraphClient {
    return new GraphClient(this.#client, call)
  }

  #round(call: SourceCall): Round {
    return { client: this.#newClient(call), image: new DeltaImage(), call }
  }

  #fetchParts({ client, call }: Round) {
    return { client, select: this.#select, signal: call.signal }
  }

  #deltaPath(kind: Kind): string {
    const members = kind === 'group' ? ',members' : ''
    return `/${kind}s/delta?$select=${this.#select[kind]}${members}`
  }

  #onPage(kind: Kind, { image, call }: Round): Parameters<typeof readDelta>[3] {
    return (objects) => {
      image.apply(kind, objects)
      call.onProgress?.(image.counts)
    }
  }

  async #assignments(client: GraphClient, signal: AbortSignal): Promise<Assignments> {
    return this.#application === undefined
      ? { list: [], others: 0 }
      : readAssignments(client, this.#application, signal)
  }

  #result({ image }: Round, { missing }: Emission, { others }: Assignments, users: string, groups: string): SourceRead {
    const notes: string[] = []
    if (image.foreignMembers > 0)
      notes.push(`${image.foreignMembers} members of groups are neither users nor groups and were left out`)
    if (others > 0) notes.push(`${others} assignments of service principals were left out`)
    if (missing.length > 0)
      notes.push(
        `${missing.length} assigned or changed objects are not there any more, for example ${missing[0] ?? ''}`,
      )
    return {
      complete: true,
      gaps: [],
      watermark: formatWatermark({ origin: this.#origin, users, groups }),
      notes,
    }
  }
}

/** Hands over what was read. Objects come before what refers to them. */
function give(emission: Emission, assignments: Assignments, sink: SourceSink): void {
  for (const batch of batches(emission.users)) sink.users(batch)
  for (const batch of batches(emission.groups)) sink.groups(batch)
  for (const batch of batches(emission.members)) sink.members(batch)
  for (const batch of batches(assignments.list)) sink.assignments(batch)
}

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += BATCH) yield items.slice(at, at + BATCH)
}
