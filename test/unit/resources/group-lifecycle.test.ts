import { describe, expect, it } from 'vitest'
import { groupLifecycle } from '../../../src/resources/group-lifecycle.ts'
import { ConnectorError } from '../../../src/sdk/ground/errors.ts'
import type { RetryPolicy } from '../../../src/sdk/pacing/retry.ts'
import { call, clientOf, noTime, type ClientPlan } from '../../tenant/tenant-client.ts'
import { groupCalled, tenantOf, writes } from '../../tenant/tenant-of.ts'
import { READ_KEY } from '../../tenant/api-keys.ts'
import { SEED_EPOCH_MS } from '../../tenant/timestamp.ts'
import { globalId } from '../../tenant/global-id.ts'
import type { TenantOptions } from '../../tenant/start-tenant.ts'

const quick: RetryPolicy = { attempts: 4, attemptsIfMalformed: 3, firstWaitMs: 1, mostWaitMs: 2 }

async function setting(options: TenantOptions = {}, plan: ClientPlan = {}) {
  const server = await tenantOf(options)
  const named = (name: string) => server.tenant.groups.filter((group) => group.name === name)
  return { server, named, groups: groupLifecycle(clientOf(server, plan), { sleep: noTime, retry: quick }) }
}

/** Time passes only in waits, and the tenant has the same clock. */
async function lateSetting(faults: TenantOptions['faults'], habits: TenantOptions['habits'] = {}) {
  let now = SEED_EPOCH_MS
  const server = await tenantOf({ now: () => now, habits, ...(faults && { faults }) })
  const sleep = async (ms: number) => void (now += ms)
  const groups = groupLifecycle(clientOf(server), { sleep, retry: quick })
  const named = (name: string) => server.tenant.groups.filter((group) => group.name === name)
  return { server, named, create: () => groups.create('Auditors', call) }
}

const slip = (text: string) => Buffer.from(text).toString('base64')
const groupOf = (id: string) => ({ type: 'group', id })

describe('create of a group', () => {
  it('creates it and gives it as the server made it', async () => {
    const { named, groups } = await setting()
    const made = await groups.create(' Auditors ', call)
    expect(made).toMatchObject({
      id: groupOf(named('Auditors')[0]!.id),
      displayName: 'Auditors',
      facts: { sourceType: 'native' },
    })
  })

  it.each(['quo"te', 'back\\slash', 'line\nbreak', '🧪 مختبر', '{ users }', '$name'])(
    'takes %j as a name as it is',
    async (name) => {
      const { named, groups } = await setting()
      await groups.create(name, call)
      expect(named(name)).toHaveLength(1)
      await expect(groups.create(name, call)).rejects.toMatchObject({ code: 'already-exists' })
    },
  )

  it.each(['Contractors', 'Engineering', 'Everyone', 'Old office'])(
    'refuses the name %j, which a group has already, and names its id',
    async (name) => {
      const { server, groups } = await setting()
      const detail = expect.stringContaining(`id ${groupCalled(server, name).id}`) as string
      await expect(groups.create(name, call)).rejects.toMatchObject({ code: 'already-exists', detail })
      expect(writes(server)).toEqual([])
    },
  )

  it('lists all groups that have the name', async () => {
    const { named, groups } = await setting()
    expect(await groups.planCreate('Support', call)).toMatchObject({
      verdict: 'refused',
      error: {
        code: 'already-exists',
        detail: expect.stringMatching(new RegExp(`${named('Support')[0]!.id}.*${named('Support')[1]!.id}`)) as string,
      },
    })
  })

  it('finds a name that a hundred groups have, page by page', async () => {
    const { server, named, groups } = await setting()
    for (let i = 0; i < 101; i++) server.tenant.addGroup({ name: 'Clone' })
    const plan = await groups.planCreate('Clone', call)
    expect(plan.verdict === 'refused' && plan.error.detail).toContain(`id ${named('Clone')[100]!.id}`)
  })

  it('keeps names of another case apart', async () => {
    const { groups } = await setting()
    expect(await groups.planCreate('contractors', call)).toMatchObject({
      verdict: 'needed',
      before: 'no such group',
      after: 'group "contractors"',
    })
  })

  it('refuses a blank name', async () => {
    const { server, groups } = await setting()
    await expect(groups.create(' ', call)).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(server.requests).toEqual([])
  })

  it.each(['lost-answer', 'truncated-json', 'ok-true-null-entity'] as const)(
    'creates exactly one group when the answer is lost (%s)',
    async (kind) => {
      const { server, named, groups } = await setting({ faults: [{ operation: 'GroupCreate', kind, times: 1 }] })
      expect(await groups.create('Auditors', call)).toMatchObject({ id: groupOf(named('Auditors')[0]!.id) })
      expect(named('Auditors')).toHaveLength(1)
      expect(writes(server)).toEqual(['GroupCreate'])
    },
  )

  it('sends again when nothing was done', async () => {
    const { server, named, groups } = await setting({ faults: [{ operation: 'GroupCreate', kind: '503', times: 1 }] })
    await groups.create('Auditors', call)
    expect(named('Auditors')).toHaveLength(1)
    expect(writes(server)).toEqual(['GroupCreate', 'GroupCreate'])
  })

  it.each([4_000, 10_000, 30_000])(
    'creates one group where the gateway gives up and the server is done %i ms later',
    async (lateMs) => {
      const { server, named, create } = await lateSetting([
        { operation: 'GroupCreate', kind: 'late-504', lateMs, times: 1 },
      ])
      expect(await create()).toMatchObject({ id: groupOf(named('Auditors')[0]!.id) })
      expect(named('Auditors')).toHaveLength(1)
      expect(writes(server)).toEqual(['GroupCreate'])
    },
  )

  it('looks at every group before it sends again, where the filter by name does not find the one that was made', async () => {
    const { server, named, create } = await lateSetting(
      [{ operation: 'GroupCreate', kind: 'late-504', lateMs: 4_000, times: 1 }],
      {
        filters: { lowers: true },
      },
    )
    await create()
    expect(named('Auditors')).toHaveLength(1)
    expect(writes(server)).toEqual(['GroupCreate'])
  })

  it('tells both groups where a request is carried out later than anybody waits', async () => {
    const { named, create } = await lateSetting([
      { operation: 'GroupCreate', kind: 'late-504', lateMs: 31_000, times: 1 },
    ])
    const error = ConnectorError.from(await create().catch((caught: unknown) => caught), 'test')
    const ids = named('Auditors').map(({ id }) => id)
    expect([error.code, ids.length]).toEqual(['aborted', 2])
    for (const id of ids) expect(error.detail).toContain(id)
  })

  it.each([{}, { filters: { lowers: true } }])(
    'tells both groups where somebody else made one at the same moment (%j)',
    async (habits) => {
      const { server, groups } = await setting({
        habits,
        changes: [
          { when: { operation: 'GroupCreate' }, apply: (tenant) => void tenant.addGroup({ name: 'Auditors' }) },
        ],
      })
      await expect(groups.create('Auditors', call)).rejects.toMatchObject({ code: 'aborted' })
      expect(writes(server)).toEqual(['GroupCreate'])
    },
  )

  it.each([
    ['Équipe'.normalize('NFD'), { normalizes: 'NFC' }],
    ['PLATFORM', { lowers: true }],
  ] as const)(
    'refuses the name %j, which a group has already, also where a filter does not find it',
    async (name, filters) => {
      const { server, groups } = await setting({ habits: { filters } })
      for (let i = 0; i < 120; i++) server.tenant.addGroup()
      server.tenant.addGroup({ name })
      await expect(groups.create(name, call)).rejects.toMatchObject({ code: 'already-exists' })
      expect(writes(server)).toEqual([])
    },
  )

  it('passes the server’s refusal on and sends no second time', async () => {
    const refusal = { operation: 'GroupCreate', kind: 'ok-false', message: 'Too many groups.' } as const
    const { server, groups } = await setting({ faults: [refusal] })
    await expect(groups.create('Auditors', call)).rejects.toMatchObject({
      code: 'failed-precondition',
      detail: 'Twingate refused: Too many groups.',
    })
    expect(writes(server)).toEqual(['GroupCreate'])
  })

  it.each(['http-403', 'errors-200'] as const)('says that a read key needs another level (%s)', async (refusal) => {
    const { groups } = await setting({ refusal }, { key: READ_KEY })
    await expect(groups.create('Auditors', call)).rejects.toMatchObject({
      code: 'permission-denied',
      detail: expect.stringContaining('needs the level Read & Write') as string,
    })
  })
})

describe('delete of a group', () => {
  it('deletes, and repeated says that it is gone', async () => {
    const { server, groups } = await setting()
    const { id } = groupCalled(server, 'Contractors')
    expect(await groups.planDelete(groupOf(id), call)).toMatchObject({
      verdict: 'needed',
      before: 'group "Contractors"',
      after: 'deleted',
    })
    expect(await groups.delete(groupOf(id), call)).toBe('deleted')
    expect(server.tenant.group(id)).toBeUndefined()
    expect(await groups.delete(groupOf(id), call)).toBe('already-deleted')
    expect(writes(server)).toEqual(['GroupDelete'])
  })

  it('must be confirmed where resources are left without any group, and tells which', async () => {
    const { server, groups } = await setting()
    const { network } = server.tenant
    const group = groupCalled(server, 'Contractors')
    const concern = async () => {
      const plan = await groups.planDelete(groupOf(group.id), call)
      return plan.verdict === 'needed' ? plan.concern : plan.verdict
    }
    expect(await concern()).toBeUndefined()
    const resources = ['Wiki 2', 'Shop'].map((name) => network.addResource(network.remoteNetworks[0]!, { name }))
    for (const resource of resources) {
      network.allow(resource, group)
      network.allow(resource, network.serviceAccounts[0]!)
    }
    expect(await concern()).toBe('"Wiki 2", "Shop" are left without any group, and no user reaches them then')
    network.allow(resources[0]!, groupCalled(server, 'Everyone'))
    expect(await concern()).toBe('"Shop" is left without any group, and no user reaches it then')
    network.allow(resources[1]!, groupCalled(server, 'Everyone'))
    expect(await concern()).toBeUndefined()
  })

  it('counts an unknown id as gone', async () => {
    const { server, groups } = await setting()
    const gone = groupOf(globalId('Group', 999_999))
    expect(await groups.planDelete(gone, call)).toMatchObject({ verdict: 'settled' })
    expect(await groups.delete(gone, call)).toBe('already-deleted')
    expect(writes(server)).toEqual([])
  })

  it.each([globalId('User', 101), '???', slip('Group:2a'), slip('Group:')])(
    'does not count %s as gone: it cannot be an id of this kind',
    async (id) => {
      const { server, groups } = await setting()
      const refused = { verdict: 'refused', error: { code: 'not-found' } }
      expect(await groups.planDelete(groupOf(id), call)).toMatchObject(refused)
      await expect(groups.delete(groupOf(id), call)).rejects.toMatchObject({ code: 'not-found' })
      expect(writes(server)).toEqual([])
    },
  )

  it.each([
    ['Engineering', 'identity provider'],
    ['Everyone', 'built in'],
  ])('refuses %s, which %s keeps', async (name, place) => {
    const { server, groups } = await setting()
    await expect(groups.delete(groupOf(groupCalled(server, name).id), call)).rejects.toMatchObject({
      code: 'failed-precondition',
      detail: expect.stringContaining(place) as string,
    })
    expect(writes(server)).toEqual([])
  })

  it('refuses a group of a type it does not know', async () => {
    const { server, groups } = await setting()
    const { id } = server.tenant.addGroup({ name: 'Future', type: 'MIRRORED' })
    await expect(groups.delete(groupOf(id), call)).rejects.toMatchObject({ code: 'failed-precondition' })
  })

  it('refuses another type of resource', async () => {
    const { groups } = await setting()
    await expect(groups.delete({ type: 'user', id: 'x' }, call)).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  it('sends no second time when the answer was lost and the group is gone', async () => {
    const { server, groups } = await setting({ faults: [{ operation: 'GroupDelete', kind: 'lost-answer', times: 1 }] })
    expect(await groups.delete(groupOf(groupCalled(server, 'Contractors').id), call)).toBe('deleted')
    expect(writes(server)).toEqual(['GroupDelete'])
  })

  it.each([
    ['401', 'unauthenticated'],
    ['403', 'permission-denied'],
  ] as const)('stops at the first %s with %s', async (kind, code) => {
    const { server, groups } = await setting({ faults: [{ kind }] })
    await expect(groups.delete(groupOf(globalId('Group', 16)), call)).rejects.toMatchObject({ code })
    expect(server.requests).toHaveLength(1)
  })
})
