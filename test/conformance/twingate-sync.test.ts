import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { expectOfficialAgreement } from '../judges/expect-official-agreement.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { TYPE_IDS } from '../../src/twingate/type-ids.ts'
import { syncTenant, temporaryFolder, type SyncOptions } from '../tenant/sync-tenant.ts'
import { expectedSnapshotOf } from '../tenant/tenant-truth.ts'
import { demoTenant } from '../tenant/demo-tenant.ts'
import { edgeTenant } from '../tenant/edge-tenant.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { startTenant, type TenantOptions } from '../tenant/start-tenant.ts'
import { Tenant } from '../tenant/tenant.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

async function setUp(options: TenantOptions) {
  const server = await startTenant(options)
  onTestFinished(() => server.close())
  const folder = temporaryFolder(onTestFinished)
  const file = join(folder, 'sync.c1z')
  return { server, folder, file, sync: (more: SyncOptions = {}) => syncTenant(server, file, more) }
}

describe.skipIf(missing)(`our snapshot under the official tools ${missing ?? ''}`, () => {
  const tools = found as OfficialTools

  test.each([
    ['the demo tenant', demoTenant],
    ['a tenant with overflowing nested lists', edgeTenant],
    ['10,000 users and 1,000 groups', () => seedTenant({ users: 10_000, groups: 1_000, membershipsPerUser: 3 })],
  ])('tells exactly what %s holds', async (_, tenant) => {
    const { server, sync, file, folder } = await setUp({ tenant: tenant() })
    await sync()
    await expectOfficialAgreement(tools, file, expectedSnapshotOf(server.tenant), folder)
  })

  test('shows resources, who reaches them, keys and their parents, and contradicts nothing', async () => {
    const { server, sync, file } = await setUp({ tenant: demoTenant() })
    await sync({ types: Object.values(TYPE_IDS) })
    const verdict = await tools.judge(file)
    expect(verdict.mismatches).toEqual([])
    const { network } = server.tenant
    const shown = (type: string) => verdict.resources.filter((resource) => resource.type === type).map(({ id }) => id)
    expect(shown('network-resource').toSorted()).toEqual(network.resources.map(({ id }) => id).toSorted())
    expect(shown('service-account-key').toSorted()).toEqual(network.keys.map(({ id }) => id).toSorted())
    expect(shown('connector')).toHaveLength(network.connectors.length)
  })

  test('shows every type with its traits, every parent, whom a key proves and what a device is', async () => {
    const { server, sync, file } = await setUp({ tenant: demoTenant() })
    await sync({ types: Object.values(TYPE_IDS) })
    const { resourceTypes, resources, mismatches } = await tools.judge(file)
    expect(mismatches).toEqual([])
    expect(Object.fromEntries(resourceTypes.map(({ id, traits }) => [id, traits.join()]))).toEqual({
      ...{ user: 'TRAIT_USER', group: 'TRAIT_GROUP', role: 'TRAIT_ROLE' },
      ...{ 'service-account': 'TRAIT_APP', 'service-account-key': 'TRAIT_SECRET', device: 'TRAIT_MANAGED_DEVICE' },
      ...{ 'network-resource': '', 'remote-network': '', connector: '', gateway: '', 'security-policy': '' },
    })
    for (const { id, traits } of resourceTypes)
      for (const resource of resources.filter(({ type }) => type === id))
        expect([id, resource.id, (resource.traits ?? []).join()]).toEqual([id, resource.id, traits.join()])
    const { network } = server.tenant
    const below = (type: string) =>
      Object.fromEntries(resources.filter((one) => one.type === type).map(({ id, parent }) => [id, parent]))
    const inNetwork = (rows: readonly { readonly id: string; readonly remoteNetwork: { readonly id: string } }[]) =>
      Object.fromEntries(rows.map(({ id, remoteNetwork }) => [id, `remote-network:${remoteNetwork.id}`]))
    expect(below('network-resource')).toEqual(inNetwork(network.resources))
    expect(below('connector')).toEqual(inNetwork(network.connectors))
    expect(below('gateway')).toEqual(inNetwork(network.gateways))
    const timeOf = (text: string | null | undefined) => (text ? new Date(text).getTime() : undefined)
    const keys = resources.filter(({ type }) => type === 'service-account-key')
    expect(Object.fromEntries(keys.map(({ id, identity, expiresAt }) => [id, [identity, timeOf(expiresAt)]]))).toEqual(
      Object.fromEntries(
        network.keys.map(({ id, serviceAccount, expiresAt }) => [
          id,
          [`service-account:${serviceAccount.id}`, timeOf(expiresAt)],
        ]),
      ),
    )
    const devices = resources.filter(({ type }) => type === 'device')
    expect(devices.map(({ os, deviceType, serial }) => [os, deviceType, serial])).toEqual([
      ['OS_TYPE_MACOS', 'DEVICE_TYPE_LAPTOP', undefined],
      ['OS_TYPE_IOS', 'DEVICE_TYPE_MOBILE', undefined],
      [undefined, 'DEVICE_TYPE_LAPTOP', 'C02X'],
    ])
  })

  test('says of a grant of access when it ends, under which policy and who approves, also in the official command', async () => {
    const { server, sync, file } = await setUp({ tenant: demoTenant() })
    await sync({ types: Object.values(TYPE_IDS), expand: true })
    const { network } = server.tenant
    const edges = network.resources.flatMap(({ id, access }) =>
      access
        .filter(({ expiresAt }) => expiresAt !== null)
        .map((edge) => ({ ...edge, on: `network-resource:${id}:access` })),
    )
    expect(edges.length).toBeGreaterThan(0)
    const { grants } = await tools.judge(file)
    for (const { on, node, kind, expiresAt, securityPolicy, approvalMode } of edges) {
      const id = `${on}:${kind === 'Group' ? 'group' : 'service-account'}:${node.id}`
      expect(grants.find((grant) => grant.id === id)?.metadata).toMatchObject({
        expires_at: expiresAt,
        ...(securityPolicy && { security_policy_id: securityPolicy.id, security_policy_name: securityPolicy.name }),
        ...(approvalMode && { approval_mode: approvalMode }),
      })
      const shown = await tools.baton(['grants', '-f', file, '-e', on, '-o', 'json'])
      expect(JSON.stringify(JSON.parse(shown.stdout))).toContain(`"expires_at":"${expiresAt}"`)
    }
    // Whoever reaches it through a group says through which.
    const through = grants.filter(({ id, sources }) => /^network-resource:.*:access:user:/.test(id) && sources)
    expect(through.length).toBeGreaterThan(40)
    for (const { sources } of through)
      expect(Object.keys(sources ?? {})).toContainEqual(expect.stringMatching(/^group:.*:member$/))
  })

  test('expands at its end as the official engine does: rolled back and expanded by it, the file shows the same', async () => {
    const { folder, file, sync } = await setUp({ tenant: demoTenant() })
    const { expanded } = await sync({ types: Object.values(TYPE_IDS), expand: true })
    expect(expanded?.added).toBeGreaterThan(40)
    const out = join(folder, 'replayed.c1z')
    const replayed = await tools.baton(['rollback-expansion', '-f', file, '--out', out, '--replay', '--validate'])
    expect([replayed.exitCode, replayed.exitCode === 0 ? '' : replayed.stderr]).toEqual([0, ''])
    const linesOf = async (path: string) =>
      (await tools.judge(path)).grants.map((grant) => JSON.stringify(grant)).toSorted()
    const ours = await linesOf(file)
    expect(ours).toEqual(await linesOf(out))
    expect(ours.some((line) => /network-resource:[^"]*:access:user:/.test(line))).toBe(true)
  })

  test('tells the states, the sources and what cannot be changed', async () => {
    const tenant = new Tenant()
    const pending = tenant.addUser({ state: 'PENDING', firstName: 'Pen', lastName: 'Ding', email: 'pen@example.com' })
    const disabled = tenant.addUser({ state: 'DISABLED', email: null })
    const synced = tenant.addGroup({ type: 'SYNCED', originId: 'okta-1', name: 'From Okta' })
    const manual = tenant.addGroup({ type: 'MANUAL', isActive: false, name: 'Idle' })
    tenant.addMember(synced, pending)
    tenant.addMember(manual, disabled)
    const { sync, file } = await setUp({ tenant })
    await sync()
    const verdict = await tools.judge(file)
    expect(verdict.mismatches).toEqual([])
    const resource = (id: string) => verdict.resources.find((r) => r.id === id)
    expect(resource(pending.id)).toMatchObject({
      status: 'RESOURCE_STATUS_ENABLED',
      statusDetails: 'invited, the invitation is not accepted yet',
      emails: ['pen@example.com'],
      primaryEmail: 'pen@example.com',
      login: 'pen@example.com',
      accountType: 'ACCOUNT_TYPE_HUMAN',
    })
    expect(resource(disabled.id)).toMatchObject({ status: 'RESOURCE_STATUS_DISABLED', login: disabled.id })
    expect(resource(disabled.id)?.emails).toBeUndefined()
    expect(resource(synced.id)).toMatchObject({ groupSourceType: 'directory_synced', rawGroupSourceType: 'SYNCED' })
    expect(resource(manual.id)?.profile).toMatchObject({ is_active: false, type: 'MANUAL' })
    const immutable = { metadata: { reason: 'membership follows the identity provider: change it there' } }
    expect(verdict.entitlements.find((e) => e.resource === `group:${synced.id}`)?.immutable).toEqual(immutable)
    expect(verdict.entitlements.find((e) => e.resource === `group:${manual.id}`)?.immutable).toBeUndefined()
    expect(verdict.grants.find((g) => g.entitlement === `group:${synced.id}:member`)?.immutable).toEqual(immutable)
    expect(verdict.grants.find((g) => g.entitlement === `group:${manual.id}:member`)?.immutable).toBeUndefined()
  })

  test('is valid by the official rules whatever names and addresses hold', async () => {
    const tenant = new Tenant()
    for (const text of [
      'x'.repeat(9_999),
      '😀'.repeat(999),
      '\0',
      ' ',
      'a\nb',
      '\u202Eevil',
      'ada@',
      'Ada <a@example.com>',
      '\u001b[31m',
    ]) {
      const user = tenant.addUser({ firstName: text, email: text, role: `HELP ${text.slice(0, 9)}` })
      tenant.addMember(tenant.addGroup({ name: text }), user)
    }
    const { server, sync, file } = await setUp({ tenant })
    await sync()
    const { mismatches, resources } = await tools.judge(file)
    expect(mismatches).toEqual([])
    expect(resources.filter((r) => r.type === 'user')).toHaveLength(server.tenant.users.length)
  })

  test('differs between two syncs by what changed in the tenant and by nothing else', async () => {
    const { server, sync, file, folder } = await setUp({ tenant: demoTenant() })
    await sync()
    await sync()
    expect(JSON.parse((await tools.baton(['diff', '-f', file], folder)).stdout)).toEqual({
      resources: {},
      entitlements: {},
      grants: {},
    })
    const user = server.tenant.addUser({ firstName: 'New', lastName: 'Comer' })
    const group = server.tenant.groups.find((g) => g.type === 'MANUAL' && g.users.length > 0)!
    const leaver = group.users[0]!
    server.tenant.removeMember(group, leaver)
    await sync()
    const { stdout } = await tools.baton(['diff', '-f', file], folder)
    const diff = JSON.parse(stdout) as {
      resources: { created: { id: { resource: string } }[] }
      grants: { created: { id: string }[]; deleted: { id: string }[] }
    }
    expect(diff.resources.created.map((r) => r.id.resource)).toEqual([user.id])
    expect(diff.grants.created.map((g) => g.id)).toContain(`role:member:member:user:${user.id}`)
    expect(diff.grants.deleted.map((g) => g.id)).toEqual([`group:${group.id}:member:user:${leaver.id}`])
  })

  test.each([1, 3, 5])(
    'an unfinished one, stopped after page %i, is started over by the official syncer and never sealed in part',
    async (pages) => {
      const { sync, file } = await setUp({ tenant: edgeTenant() })
      const stop = new AbortController()
      await sync({
        signal: stop.signal,
        onEvent: (event) => event.kind === 'page' && event.pages === pages && stop.abort(),
      }).catch(() => {})
      const [unfinished] = readSnapshot(file, 'latest').syncs
      expect(unfinished?.finished).toBe(false)
      const outcome = await tools.resume(file)
      expect(outcome).toMatchObject({ finishedSyncId: unfinished?.id, sameSync: true, sealedPart: false })
    },
  )

  test('one resource alone is a partial sync upon the whole one', async () => {
    const { server, sync, file } = await setUp({ tenant: demoTenant() })
    await sync()
    const group = server.tenant.groups.find((g) => g.users.length > 2)!
    await sync({ targets: [{ type: 'group', id: group.id }] })
    const verdict = await tools.judge(file)
    expect(verdict.mismatches).toEqual([])
    expect(verdict.syncs.map((sync_) => sync_.type)).toEqual(['full', 'partial'])
    expect(verdict.syncs[1]?.parent).toBe(verdict.syncs[0]?.id)
  })
})
