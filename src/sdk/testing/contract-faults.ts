import { type Connector, usualTypes } from '../contract/connector.ts'
import {
  hasGet,
  hasHolders,
  type HolderLister,
  type HoldersPage,
  type ListPage,
  type PageCall,
  type ResourceSyncer,
} from '../contract/syncer.ts'
import { silentLogger } from '../ground/ports.ts'
import { resourceKey } from '../model/ids.ts'
import { NEVER } from './no-waiting.ts'

/** Sizes of pages that must give the same rows. */
const [LARGE, SMALL] = [100, 7]
const SIZES = [LARGE, SMALL, 1]

/** Resources of a type that are read by their ids as well. */
const MOST_BY_ID = 20

/** More pages than this of one listing are taken for a listing without an end. */
const MOST_PAGES = 10_000

/**
 * What the syncers of a connector do that the engine does not expect, a sentence each; empty where there is nothing. Give it a source with a few rows
 * of every type.
 *
 * Shape: a listing gives the same rows with pages of 1, 7 and 100, and each resource of its type once, with an id and a name. `get` finds what was
 * listed, and `holders` lists as many as it counts.
 * Errors: those of the syncers.
 */
export async function contractFaults(
  connector: Pick<Connector, 'syncers'>,
  types: readonly string[] = usualTypes(connector),
): Promise<readonly string[]> {
  const faults: string[] = []
  for (const syncer of connector.syncers) {
    if (!types.includes(syncer.type.id)) continue
    for (const fault of await faultsOf(syncer, new Set(types))) faults.push(`${syncer.type.id}: ${fault}`)
  }
  return faults
}

async function faultsOf(syncer: ResourceSyncer, types: ReadonlySet<string>): Promise<readonly string[]> {
  const call: PageCall = {
    token: '',
    size: LARGE,
    signal: NEVER,
    log: silentLogger,
    scope: { types, entitlements: true, grants: true },
  }
  const listings: (readonly ListPage[])[] = []
  for (const size of SIZES) {
    const pages = await listing(syncer, { ...call, size })
    if (!pages) return [`its listing has no end with pages of ${size}`]
    listings.push(pages)
  }
  const [whole = [], ...others] = listings
  const own = whole.flatMap(({ resources }) => resources).filter(({ id }) => id.type === syncer.type.id)
  const ids = own.map(({ id }) => id.id)
  const rows = rowsOf(whole)
  const byId: string[] = []
  for (const id of ids.slice(0, MOST_BY_ID)) byId.push(...(await faultsById(syncer, id, call)))
  return [
    ...others.flatMap((pages, i) =>
      rowsOf(pages) === rows ? [] : [`pages of ${SIZES[i + 1] ?? 1} give other rows than pages of ${LARGE}`],
    ),
    ...ids.filter((id, i) => ids.indexOf(id) < i).map((id) => `${id} is listed twice`),
    ...own.filter(({ id }) => id.id === '').map(({ displayName }) => `the resource named ${displayName} has no id`),
    ...own.filter(({ displayName }) => displayName.trim() === '').map(({ id }) => `${id.id} has no name`),
    ...byId,
  ]
}

/** All pages; `undefined` where they do not end. */
async function listing(syncer: ResourceSyncer, call: PageCall): Promise<readonly ListPage[] | undefined> {
  const pages: ListPage[] = []
  for (const tokens = ['']; tokens.length > 0;) {
    if (pages.length >= MOST_PAGES) return undefined
    const page = await syncer.list({ ...call, token: tokens.shift() ?? '' })
    pages.push(page)
    tokens.push(...(page.more ?? []), ...(page.next === undefined ? [] : [page.next]))
  }
  return pages
}

/** The rows of all pages as one text, whatever their order. Entitlements and resources that are met on several pages count once. */
function rowsOf(pages: readonly ListPage[]): string {
  const once = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort()
  return JSON.stringify([
    once(pages.flatMap(({ resources }) => resources.map(({ id, displayName }) => `${resourceKey(id)} ${displayName}`))),
    once(pages.flatMap(({ entitlements }) => entitlements.map(({ id }) => id))),
    pages
      .flatMap(({ grants }) => grants.map((grant) => `${grant.entitlementId} ${resourceKey(grant.principal)}`))
      .sort(),
  ])
}

async function faultsById(syncer: ResourceSyncer, id: string, call: PageCall): Promise<readonly string[]> {
  const found = hasGet(syncer) ? await syncer.get(id, call) : undefined
  const isLost = hasGet(syncer) && !found?.resources.some((one) => one.id.id === id)
  return [
    ...(isLost ? [`${id} is listed, and get does not find it`] : []),
    ...(hasHolders(syncer) ? await miscounted(syncer, id, call) : []),
  ]
}

async function miscounted(syncer: HolderLister, id: string, call: PageCall): Promise<readonly string[]> {
  const counts = new Map<string, number>()
  const held = new Map<string, Set<string>>()
  for (let token: string | undefined = ''; token !== undefined;) {
    const page: HoldersPage | undefined = await syncer.holders(id, { ...call, token, size: SMALL })
    if (!page) return [`${id} is listed, and holders does not find it`]
    for (const { entitlementId, count } of page.holders) counts.set(entitlementId, count)
    for (const { entitlementId, principal } of page.grants) {
      const principals = held.get(entitlementId) ?? new Set()
      held.set(entitlementId, principals.add(resourceKey(principal)))
    }
    token = page.next
  }
  return [...counts].flatMap(([entitlement, count]) => {
    const listed = held.get(entitlement)?.size ?? 0
    return listed === count ? [] : [`holders of ${entitlement} are counted as ${count}, and ${listed} are listed`]
  })
}
