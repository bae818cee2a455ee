import { PresenceFilter } from 'ldapts'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { KINDS, type Kind } from '../../model.ts'
import type { SourceCall, SourceRead, SourceSink } from '../../source.ts'
import type { Entry } from '../directory/entry.ts'
import { hasNot } from '../directory/filter.ts'
import { type Elsewhere, Population } from '../directory/population.ts'
import { forEachFew } from '../for-each-few.ts'
import { together } from '../together.ts'
import type { LdapConnection } from './connection.ts'
import { idOf } from '../directory/entry-key.ts'
import { memberOf, unreadable } from './directory-entry.ts'
import { ldapFilter } from './ldap-filter.ts'
import type { LdapOptions } from './options.ts'
import { searchAll } from './paged-search.ts'
import { hasRange, withRanges } from './ranges.ts'
import { basesOf, planRead, type ReadPlan } from './read-plan.ts'
import { RESULT, resultText } from './result-code.ts'
import type { Schema } from './schema.ts'
import { findIdAttribute, readFacts } from './server-facts.ts'
import { lookAgain, noteKeys, readEntry, type Seen } from './second-look.ts'
import { doubtOf, openSession, type SessionParts } from './session.ts'

export interface DirectoryParts {
  readonly options: LdapOptions
  readonly attributes: Readonly<Record<Kind, readonly string[]>>
  readonly session: SessionParts
}

/** What a read knows of the server before it begins. */
export interface Prepared {
  readonly plan: ReadPlan
  readonly schema: Schema
}

/** Does work on a connection of its own. Also gives the reason for any doubt that the server treated us as the same account throughout. */
export async function onConnection<T>(
  { session }: DirectoryParts,
  call: SourceCall,
  work: (connection: LdapConnection) => Promise<T>,
): Promise<{ readonly result: T; readonly doubt: string | undefined }> {
  const opened = await openSession(session, call)
  try {
    const result = await work(opened.connection)
    const doubt = await doubtOf(opened, session).catch((error: unknown) => {
      if (ConnectorError.is(error) && error.code !== 'canceled') return error.detail
      throw error
    })
    return { result, doubt }
  } finally {
    opened.connection.close()
  }
}

/** Reads what the server knows and decides what to ask. Errors: as `readFacts`, `findIdAttribute` and `planRead`. */
export async function prepare({ options, attributes }: DirectoryParts, connection: LdapConnection): Promise<Prepared> {
  const facts = await readFacts(connection)
  const [base = ''] = basesOf(options.users.base)
  const idAttribute = await findIdAttribute(connection, facts.schema, options.idAttribute, base)
  return { plan: planRead(options, attributes, idAttribute, facts), schema: facts.schema }
}

/** Everything that went wrong in one read. */
class Doubts {
  readonly #gaps = new Set<string>()
  /** How often each sentence about an entry came. */
  readonly #entries = new Map<string, { count: number; example: string }>()

  add(gaps: Iterable<string | undefined>): void {
    for (const gap of gaps) if (gap !== undefined) this.#gaps.add(gap)
  }

  ofEntry(what: string, dn: string): void {
    const known = this.#entries.get(what)
    if (known) known.count++
    else this.#entries.set(what, { count: 1, example: dn })
  }

  get none(): boolean {
    return this.#gaps.size === 0 && this.#entries.size === 0
  }

  sentences(): readonly string[] {
    const entries = [...this.#entries].map(
      ([what, { count, example }]) => `${count} entries ${what}, for example ${example}`,
    )
    return [...this.#gaps, ...entries]
  }
}

/**
 * Reads all users, groups and members. Each search with pages has a connection of its own, which ends with the question who we are.
 *
 * Shape: `complete` only where every search gave everything, every entry showed its key and what its classes demand, and no name was two entries.
 */
export async function readDirectory(
  parts: DirectoryParts,
  pageSize: number,
  sink: SourceSink,
  call: SourceCall,
): Promise<SourceRead> {
  const { options } = parts
  const doubts = new Doubts()
  const { result, doubt } = await onConnection(parts, call, async (connection) => {
    const prepared = await prepare(parts, connection)
    const population = new Population(prepared.schema.nameRules)
    const searches = KINDS.flatMap((kind) =>
      basesOf(options[`${kind}s`]?.base ?? []).map(
        (base) => (signal: AbortSignal) =>
          readPopulation({ parts, prepared, population, doubts, kind, base, pageSize, call: { ...call, signal } }),
      ),
    )
    const cut = (await together(call.signal, searches)).flat()
    await readRanges({ connection, prepared, population, doubts, options, cut })
    if (doubts.none) doubts.add([await secondLook({ parts, prepared, population, doubts, connection, pageSize, call })])
    refuseNobody(population, doubts, options)
    const lookUp = (dn: string) => lookElsewhere(connection, prepared.plan.idAttribute, dn, doubts)
    const notes = await population.give(sink, { lookUp, inherited: options.inheritedMembers })
    doubts.add(population.gaps)
    return { notes: [...notes, ...notesOnFilters(prepared.plan)] }
  })
  doubts.add([doubt])
  const gaps = doubts.sentences()
  return { complete: gaps.length === 0, gaps, notes: result.notes }
}

interface PopulationRead {
  readonly parts: DirectoryParts
  readonly prepared: Prepared
  readonly population: Population
  readonly doubts: Doubts
  readonly kind: Kind
  readonly base: string
  readonly pageSize: number
  readonly call: SourceCall
}

/** Reads one base and gives the entries whose members came in a part. */
async function readPopulation(
  read: PopulationRead,
): Promise<readonly { readonly kind: Kind; readonly entry: Entry }[]> {
  const { parts, prepared, population, doubts, kind, base, pageSize, call } = read
  const { plan, schema } = prepared
  const cut: { kind: Kind; entry: Entry }[] = []
  const question = {
    ...{ base, pageSize, setting: `${kind}s.base` },
    scope: parts.options[`${kind}s`]?.scope ?? 'sub',
    filter: ldapFilter(plan[kind].filter, (name) => schema.canonical(name) ?? name),
    attributes: plan[kind].ask,
    knownReferrals: parts.options.knownReferrals,
  }
  const { result: gaps, doubt } = await onConnection(parts, call, (connection) =>
    searchAll(connection, question, (entries) => {
      for (const entry of entries) {
        if (hasRange(entry)) cut.push({ kind, entry })
        else takeEntry(kind, entry, { prepared, population, doubts, options: parts.options })
      }
      call.onProgress?.(population.counts)
    }),
  )
  doubts.add([...gaps, doubt === undefined ? undefined : `${base}: ${doubt}`])
  return cut
}

interface Look extends Omit<PopulationRead, 'kind' | 'base'> {
  readonly connection: LdapConnection
}

/** Whether a listing of the keys alone shows the same entries. Gives why that is not sure. */
async function secondLook(look: Look): Promise<string | undefined> {
  const { parts, prepared, population, doubts, connection, pageSize, call } = look
  const { options } = parts
  const { plan, schema } = prepared
  const list = async (): Promise<ReadonlyMap<string, Seen>> => {
    const seen = new Map<string, Seen>()
    const searches = KINDS.flatMap((kind) =>
      basesOf(options[`${kind}s`]?.base ?? []).map((base) => async (signal: AbortSignal) => {
        const question = {
          ...{ base, setting: `${kind}s.base`, attributes: [plan.idAttribute], pageSize: otherPageSize(pageSize) },
          scope: options[`${kind}s`]?.scope ?? 'sub',
          filter: ldapFilter(plan[kind].filter, (name) => schema.canonical(name) ?? name),
          knownReferrals: options.knownReferrals,
        }
        const { result: gaps, doubt } = await onConnection(parts, { ...call, signal }, (other) =>
          searchAll(other, question, (entries) => noteKeys(kind, entries, plan.idAttribute, seen)),
        )
        doubts.add([...gaps, doubt])
      }),
    )
    await together(call.signal, searches)
    return seen
  }
  const fetch = async ({ kind, dn }: Seen): Promise<void> => {
    const entry = await readEntry(connection, dn, plan[kind].ask)
    if (entry) takeEntry(kind, await withRanges(connection, entry), { prepared, population, doubts, options })
  }
  return lookAgain({ list, known: () => population.ids(), fetch })
}

/** Pages that begin at other entries. */
export const otherPageSize = (pageSize: number): number => Math.ceil(pageSize * 0.6) + (pageSize < 3 ? 1 : 0)

interface Taking {
  readonly prepared: Prepared
  readonly population: Population
  readonly doubts: Doubts
  readonly options: LdapOptions
}

function takeEntry(kind: Kind, entry: Entry, { prepared, population, doubts, options }: Taking): void {
  const { plan, schema } = prepared
  const id = idOf(entry, plan.idAttribute)
  if (id === undefined) return doubts.ofEntry(`show no ${plan.idAttribute}`, entry.dn)
  for (const name of unreadable(entry, plan[kind].ask, schema))
    doubts.ofEntry(`show no ${name}, which their object class demands; the account may not read it`, entry.dn)
  population.add(memberOf(kind, id, entry, { plan, schema, enabled: options.enabled }))
}

interface Ranges extends Taking {
  readonly connection: LdapConnection
  readonly cut: readonly { readonly kind: Kind; readonly entry: Entry }[]
}

async function readRanges({ connection, cut, ...taking }: Ranges): Promise<void> {
  await forEachFew(cut, async ({ kind, entry }) => {
    try {
      takeEntry(kind, await withRanges(connection, entry), taking)
    } catch (error) {
      if (!ConnectorError.is(error) || error.code === 'canceled') throw error
      taking.doubts.add([error.detail])
    }
  })
}

/**
 * Looks for the entry with a name by asking the server, who alone knows how it compares names.
 *
 * Shape: `undefined` where there is no such entry; an empty id where there is one that shows no key.
 */
export async function lookElsewhere(
  connection: LdapConnection,
  idAttribute: string,
  dn: string,
  doubts: { add(gaps: Iterable<string>): void },
): Promise<Elsewhere> {
  const filter = new PresenceFilter({ attribute: 'objectClass' })
  const answer = await connection.search({ base: dn, scope: 'base', filter, attributes: [idAttribute] })
  const [entry] = answer.entries
  if (entry) return { id: idOf(entry, idAttribute) ?? '' }
  if (answer.code === RESULT.success || answer.code === RESULT.referral) return { id: '' }
  if (answer.code === RESULT.noSuchObject || answer.code === RESULT.invalidDnSyntax) return undefined
  doubts.add([`the member ${dn} cannot be looked up, ${resultText(answer.code, answer.message)}`])
  return { id: '' }
}

/** A search that finds nobody is a success for the server, and a mistake or a lack of rights for everybody else. */
function refuseNobody(population: Population, doubts: Doubts, { users }: LdapOptions): void {
  if (population.counts.users > 0 || !doubts.none) return
  throw new ConnectorError(
    'failed-precondition',
    'read the directory',
    `no user under ${basesOf(users.base).join(' and ')} fits users.filter and may be seen by the account; nothing was changed`,
    undefined,
    'source gave nothing',
  )
}

const notesOnFilters = ({ user, group }: ReadPlan): readonly string[] =>
  hasNot(user.filter) || hasNot(group.filter)
    ? [
        'a filter says NOT: entries whose attribute the account may not read fit it too; use enabled for the status of people',
      ]
    : []
