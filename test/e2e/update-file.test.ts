import { describe, expect, it, onTestFinished } from 'vitest'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { expandedTruthOf } from '../tenant/tenant-truth.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import type { Tenant } from '../tenant/tenant.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'

/** A tenant of local groups, its full sync in the file, and the program. */
async function synced(...syncFlags: readonly string[]) {
  const place = createPlace(onTestFinished)
  const tenant = seedTenant({ users: 40, groups: 4, membershipsPerUser: 2 })
  for (const owned of [...tenant.groups, ...tenant.users]) owned.type = 'MANUAL'
  const server = await place.serve({ tenant, keys: { [KEY]: 'provision' } })
  const run = (...args: readonly string[]) => place.run(args, { env: settingsFor(server.baseUrl) })
  expect((await run(...syncFlags)).code).toBe(0)
  return { place, tenant, server, run, full: readSnapshot(place.file).syncs.at(-1)?.id ?? '' }
}

const outsiders = (tenant: Tenant, group: Tenant['groups'][number]) =>
  tenant.users.filter((user) => !group.users.includes(user))

describe('--update-file', () => {
  it('says in one line what became of the file', async () => {
    const { run, tenant, full, place } = await synced()
    const [group] = tenant.groups
    const { code, stderr } = await run('grant', group!.id, outsiders(tenant, group!)[0]!.id, '--update-file')
    expect(code).toBe(0)
    const lines = stderr.split('\n').filter((line) => line.startsWith('sync.c1z'))
    expect(lines).toEqual([
      expect.stringMatching(
        new RegExp(
          `^sync\\.c1z: new full sync \\w{27}: 2 resources read again; the rest as read from [-\\d]+ [:\\d]+ on \\(sync ${full}\\)$`,
        ),
      ),
    ])
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(tenant))
  })

  it('says that a deleted resource was taken out', async () => {
    const { run, tenant, place } = await synced()
    const { code, stderr } = await run('account', 'delete', tenant.users.at(-1)!.id, '--update-file')
    expect([code, stderr]).toEqual([0, expect.stringContaining(': 1 resource taken out; the rest')])
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(tenant))
  })

  it('reads a group from its own side where others have joined or left it since the sync', async () => {
    const { run, tenant, place, server } = await synced()
    const [group, other] = tenant.groups
    const [one, two, three] = outsiders(tenant, group!)
    tenant.addMember(group!, two!)
    tenant.removeMember(group!, group!.users[0]!)
    tenant.removeMember(group!, group!.users[0]!)
    const before = readSnapshot(place.file).grants
    tenant.addMember(
      other!,
      outsiders(tenant, other!).find((user) => user !== one && user !== three)!,
    )
    expect((await run('grant', group!.id, one!.id, three!.id, '--update-file')).code).toBe(0)
    const after = readSnapshot(place.file).grants
    const on = (grants: readonly string[], id: string) => grants.filter((grant) => grant.startsWith(`group:${id}:`))
    expect(on(after, group!.id)).toEqual(on(expandedTruthOf(tenant).grants, group!.id))
    expect(on(after, other!.id)).toEqual(on(before, other!.id))
    expect(server.requests.at(-1)?.operation).toBe('MembersOfGroups')
  })

  it('reads the list of a group rather than many users one by one', async () => {
    const { run, tenant, place, server } = await synced()
    const [group] = tenant.groups
    const before = server.requests.length
    const joining = outsiders(tenant, group!).map(({ id }) => id)
    expect(joining.length).toBeGreaterThan(10)
    expect((await run('grant', group!.id, ...joining, '--update-file')).code).toBe(0)
    const operations = server.requests.slice(before).map(({ operation }) => operation)
    expect(operations.slice(-2)).toEqual(['Group', 'GroupMembers'])
    expect(operations).not.toContain('User')
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(tenant))
  })

  it('takes the role before out of the file with a new one', async () => {
    const { run, tenant, place } = await synced()
    const user = tenant.users.find(({ role }) => role === 'MEMBER')!
    expect((await run('role', user.id, 'SUPPORT', '--update-file')).code).toBe(0)
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(tenant))
  })

  it('brings in what an earlier run changed without coming to the file', async () => {
    const { run, tenant, place } = await synced()
    const [group] = tenant.groups
    const change = ['grant', group!.id, outsiders(tenant, group!)[0]!.id]
    expect((await run(...change)).code).toBe(0)
    expect(readSnapshot(place.file).grants).not.toEqual(expandedTruthOf(tenant).grants)
    const { code, stdout } = await run(...change, '--update-file')
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^already-granted /)])
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(tenant))
  })

  it('adds no type to a file that was synced without it', async () => {
    const { run, tenant, place } = await synced('--sync-resource-types', 'user,role')
    const before = readSnapshot(place.file)
    const [group] = tenant.groups
    expect((await run('grant', group!.id, outsiders(tenant, group!)[0]!.id, '--update-file')).code).toBe(0)
    const { resources, grants } = readSnapshot(place.file)
    expect([resources, grants]).toEqual([before.resources, before.grants])
  })

  it('leaves the file as it was, and says so, where what was changed cannot be read', async () => {
    const { run, tenant, place, server } = await synced()
    const [group] = tenant.groups
    const [user] = outsiders(tenant, group!)
    const before = place.contents()
    server.plan({ faults: [{ operation: 'Group', kind: '401' }] })
    const { code, stdout, stderr } = await run('grant', group!.id, user!.id, '--update-file')
    expect([code, stdout]).toEqual([16, expect.stringMatching(/^granted /)])
    expect(stderr).toMatch(/the file could not be brought up to date and is unchanged/)
    expect(group!.users).toContain(user)
    expect(place.contents()).toEqual(before)
  })

  it('leaves the file as it was where nothing was changed', async () => {
    const { run, place, tenant } = await synced()
    const before = place.contents()
    const user = tenant.users.at(-1)
    expect((await run('grant', 'Nowhere', user!.id, '--update-file')).code).toBe(5)
    expect((await run('account', 'delete', user!.id, '--update-file', '--dry-run')).code).toBe(0)
    expect(place.contents()).toEqual(before)
  })
})
