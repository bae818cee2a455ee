import { writeFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TYPE_IDS } from '../../src/twingate/type-ids.ts'
import { until } from '../support/service-place.ts'
import { expectOfficialAgreement } from '../judges/expect-official-agreement.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { openOwnFixture } from '../judges/own-fixture.ts'
import { ownTasks } from '../judges/own-tasks.ts'
import { PROVISION_KEY, type KeyLevel } from '../tenant/api-keys.ts'
import { globalId } from '../tenant/global-id.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { expectedSnapshotOf } from '../tenant/tenant-truth.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

const list = { actionListSchemas: {} }
const sync = { syncFull: {} }
/** Users, groups and roles, of which the official readers' answers are known in full. */
const IDENTITY = { BATON_SYNC_RESOURCE_TYPES: 'user,group,role' }
/** Events come late where the machine is busy. */
const PATIENT = { within: 120_000 }

describe.skipIf(missing).concurrent(`our daemon at work ${missing ?? ''}`, () => {
  const tools = found as OfficialTools

  it('uploads a file in which the official reader finds what the tenant holds', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    await at.peer.enqueue(sync)
    at.start(IDENTITY)
    await at.peer.drained(PATIENT.within)
    const upload = await at.peer.heard('upload')
    const bytes = upload.chunkSizes?.reduce((sum, [size, times]) => sum + size * times, 0)
    expect([upload.whole, upload.try, bytes]).toEqual([true, 1, upload.bytes])
    const scratch = join(at.folder, 'scratch')
    await mkdir(scratch)
    await expectOfficialAgreement(tools, upload.file, expectedSnapshotOf(at.tenant.tenant), scratch)
    await at.tidied()
    expect(await at.peer.violations()).toEqual([])
  })

  it('says which grant a role took the place of, so that no revoke is asked for', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const user = at.tenant.tenant.users.find(({ id }) => id === globalId('User', 139))
    const before = user?.role.toLowerCase()
    const [id = ''] = await at.peer.enqueue(ownTasks.grantRole('support'))
    at.start()
    const replaced = {
      '@type': 'type.googleapis.com/c1.connector.v2.GrantReplaced',
      replacedGrantId: `role:${before}:member:user:${user?.id}`,
    }
    const { request } = await at.peer.heard('finished', ({ taskId }) => taskId === id, PATIENT)
    expect(request).toMatchObject({ success: { annotations: [replaced], response: { annotations: [replaced] } } })
    expect([user?.role, await at.peer.violations()]).toEqual(['SUPPORT', []])
  })

  it('puts into the file what the task asks for, by the official reader', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const { users, groups, roles, memberships, roleHolders } = expectedSnapshotOf(at.tenant.tenant)
    const all = { users: users.length, groups: groups.length, roles: roles.length }
    const held = memberships.length + roleHolders.length
    const group = globalId('Group', 16)
    const members = memberships.filter((membership) => membership.group === group).length
    const target = { id: { resourceType: 'group', resource: group } }
    const [someone] = users
    const user = { id: { resourceType: 'user', resource: someone?.id } }
    const role = { id: { resourceType: 'role', resource: 'member' } }
    const holders = roleHolders.filter((holder) => holder.role === 'member').length
    /** Kind of the sync, users, groups, roles, entitlements and grants in its file. */
    const asked: readonly (readonly [object, readonly unknown[]])[] = [
      [{}, ['full', all.users, all.groups, all.roles, all.groups + all.roles, held]],
      [{ skipExpandGrants: true }, ['full', all.users, all.groups, all.roles, all.groups + all.roles, held]],
      [{ storageEngine: 'pebble' }, ['full', all.users, all.groups, all.roles, all.groups + all.roles, held]],
      [{ skipGrants: true }, ['full', all.users, all.groups, all.roles, all.groups + all.roles, 0]],
      [{ skipEntitlementsAndGrants: true }, ['resources_only', all.users, all.groups, all.roles, 0, 0]],
      // Who holds them is of a type that is left out.
      [{ syncResourceTypeIds: ['group'] }, ['full', 0, all.groups, 0, all.groups, 0]],
      [{ syncResourceTypeIds: ['group', 'user'] }, ['full', all.users, all.groups, 0, all.groups, memberships.length]],
      // Of what its members hold besides nothing is there: it would look like all.
      [{ targetedSyncResources: [target, target] }, ['partial', members, 1, 0, 1, members]],
      [{ targetedSyncResources: [user] }, ['partial', 1, 0, 0, 0, 0]],
      [{ targetedSyncResources: [role] }, ['partial', holders, 0, 1, 1, holders]],
    ]
    const ids = await at.peer.enqueue(...asked.map(([syncFull]) => ({ syncFull })))
    at.start(IDENTITY)
    await at.peer.drained(PATIENT.within)
    const told = await Promise.all(
      ids.map(async (id) => {
        const { file } = await at.peer.heard('upload', ({ taskId }) => taskId === id, PATIENT)
        const { syncs, resources, entitlements, grants } = await tools.judge(file)
        const of = (wanted: string): number => resources.filter(({ type }) => type === wanted).length
        return [
          ...syncs.map(({ type }) => type),
          of('user'),
          of('group'),
          of('role'),
          entitlements.length,
          grants.length,
        ]
      }),
    )
    expect(members).toBeGreaterThan(0)
    expect(told).toEqual(asked.map(([, rows]) => rows))
    await at.tidied()
    expect(await at.peer.violations()).toEqual([])
  })

  it.for<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    ['an empty sync', { BATON_SKIP_FULL_SYNC: 'true' }, []],
    ['the types of the daemon', { BATON_SYNC_RESOURCE_TYPES: 'user' }, ['user']],
  ])('uploads %s where it was started so', async ([, env, types], { onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    await at.peer.enqueue(sync)
    at.start(env)
    await at.peer.drained(PATIENT.within)
    const { syncs, resources, mismatches } = await tools.judge((await at.peer.heard('upload')).file)
    expect([syncs.map(({ type }) => type), [...new Set(resources.map(({ type }) => type))]]).toEqual([['full'], types])
    expect([mismatches, await at.peer.violations()]).toEqual([[], []])
  })

  it('asks for several tasks at once where it was started so, by the name it was given', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    await at.peer.enqueue(...Array.from({ length: 7 }, () => list))
    at.start({ BATON_GET_TASKS: 'true', BATON_HOST_ID: 'worker-7', BATON_TASK_CONCURRENCY: '2' })
    await at.peer.drained(PATIENT.within)
    const calls = at.peer.all.filter((event) => event.event === 'rpc')
    const polls = calls.filter(({ rpc }) => rpc.startsWith('GetTask'))
    expect(new Set(polls.map(({ rpc }) => rpc))).toEqual(new Set(['GetTasks']))
    expect(polls[0]?.request).toMatchObject({ pageSize: 4 })
    for (const { request } of calls) expect(request).toMatchObject({ hostId: 'worker-7' })
    expect(await at.peer.violations()).toEqual([])
  })

  it('does three syncs at once, each with a file of its own', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished, { faults: [{ kind: 'slow', delayMs: 500 }] })
    await at.peer.enqueue(sync, sync, ownTasks.syncTypes('user'))
    // Nothing is uploaded before all three have begun.
    await at.peer.tell({ do: 'fault', fault: { on: { rpc: 'UploadAsset' }, acts: [{ action: 'hold' }] } })
    at.start()
    await at.peer.heard('fault', ({ rpc }) => rpc === 'UploadAsset', { ...PATIENT, times: 3 })
    expect(await at.left()).toHaveLength(4)
    await at.peer.tell({ do: 'release' })
    await at.peer.drained(PATIENT.within)
    const types = await Promise.all(
      at.peer.all
        .filter((event) => event.event === 'upload')
        .map(async ({ file }) => {
          const { resources, mismatches } = await tools.judge(file)
          expect(mismatches).toEqual([])
          return [...new Set(resources.map(({ type }) => type))].sort().join(' ')
        }),
    )
    const everything = Object.values(TYPE_IDS)
      .filter((id) => id !== TYPE_IDS.device)
      .toSorted()
      .join(' ')
    expect(types.sort()).toEqual([everything, everything, 'user'])
    await at.tidied()
    expect(await at.peer.violations()).toEqual([])
  })

  it('sends an upload again whose token expires in the middle', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    await at.peer.tell({ do: 'token-life', expiresInMs: 5000 })
    await at.peer.tell({
      do: 'fault',
      fault: { on: { rpc: 'UploadAsset', attempts: [1, 1] }, acts: [{ action: 'hold', atBytes: 1 }] },
    })
    const [id = ''] = await at.peer.enqueue(sync)
    at.start()
    const { fault, number } = await at.peer.heard('fault', () => true, PATIENT)
    // Each token is fetched when the one before it is nearly over: with the second from here, that of the upload is.
    await at.peer.heard('token', () => true, { ...PATIENT, after: number, times: 2 })
    await at.peer.tell({ do: 'release', number: fault })
    expect(await at.peer.finished(id)).toMatchObject({ outcome: 'success', times: 1 })
    expect(at.peer.all.filter((event) => event.event === 'upload').map(({ code }) => code)).toEqual([16, 0])
    expect(await at.peer.violations()).toEqual([])
  })

  it('answers other tasks while grants wait for the rate limit, and makes each grant once', async ({
    onTestFinished,
  }) => {
    const limits = { model: 'fixed', reads: 60, writes: 1, windowMs: 15_000 } as const
    const at = await openOwnFixture(tools, onTestFinished, { limits })
    const grants = await at.peer.enqueue(...[135, 136, 137, 138].map((user) => ownTasks.grant(user)))
    at.start()
    await until(async () => (await at.status())?.tasks.find(({ progress }) => progress?.waitingUntil !== undefined))
    const [other = ''] = await at.peer.enqueue(list)
    await at.peer.heard('finished', ({ taskId }) => taskId === other, PATIENT)
    const open = (await at.peer.summary()).tasks.filter(({ state }) => state !== 'finished')
    expect(open.length, 'grants that wait still').toBeGreaterThan(0)
    await at.peer.drained(PATIENT.within)
    const { tasks } = await at.peer.summary()
    expect(tasks.map(({ outcome, acknowledged }) => [outcome, acknowledged])).toEqual(
      [...grants, other].map(() => ['success', 1]),
    )
    expect(tasks.map(({ handed }) => handed)).toEqual([1, 1, 1, 1, 1])
    expect(at.tenant.tenant.group(globalId('Group', 17))?.users).toHaveLength(4)
    expect(await at.peer.violations()).toEqual([])
  })

  it('goes on with a client secret that was exchanged in its file', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const path = join(at.folder, 'client-secret')
    await writeFile(path, at.peer.clientSecret)
    const daemon = at.start({ BATON_CLIENT_SECRET: '', BATON_CLIENT_SECRET_FILE: path })
    await at.peer.heard('answer', ({ rpc }) => rpc === 'GetTask', PATIENT)
    const { clientSecret } = await at.peer.tell({ do: 'rotate-key', clientId: at.peer.clientId })
    await at.peer.tell({ do: 'revoke-tokens' })
    // The platform has the new one a moment before the file has it.
    await until(async () => (await at.status())?.errors[0])
    await writeFile(path, String(clientSecret))
    const [id = ''] = await at.peer.enqueue(list)
    await at.peer.heard('finished', ({ taskId }) => taskId === id, PATIENT)
    expect(daemon.output()).not.toContain(String(clientSecret))
    expect(await at.peer.violations()).toEqual([])
  })

  it('goes on with an API key that was exchanged in its file during a sync', async ({ onTestFinished }) => {
    const keys: Record<string, KeyLevel> = { [PROVISION_KEY]: 'provision' }
    let exchange = (): void => {}
    const at = await openOwnFixture(tools, onTestFinished, {
      keys,
      tenant: seedTenant({ users: 150, groups: 3 }),
      changes: [{ when: { operation: 'Users', page: 0 }, apply: () => exchange() }],
    })
    const path = join(at.folder, 'key')
    await writeFile(path, PROVISION_KEY)
    exchange = () => {
      writeFileSync(path, 'another-key')
      delete keys[PROVISION_KEY]
      keys['another-key'] = 'provision'
    }
    const [id = ''] = await at.peer.enqueue(sync)
    at.start({ BATON_API_KEY: '', BATON_API_KEY_FILE: path })
    expect(await at.peer.finished(id)).toMatchObject({ outcome: 'success' })
    expect(at.tenant.requests.some(({ keyOk }) => !keyOk)).toBe(true)
    const { file } = await at.peer.heard('upload')
    expect((await tools.judge(file)).mismatches).toEqual([])
    expect(await at.peer.violations()).toEqual([])
  })
})
