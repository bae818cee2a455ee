import { afterEach, describe, expect, it } from 'vitest'
import { membership, provisionTenant } from '../../../tenant/provision-tenant.ts'
import { call } from '../../../tenant/tenant-client.ts'
import { startTenant, type RunningTenant, type TenantOptions } from '../../../tenant/start-tenant.ts'
import { Tenant } from '../../../tenant/tenant.ts'
import { createVirtualTime } from '../../../support/virtual-time.ts'

const servers: RunningTenant[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function serve(userCount: number, groupCount = 1, options: Omit<TenantOptions, 'tenant'> = {}) {
  const tenant = new Tenant()
  const groups = Array.from({ length: groupCount }, () => tenant.addGroup())
  const users = Array.from({ length: userCount }, () => tenant.addUser())
  const server = await startTenant({ tenant, ...options })
  servers.push(server)
  const all = groups.flatMap((group) => users.map((user) => membership('grant', group.id, user.id)))
  const sizes = () =>
    server.requests.flatMap(({ mutation, limited, variables }) =>
      mutation && !limited ? [((variables['added'] ?? variables['removed']) as readonly string[]).length] : [],
    )
  return { server, tenant, groups, users, all, sizes }
}

const WRITE = 'GroupMembersUpdate'
const times = (count: number, word: string) => Array.from({ length: count }, () => word)

describe('a run of changes', () => {
  it('sends at most 100 in one write', async () => {
    const { server, all, sizes, tenant } = await serve(250)
    const { outcomes } = await provisionTenant(server, all)
    expect(outcomes).toEqual(times(250, 'granted'))
    expect([sizes(), tenant.membershipCount]).toEqual([[100, 100, 50], 250])
  })

  it('costs ten writes for 1,000 users in ten groups, and 21 reads', async () => {
    const { server, tenant, groups, users } = await serve(1_000, 10)
    const changes = users.map((user, i) => membership('grant', groups[i % 10]!.id, user.id))
    expect(await provisionTenant(server, changes)).toMatchObject({ error: undefined, writes: 10 })
    expect([server.counts().reads, tenant.membershipCount]).toEqual([21, 1_000])
  })

  it('reports a change that stands twice twice and sends it once', async () => {
    const { server, all, sizes } = await serve(1)
    const { reports } = await provisionTenant(server, [...all, { ...all[0]! }])
    expect(reports.map(({ outcome }) => outcome)).toEqual(['granted', 'granted'])
    expect(sizes()).toEqual([1])
  })

  it('refuses to grant and revoke the same', async () => {
    const { server, all } = await serve(1)
    const { error } = await provisionTenant(server, [...all, { ...all[0]!, kind: 'revoke' }])
    expect([error?.code, server.counts().total]).toEqual(['invalid-argument', 0])
  })

  it('grants before it revokes', async () => {
    const { server, tenant, groups, users } = await serve(1, 2)
    tenant.addMember(groups[0]!, users[0]!)
    const changes = [
      membership('revoke', groups[0]!.id, users[0]!.id),
      membership('grant', groups[1]!.id, users[0]!.id),
    ]
    expect((await provisionTenant(server, changes)).outcomes).toEqual(['granted', 'revoked'])
  })

  it('refuses types whose access cannot be changed', async () => {
    const { server, all } = await serve(1)
    const other = { ...all[0]!, resource: { type: 'app', id: 'x' } }
    const { outcomes, error } = await provisionTenant(server, [...all, other])
    expect([outcomes, error?.code]).toEqual([['not-attempted', 'refused'], 'unimplemented'])
  })

  it('does nothing for no changes', async () => {
    const { server } = await serve(1)
    expect(await provisionTenant(server, [])).toMatchObject({ reports: [], error: undefined, writes: 0 })
  })
})

describe('a write that fails', () => {
  it('is not repeated where only its answer was lost', async () => {
    const { server, all, sizes } = await serve(3, 1, { faults: [{ kind: 'lost-answer' }] })
    const { outcomes, error } = await provisionTenant(server, all)
    expect([outcomes, error, sizes()]).toEqual([times(3, 'granted'), undefined, [3]])
  })

  it('is not repeated where its answer came too late', async () => {
    const { server, all, sizes } = await serve(3, 1, {
      faults: [{ kind: 'slow', delayMs: 1_000, operation: WRITE }],
    })
    const { outcomes } = await provisionTenant(server, all, { timeoutMs: 300 })
    expect([outcomes, sizes()]).toEqual([times(3, 'granted'), [3]])
  })

  it('is looked at before it is repeated, also where the first looks fail', async () => {
    const { server, all, sizes } = await serve(1)
    server.plan({
      faults: [
        { kind: 'lost-answer' },
        { kind: '503', operation: 'GroupsById', attempt: 2 },
        { kind: '503', operation: 'GroupsById', attempt: 3 },
      ],
    })
    const { outcomes, error } = await provisionTenant(server, all)
    expect([outcomes, error, sizes()]).toEqual([['granted'], undefined, [1]])
  })

  it('is repeated after an outage that passes', async () => {
    const { server, all, sizes } = await serve(2, 1, { faults: [{ kind: '503', operation: WRITE, times: 2 }] })
    expect((await provisionTenant(server, all)).outcomes).toEqual(['granted', 'granted'])
    expect(sizes()).toEqual([2, 2, 2])
  })

  it('ends the run where the outage stays; the next run does what is missing', async () => {
    const { server, groups, all, sizes, tenant } = await serve(2, 3)
    server.plan({ faults: [{ kind: '500', operation: WRITE, variables: { id: groups[1]!.id } }] })
    const broken = await provisionTenant(server, all, { attempts: 2 })
    expect(broken.outcomes).toEqual([
      ...['granted', 'granted', 'failed', 'failed'],
      ...['not-attempted', 'not-attempted'],
    ])
    expect(broken.error).toMatchObject({ code: 'unavailable', reason: 'http 500' })
    server.plan({})
    const sent = sizes().length
    const next = await provisionTenant(server, all)
    expect(next.outcomes.toSorted()).toEqual([...times(2, 'already-granted'), ...times(4, 'granted')])
    expect([sizes().slice(sent), tenant.membershipCount]).toEqual([[2, 2], 6])
  })

  it.each([
    ['in the payload', { kind: 'ok-false', message: 'Too many users, the maximum is 60.' }],
    ['in errors', { kind: 'errors-200', message: 'Request is too large.', operation: WRITE }],
  ] as const)('is halved where it is refused for its size %s', async (_, fault) => {
    const { server, all, sizes, tenant } = await serve(99, 1, { faults: [{ ...fault, times: 2 }] })
    const { outcomes } = await provisionTenant(server, all)
    expect(outcomes).toEqual(times(99, 'granted'))
    expect([sizes(), tenant.membershipCount]).toEqual([[99, 50, 25, 25, 49], 99])
  })

  it.each([
    ['HTTP 413', { kind: '413' }],
    ['HTTP 504 of a gateway', { kind: '504-html' }],
    ['no answer in time', { kind: 'stall', delayMs: 60_000 }],
    ['errors: too many ids', { kind: 'errors-200', message: 'Ensure this field has no more than 30 elements.' }],
    ['errors: too complex', { kind: 'errors-200', message: 'Query exceeds the complexity allowed.' }],
    ['a refusal', { kind: 'ok-false', message: 'Too many users.' }],
  ] as const)('is halved until it fits where a large one meets %s', async (_, fault) => {
    const { server, all, sizes, tenant } = await serve(99)
    server.plan({ faults: [{ ...fault, operation: WRITE, whenIdsAbove: 30 }] })
    const { outcomes, error } = await provisionTenant(server, all, { timeoutMs: 1_000 })
    expect([outcomes, error]).toEqual([times(99, 'granted'), undefined])
    expect([sizes(), tenant.membershipCount]).toEqual([[99, 50, 25, 25, 49, 25, 24], 99])
  })

  it('is refused at last where even one is too large, and the rest is left', async () => {
    const { server, all, sizes } = await serve(4, 1, { faults: [{ kind: 'ok-false', message: 'Too large.' }] })
    const { outcomes, error } = await provisionTenant(server, all)
    expect(outcomes).toEqual(['refused', 'not-attempted', 'not-attempted', 'not-attempted'])
    expect([sizes(), error?.detail]).toEqual([[4, 2, 1], 'Twingate refused: Too large.'])
  })

  it('is not halved where the server refuses it for another reason', async () => {
    const { server, all, sizes } = await serve(4, 1, { faults: [{ kind: 'ok-false', message: 'No.' }] })
    expect((await provisionTenant(server, all)).outcomes).toEqual(times(4, 'refused'))
    expect(sizes()).toEqual([4])
  })

  it('for one user who has vanished goes through for the others', async () => {
    const { server, users, all, sizes, groups } = await serve(3)
    server.plan({ changes: [{ when: { operation: WRITE }, apply: (tenant) => tenant.removeUser(users[1]!) }] })
    const { reports, error } = await provisionTenant(server, all)
    expect(reports.map(({ change, outcome }) => [change.principal.id, outcome])).toEqual([
      [users[1]!.id, 'refused'],
      [users[0]!.id, 'granted'],
      [users[2]!.id, 'granted'],
    ])
    expect([error?.code, sizes(), groups[0]!.users.length]).toEqual(['not-found', [3, 2], 2])
  })

  it('for a user who has vanished counts as revoked', async () => {
    const { server, tenant, groups, users, all } = await serve(2)
    for (const user of users) tenant.addMember(groups[0]!, user)
    server.plan({ changes: [{ when: { operation: WRITE }, apply: () => tenant.removeUser(users[1]!) }] })
    const changes = all.map((change) => ({ ...change, kind: 'revoke' as const }))
    const { outcomes, error } = await provisionTenant(server, changes)
    expect([outcomes, error, groups[0]!.users]).toEqual([['revoked', 'revoked'], undefined, []])
  })

  it('for a group that has vanished is refused as not found', async () => {
    const { server, groups, all } = await serve(2)
    server.plan({ changes: [{ when: { operation: WRITE }, apply: (tenant) => tenant.removeGroup(groups[0]!) }] })
    const { outcomes, error } = await provisionTenant(server, all)
    expect([outcomes, error?.code]).toEqual([['refused', 'refused'], 'not-found'])
  })

  it('for its rate is waited out and sent again', async () => {
    const time = createVirtualTime()
    const { server, all, tenant } = await serve(1, 5, {
      limits: { model: 'fixed', writes: 2 },
      now: () => time.clock.now().getTime(),
    })
    const { outcomes, writes } = await time.run(provisionTenant(server, all, { clock: time.clock, sleep: time.sleep }))
    expect([outcomes, writes, tenant.membershipCount]).toEqual([times(5, 'granted'), 5, 5])
    expect(server.counts().limited).toBeGreaterThan(0)
  })
})

describe('a run that is stopped', () => {
  it('says what it did; the next run does what is missing', async () => {
    const { server, groups, all, tenant } = await serve(2, 3)
    const stop = new AbortController()
    server.plan({
      changes: [{ when: { operation: WRITE, variables: {} }, at: 'after', apply: () => stop.abort() }],
    })
    const first = await provisionTenant(server, all, { call: { ...call, signal: stop.signal } })
    expect([first.error?.code, first.writes]).toEqual(['canceled', 1])
    expect(first.outcomes).toEqual([...times(2, 'failed'), ...times(4, 'not-attempted')])
    expect(groups[0]!.users.length).toBe(2)
    const next = await provisionTenant(server, all)
    expect(next.outcomes.toSorted()).toEqual([...times(2, 'already-granted'), ...times(4, 'granted')])
    expect([next.writes, tenant.membershipCount]).toEqual([2, 6])
  })
})

describe('two runs at the same time', () => {
  it('with the same changes both succeed', async () => {
    const { server, all, tenant } = await serve(20, 2)
    const results = await Promise.all([provisionTenant(server, all), provisionTenant(server, all)])
    expect(results.map(({ error }) => error)).toEqual([undefined, undefined])
    expect(tenant.membershipCount).toBe(40)
  })
})
