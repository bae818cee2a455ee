import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdDecompressSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readSnapshot } from '../../../support/snapshot-rows.ts'
import { demoTenant } from '../../../tenant/demo-tenant.ts'
import { edgeTenant } from '../../../tenant/edge-tenant.ts'
import type { Fault } from '../../../tenant/faults.ts'
import { seedNetwork } from '../../../tenant/seed-network.ts'
import { seedTenant } from '../../../tenant/seed-tenant.ts'
import { askedOf, type RequestRecord, type TenantOptions } from '../../../tenant/start-tenant.ts'
import { type SyncOptions, syncTenant, temporaryFolder } from '../../../tenant/sync-tenant.ts'
import { tenantOf } from '../../../tenant/tenant-of.ts'
import { truthOf } from '../../../tenant/tenant-truth.ts'
import type { Tenant } from '../../../tenant/tenant.ts'

const TYPES = [
  ...['user', 'group', 'role', 'network-resource', 'remote-network', 'connector', 'service-account'],
  ...['service-account-key', 'security-policy'],
]
const WITH_DEVICES = [...TYPES, 'device']

/** 12 pages of users, 3 of groups, 5 of resources, 2 of accounts and of their keys, 9 of devices, one of each other: 36 in all. */
const wide = (): Tenant =>
  seedNetwork(seedTenant({ users: 1_150, groups: 230, membershipsPerUser: 4 }), {
    ...{ resources: 450, remoteNetworks: 12, serviceAccounts: 130, devices: 850 },
  })
const LONGEST = 12
const SUM = 36

/** A smaller one: 4 pages of users, 2 of groups, 2 of resources. */
const small = (): Tenant =>
  seedNetwork(seedTenant({ users: 350, groups: 120, membershipsPerUser: 3 }), {
    ...{ resources: 150, remoteNetworks: 3, serviceAccounts: 5 },
  })

async function setUp(options: TenantOptions) {
  const server = await tenantOf(options)
  const folder = temporaryFolder(onTestFinished)
  const file = join(folder, 'sync.c1z')
  return {
    server,
    folder,
    file,
    sync: (more: SyncOptions = {}) => syncTenant(server, file, { types: TYPES, ...more }),
    truth: () => truthOf(server.tenant),
    rows: () => {
      const { resources, entitlements, grants } = readSnapshot(file)
      return { resources, entitlements, grants }
    },
  }
}

/** Lists that each request asked for. */
const widths = (requests: readonly RequestRecord[]): readonly number[] => requests.map(({ lists }) => lists.length)

/** All rows of all tables, without what names the one sync or the one moment. */
function everythingIn(file: string): Readonly<Record<string, readonly string[]>> {
  const path = `${file}.sqlite`
  writeFileSync(path, zstdDecompressSync(readFileSync(file).subarray(5)))
  const database = new DatabaseSync(path)
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table'").all()
    return Object.fromEntries(
      tables
        .map(({ name }) => String(name))
        .map((name) => [
          name,
          database
            .prepare(`select * from "${name}"`)
            .all()
            .map((row) => JSON.stringify(Object.entries(row).map(([column, value]) => [column, plain(column, value)])))
            .sort(),
        ]),
    )
  } finally {
    database.close()
    rmSync(path)
  }
}

const OF_THE_RUN = new Set(['id', 'sync_id', 'discovered_at', 'started_at', 'ended_at', 'sync_token'])

const plain = (column: string, value: unknown): unknown =>
  OF_THE_RUN.has(column) ? '' : value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value)

describe('a sync that reads its lists together', () => {
  it.each([
    ['the demo tenant', demoTenant],
    ['nested lists that overflow', edgeTenant],
    ['a network of many lists', wide],
  ])('gives the same file as one listing a request: %s', async (_, tenant) => {
    const { server, folder } = await setUp({ tenant: tenant() })
    const [together, alone] = [join(folder, 'together.c1z'), join(folder, 'alone.c1z')]
    await syncTenant(server, together, { types: WITH_DEVICES, expand: true })
    await syncTenant(server, alone, { types: WITH_DEVICES, expand: true, oneListingARequest: true })
    const [one, other] = [everythingIn(together), everythingIn(alone)]
    expect(Object.keys(one)).toEqual(Object.keys(other))
    for (const table of Object.keys(one)) expect({ [table]: one[table] }).toEqual({ [table]: other[table] })
    expect(one['v1_resources']?.length).toBeGreaterThan(5)
  })

  it('costs the pages of the longest list, and far fewer requests than its lists have pages', async () => {
    const { server, sync } = await setUp({ tenant: wide() })
    await sync({ types: WITH_DEVICES, oneListingARequest: true })
    expect(server.requests).toHaveLength(SUM)
    await sync({ types: WITH_DEVICES })
    const { length } = server.requests.slice(SUM)
    expect(length).toBeLessThanOrEqual(LONGEST)
    expect(length).toBeLessThanOrEqual(0.55 * SUM)
  })

  it('reads the lists from one moment on, the longest alone to its end', async () => {
    const { server, sync } = await setUp({ tenant: small() })
    await sync()
    expect(widths(server.requests)).toEqual([8, 3, 1, 1])
  })

  it('says beforehand how many requests that are', async () => {
    const estimates: number[] = []
    const { server, sync } = await setUp({ tenant: wide() })
    await sync({ onEvent: (event) => event.kind === 'estimate' && estimates.push(event.requests) })
    expect(estimates).toEqual([server.requests.length])
  })

  it('reads one listing a request where nothing else is wanted', async () => {
    const { server, sync } = await setUp({ tenant: small() })
    await sync({ oneListingARequest: true })
    expect(new Set(widths(server.requests))).toEqual(new Set([1]))
  })

  it.each([1, 2, 3, 5])('goes on with each list where it stood when it is stopped after request %i', async (pages) => {
    const { server, sync, rows, truth } = await setUp({ tenant: wide() })
    const stop = new AbortController()
    const stopped = sync({
      workers: 1,
      signal: stop.signal,
      onEvent: (event) => event.kind === 'page' && event.pages === pages && stop.abort(),
    })
    await expect(stopped).rejects.toMatchObject({ code: 'canceled' })
    const before = server.requests.length
    expect((await sync({ workers: 1 })).resumed).toBe(true)
    expect(rows()).toEqual(truth())
    // The pages that were stored are not asked for again; one may have been on its way. The key is tried anew.
    const again = askedOf(server.requests.slice(before), 'Users').map(({ page }) => page)
    expect(again).toEqual(Array.from({ length: LONGEST - pages }, (_, i) => pages + i))
  })
})

/** Fails of requests that carry several lists. */
const REFUSALS: readonly (readonly [name: string, fault: Omit<Fault, 'operation'>])[] = [
  ['refused by their cost', { kind: 'errors-200', message: 'Query cost 9000 is over the limit of 5000' }],
  ['refused by their length', { kind: '413' }],
  ['refused by a firewall', { kind: '403' }],
  ['too slow for a gateway', { kind: '504-html' }],
  ['failing in the server', { kind: '503' }],
  ['cut off on the way', { kind: 'truncated-json' }],
  ['answered in part, beside errors that name nothing', { kind: 'errors-partial', rows: 2 }],
]

describe('requests for several lists', () => {
  it.each(REFUSALS)('that are always %s are given up after two tries, and the sync is whole', async (_, fault) => {
    const { server, sync, rows, truth } = await setUp({
      tenant: small(),
      faults: [{ ...fault, whenListsAbove: 1 }],
    })
    expect((await sync({ attempts: 4 })).kind).toBe('full')
    expect(rows()).toEqual(truth())
    const several = server.requests.filter(({ lists }) => lists.length > 1)
    // Whole and halved, twice.
    expect(several.map(({ lists }) => lists[0]?.variables['first'])).toEqual([100, 50, 100, 50])
  })

  it.each(REFUSALS)('that are %s with more than half of the rows are asked for by halves', async (_, fault) => {
    const { server, sync, rows, truth } = await setUp({
      tenant: small(),
      faults: [{ ...fault, whenListsAbove: 1, whenFirstAbove: 60 }],
    })
    expect((await sync({ attempts: 4 })).kind).toBe('full')
    expect(rows()).toEqual(truth())
    const several = server.requests.filter(({ lists }) => lists.length > 1)
    const sizes = several.map(({ lists }) => lists[0]?.variables['first'])
    // Twice it was tried with all rows, and never again.
    expect(sizes.filter((size) => size === 100)).toHaveLength(2)
    expect(sizes.slice(0, 4)).toEqual([100, 50, 100, 50])
  })

  it('that failed once are whole again', async () => {
    const { server, sync, rows, truth } = await setUp({
      tenant: wide(),
      faults: [{ kind: '503', whenListsAbove: 1, times: 1 }],
    })
    const { retries } = await sync()
    expect(rows()).toEqual(truth())
    expect(retries).toEqual({ 'http 503': 1 })
    expect(server.requests.length).toBeLessThanOrEqual(LONGEST + 3)
  })

  it.each([
    ['with its path', { kind: 'errors-path' }],
    ['that it cannot be read', { kind: 'null-node', rows: 1 }],
  ] as const)('of which one list gives an error, %s, cost that list a request of its own', async (_, fault) => {
    const { server, sync, rows, truth } = await setUp({
      tenant: small(),
      faults: [{ ...fault, operation: 'Resources', page: 0, attempt: 1 }],
    })
    await sync()
    expect(rows()).toEqual(truth())
    expect(server.requests.filter(({ operation }) => operation === 'Resources')).toHaveLength(1)
    // No other list was asked for the same page twice.
    expect(askedOf(server.requests, 'Groups').map(({ page }) => page)).toEqual([0, 1])
    expect(askedOf(server.requests, 'Users').map(({ page }) => page)).toEqual([0, 1, 2, 3])
  })

  it('of which one list fails each time leave it out from then on', async () => {
    const { server, sync, rows, truth } = await setUp({
      tenant: wide(),
      faults: [{ kind: 'errors-path', operation: 'Resources', whenListsAbove: 1 }],
    })
    await sync()
    expect(rows()).toEqual(truth())
    const together = askedOf(server.requests, 'Resources').filter(({ operation, status }) => operation && status)
    expect(together.length).toBeLessThanOrEqual(5 + 3)
  })

  it('are answered although the API lacks types, which are left empty after one refusal', async () => {
    const lacking = ['QueriesRoot.resources', 'QueriesRoot.connectors']
    const { server, sync } = await setUp({ tenant: small(), habits: { withoutFields: lacking } })
    const { counts } = await sync()
    expect(counts.resources['network-resource'] ?? 0).toBe(0)
    expect(counts.resources['connector'] ?? 0).toBe(0)
    expect(counts.resources['user']).toBe(350)
    expect(widths(server.requests)).toEqual([8, 6, 2, 1, 1])
  })

  it.each([0, 3])('are given up for good where the API takes no more than %i aliases', async (aliasLimit) => {
    const { server, sync, rows, truth } = await setUp({ tenant: small(), habits: { aliasLimit } })
    await sync({ workers: 1 })
    expect(rows()).toEqual(truth())
    const last = widths(server.requests).findLastIndex((width) => width > 1)
    expect(
      widths(server.requests)
        .slice(0, last + 1)
        .filter((width) => width > 1).length,
    ).toBeLessThanOrEqual(4)
  })

  it('need few aliases, so that many limits on them are kept', async () => {
    const { server, sync, rows, truth } = await setUp({ tenant: wide(), habits: { aliasLimit: 15 } })
    await sync({ types: TYPES })
    expect(rows()).toEqual(truth())
    expect(server.requests.length).toBeLessThanOrEqual(LONGEST + 1)
  })

  it('lose no edge of a nested list that moves while it is read', async () => {
    const tenant = small()
    const [resource] = tenant.network.resources
    const [group] = tenant.groups
    const { sync, rows, truth } = await setUp({
      tenant,
      changes: [
        { when: { operation: 'Resources', page: 1 }, apply: (t) => t.network.deny(resource!, t.groups[0]!) },
        { when: { operation: 'Users', page: 1 }, apply: (t) => t.network.allow(t.network.resources[140]!, group!) },
        {
          when: { operation: 'Users', page: 2 },
          apply: (t) => t.removeMember(t.users[340]!.groups[0]!, t.users[340]!),
        },
        { when: { operation: 'Users', page: 3 }, apply: (t) => t.removeUser(t.users[5]!) },
      ],
    })
    await sync()
    const [after, shown] = [truth(), rows()]
    // A membership that went from a part read before is still there; nothing else is, and nothing is missing.
    expect(shown.resources).toEqual(after.resources)
    expect(after.grants.filter((id) => !shown.grants.includes(id))).toEqual([])
  })

  it('may see access end while they run: what still lasts is there, and what ended is only shown where it was read before', async () => {
    const tenant = small()
    const start = Date.parse('2026-05-01T12:00:00Z')
    let time = start
    const ending: string[] = []
    for (const [i, resource] of tenant.network.resources.entries()) {
      // One with more edges than a page, which are read on their own.
      if (i === 3 || i === 130) for (const group of tenant.groups) tenant.network.allow(resource, group)
      for (const edge of resource.access.filter((_, at) => (i + at) % 3 === 0)) {
        edge.expiresAt = new Date(start + 3_600_000).toISOString()
        ending.push(`network-resource:${resource.id}:access:group:${edge.node.id}`)
      }
    }
    const { sync, rows, truth } = await setUp({
      tenant,
      now: () => time,
      changes: [{ when: { operation: 'Resources', page: 0 }, at: 'after', apply: () => (time += 7_200_000) }],
    })
    expect((await sync()).kind).toBe('full')
    const [after, shown] = [truth(), rows()]
    expect(after.grants.filter((id) => ending.includes(id))).toEqual([])
    expect(after.grants.filter((id) => !shown.grants.includes(id))).toEqual([])
    const late = shown.grants.filter((id) => !after.grants.includes(id))
    const firstPage = tenant.network.resources.slice(0, 100).map(({ id }) => `network-resource:${id}:`)
    expect(late.filter((id) => !ending.includes(id))).toEqual([])
    expect(late.filter((id) => !firstPage.some((start_) => id.startsWith(start_)))).toEqual([])
  })
})
