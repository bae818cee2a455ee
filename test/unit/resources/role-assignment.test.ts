import { afterEach, describe, expect, it } from 'vitest'
import { holding, provisionTenant } from '../../tenant/provision-tenant.ts'
import { globalId } from '../../tenant/global-id.ts'
import { startTenant, type RunningTenant, type TenantOptions } from '../../tenant/start-tenant.ts'
import type { TenantUser } from '../../tenant/model.ts'
import { Tenant } from '../../tenant/tenant.ts'

const servers: RunningTenant[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function serve(options: Omit<TenantOptions, 'tenant'> = {}) {
  const tenant = new Tenant()
  const root = tenant.addUser({ role: 'ADMIN' })
  const second = tenant.addUser({ role: 'ADMIN' })
  const member = tenant.addUser()
  const devops = tenant.addUser({ role: 'DEVOPS' })
  const server = await startTenant({ tenant, ...options })
  servers.push(server)
  return { server, tenant, root, second, member, devops }
}

describe('a role', () => {
  it('is given in place of the one before, and said to be held the second time', async () => {
    const { server, member } = await serve()
    const changes = [holding('grant', 'access_reviewer', member.id)]
    const first = await provisionTenant(server, changes)
    expect(first.reports).toMatchObject([{ outcome: 'granted', before: 'role Member', after: 'role Access Reviewer' }])
    expect([first.writes, member.role]).toEqual([1, 'ACCESS_REVIEWER'])
    const again = await provisionTenant(server, changes)
    expect(again).toMatchObject({ outcomes: ['already-granted'], writes: 0 })
  })

  it('is taken back to Member, and said to be gone the second time', async () => {
    const { server, devops } = await serve()
    const changes = [holding('revoke', 'devops', devops.id)]
    const first = await provisionTenant(server, changes)
    expect(first.reports).toMatchObject([{ outcome: 'revoked', before: 'role DevOps', after: 'role Member' }])
    expect([first.writes, devops.role]).toEqual([1, 'MEMBER'])
    expect(await provisionTenant(server, changes)).toMatchObject({ outcomes: ['already-revoked'], writes: 0 })
  })

  it('is not taken from somebody who has another', async () => {
    const { server, devops } = await serve()
    const { reports, writes } = await provisionTenant(server, [holding('revoke', 'support', devops.id)])
    expect([reports[0]?.outcome, reports[0]?.before, writes]).toEqual(['already-revoked', 'role DevOps', 0])
  })

  it('Member is the least and cannot be taken', async () => {
    const { server, member } = await serve()
    const { error, writes } = await provisionTenant(server, [holding('revoke', 'member', member.id)])
    expect([error?.code, writes]).toEqual(['failed-precondition', 0])
    expect(error?.detail).toMatch(/disable or delete the account/)
  })

  it('that the API does not document can be taken but not given', async () => {
    const { server, tenant, member } = await serve()
    const helper = tenant.addUser({ role: 'HELPDESK' })
    const given = await provisionTenant(server, [holding('grant', 'helpdesk', member.id)])
    expect([given.error?.code, given.writes]).toEqual(['not-found', 0])
    expect(given.error?.detail).toMatch(/the roles are admin, devops/)
    const held = await provisionTenant(server, [holding('grant', 'helpdesk', helper.id)])
    expect(held.outcomes).toEqual(['already-granted'])
    const taken = await provisionTenant(server, [holding('revoke', 'helpdesk', helper.id)])
    expect([taken.outcomes, helper.role]).toEqual([['revoked'], 'MEMBER'])
  })

  it.each(['grant', 'revoke'] as const)(
    'that nobody knows or holds is unknown to a %s, whoever it is about',
    async (kind) => {
      const { server, devops } = await serve()
      for (const user of [devops.id, globalId('User', 7)])
        for (const role of ['owner', 'DEVOPS', 'devops ']) {
          const { outcomes, error, writes } = await provisionTenant(server, [holding(kind, role, user)])
          expect([outcomes, error?.code, writes]).toEqual([['refused'], 'not-found', 0])
          expect(error?.detail).toMatch(/the roles are admin, devops, support, access_reviewer, member/)
        }
    },
  )

  it.each(['grant', 'revoke'] as const)('is refused to a %s for an id that cannot be read', async (kind) => {
    const { server } = await serve()
    expect(await provisionTenant(server, [holding(kind, 'devops', 'VXNlcjozTw==')])).toMatchObject({
      outcomes: ['refused'],
      error: { code: 'not-found' },
      writes: 0,
    })
  })

  it('of an unknown user cannot be given and is gone already', async () => {
    const { server } = await serve()
    const missing = globalId('User', 7)
    expect(await provisionTenant(server, [holding('grant', 'devops', missing)])).toMatchObject({
      outcomes: ['refused'],
      error: { code: 'not-found' },
    })
    expect((await provisionTenant(server, [holding('revoke', 'devops', missing)])).outcomes).toEqual([
      'already-revoked',
    ])
  })

  it.each([
    ['two grants', ['devops', 'support'], 'grant'],
    ['a grant and the end of the one before', ['support', 'devops'], 'revoke'],
  ] as const)('stays as it is after %s for one user', async (_, [one, other], kind) => {
    const { server, devops } = await serve()
    const changes = [holding('grant', one, devops.id), holding(kind, other, devops.id)]
    const result = await provisionTenant(server, changes)
    expect(result).toMatchObject({ outcomes: ['refused', 'refused'], error: { code: 'invalid-argument' }, writes: 0 })
    expect(devops.role).toBe('DEVOPS')
  })

  it('of a SYNCED user is given and taken, for no identity provider has it', async () => {
    const { server, tenant } = await serve()
    const synced = tenant.addUser({ type: 'SYNCED' })
    const given = await provisionTenant(server, [holding('grant', 'devops', synced.id)])
    expect([given.outcomes, synced.role]).toEqual([['granted'], 'DEVOPS'])
    const taken = await provisionTenant(server, [holding('revoke', 'devops', synced.id)])
    expect([taken.outcomes, synced.role]).toEqual([['revoked'], 'MEMBER'])
  })

  it('that the server refuses for a SYNCED user is refused in its own words', async () => {
    const message = 'Synced users are managed by the identity provider.'
    const { server, tenant } = await serve({ faults: [{ kind: 'ok-false', message }] })
    const synced = tenant.addUser({ type: 'SYNCED' })
    const { error, writes } = await provisionTenant(server, [holding('grant', 'devops', synced.id)])
    expect([error?.code, error?.detail, writes]).toEqual(['failed-precondition', `Twingate refused: ${message}`, 1])
  })

  it('is reported given once where the answer was lost', async () => {
    const { server, member } = await serve({ faults: [{ kind: 'lost-answer', times: 1 }] })
    const result = await provisionTenant(server, [holding('grant', 'support', member.id)])
    expect(result).toMatchObject({ outcomes: ['granted'], error: undefined, writes: 1 })
    expect(member.role).toBe('SUPPORT')
  })

  it('is not reported given where the answer shows the one before', async () => {
    const { server, member } = await serve()
    Object.defineProperty(member, 'role', { get: () => 'MEMBER', set: () => {} })
    const { outcomes, error } = await provisionTenant(server, [holding('grant', 'support', member.id)])
    expect([outcomes, error?.code]).toEqual([['failed'], 'unavailable'])
    expect(error?.detail).toMatch(/was changed but shows .* with the role MEMBER/)
  })

  it('is refused for another kind of principal and another entitlement', async () => {
    const { server, member } = await serve()
    const change = holding('grant', 'devops', member.id)
    const group = { ...change, principal: { type: 'group', id: globalId('Group', 1) } }
    expect((await provisionTenant(server, [group])).error?.code).toBe('failed-precondition')
    expect((await provisionTenant(server, [{ ...change, slug: 'owner' }])).error?.code).toBe('not-found')
  })
})

describe('the last active admin', () => {
  it('can neither be demoted by a revoke nor by a grant of another role', async () => {
    const { server, second, root } = await serve()
    second.state = 'DISABLED'
    for (const change of [holding('revoke', 'admin', root.id), holding('grant', 'devops', root.id)]) {
      const { error, writes } = await provisionTenant(server, [change])
      expect([error?.code, writes, root.role]).toEqual(['failed-precondition', 0, 'ADMIN'])
      expect(error?.detail).toMatch(/make another active user ADMIN first/)
    }
  })

  it('is kept where a run as a whole would take them all', async () => {
    const { server, root, second, member } = await serve()
    const changes = [
      holding('revoke', 'admin', root.id),
      holding('grant', 'support', member.id),
      holding('grant', 'devops', second.id),
    ]
    const { reports, writes } = await provisionTenant(server, changes)
    expect(reports.map(({ change, outcome }) => [change.principal.id, outcome])).toEqual([
      [root.id, 'refused'],
      [member.id, 'not-attempted'],
      [second.id, 'refused'],
    ])
    expect(writes).toBe(0)
  })

  it('may go where one stays', async () => {
    const { server, root } = await serve()
    expect((await provisionTenant(server, [holding('revoke', 'admin', root.id)])).outcomes).toEqual(['revoked'])
  })

  it('who is disabled or pending does not count as one that stays, and may go', async () => {
    const { server, tenant, root, second } = await serve()
    second.state = 'PENDING'
    expect((await provisionTenant(server, [holding('revoke', 'admin', root.id)])).outcomes).toEqual(['refused'])
    const off = tenant.addUser({ role: 'ADMIN', state: 'DISABLED' })
    expect((await provisionTenant(server, [holding('revoke', 'admin', off.id)])).outcomes).toEqual(['revoked'])
  })

  it('may go where another is made in the same run, which comes first whatever the order', async () => {
    const { server, root, second, member } = await serve()
    const changes = [
      holding('revoke', 'admin', root.id),
      holding('revoke', 'admin', second.id),
      holding('grant', 'admin', member.id),
    ]
    const { outcomes, error } = await provisionTenant(server, changes)
    expect([outcomes, error]).toEqual([['granted', 'revoked', 'revoked'], undefined])
    expect([root.role, second.role, member.role]).toEqual(['MEMBER', 'MEMBER', 'ADMIN'])
  })

  it('stays where the new one cannot sign in', async () => {
    const { server, root, second, member } = await serve()
    member.state = 'DISABLED'
    const changes = [root, second].map((user) => holding('revoke', 'admin', user.id))
    const { outcomes } = await provisionTenant(server, [holding('grant', 'admin', member.id), ...changes])
    expect(outcomes).toEqual(['not-attempted', 'refused', 'refused'])
  })

  it('hands over in any order of the changes: the new one is made first', async () => {
    const { server, root, second, member } = await serve()
    second.state = 'DISABLED'
    const changes = [holding('grant', 'devops', root.id), holding('grant', 'admin', member.id)]
    const { outcomes } = await provisionTenant(server, changes)
    expect([outcomes, root.role, member.role]).toEqual([['granted', 'granted'], 'DEVOPS', 'ADMIN'])
  })

  it('stays where the other one goes between plan and write', async () => {
    const { server, root, second } = await serve()
    server.plan({
      changes: [{ when: { operation: 'ActiveAdmins' }, at: 'after', apply: () => void (second.state = 'DISABLED') }],
    })
    const { outcomes, writes } = await provisionTenant(server, [holding('revoke', 'admin', root.id)])
    expect([outcomes, writes, root.role]).toEqual([['refused'], 0, 'ADMIN'])
  })

  it('stays where the filter by role lets everybody pass', async () => {
    const { server, root, second } = await serve({ habits: { filters: { in: 'all' } } })
    second.state = 'DISABLED'
    const { outcomes, writes } = await provisionTenant(server, [holding('revoke', 'admin', root.id)])
    expect([outcomes, writes, root.role]).toEqual([['refused'], 0, 'ADMIN'])
  })

  it('stays where the filter by role finds nobody', async () => {
    const { server, root } = await serve({ habits: { filters: { in: 'none' } } })
    const { error, writes } = await provisionTenant(server, [holding('revoke', 'admin', root.id)])
    expect([error?.code, writes, root.role]).toEqual(['unavailable', 0, 'ADMIN'])
    expect(error?.detail).toContain(`lacks ${root.id}`)
  })

  describe('taken while another run takes the other one', () => {
    /** The other admin goes after the last look before the write, which sees both. */
    const elsewhere = (gone: TenantUser, faults: TenantOptions['faults'] = []) => ({
      faults,
      changes: [{ when: { operation: 'UserRoleUpdate' }, apply: () => void (gone.role = 'MEMBER') }],
    })

    it.each([
      ['whose answer comes', []],
      ['whose answer is lost', [{ operation: 'UserRoleUpdate', kind: 'lost-answer', times: 1 }] as const],
    ])('is given back after a write %s', async (_, faults) => {
      const { server, root, second } = await serve()
      server.plan(elsewhere(second, faults))
      const { outcomes, error, writes } = await provisionTenant(server, [holding('revoke', 'admin', root.id)])
      expect([outcomes, error?.code, writes]).toEqual([['failed'], 'aborted', 2])
      expect(error?.detail).toMatch(/was made an active admin again, so that nothing is changed/)
      expect([root.role, second.role]).toEqual(['ADMIN', 'MEMBER'])
    })

    it('ends the run, whatever else it had to do', async () => {
      const { server, root, second, devops } = await serve()
      server.plan(elsewhere(second))
      const changes = [holding('revoke', 'admin', root.id), holding('revoke', 'devops', devops.id)]
      const { outcomes, error } = await provisionTenant(server, changes)
      expect([outcomes, error?.code]).toEqual([['failed', 'not-attempted'], 'aborted'])
    })

    it('and cannot be given back, is named with what to do now', async () => {
      const { server, root, second } = await serve()
      server.plan(elsewhere(second, [{ kind: 'ok-false', variables: { role: 'ADMIN' } }]))
      const { outcomes, error } = await provisionTenant(server, [holding('revoke', 'admin', root.id)])
      expect([outcomes, error?.code]).toEqual([['failed'], 'aborted'])
      expect(error?.detail).toContain(
        `${root.id} could not be made an active admin again: make an active user ADMIN now`,
      )
    })

    it('is told where nobody could see whether one is left', async () => {
      const { server, root, second } = await serve()
      server.plan(elsewhere(second, [{ operation: 'ActiveAdmins', attempt: 3, kind: '401' }]))
      const { outcomes, error } = await provisionTenant(server, [holding('revoke', 'admin', root.id)])
      expect([outcomes, error?.code]).toEqual([['failed'], 'aborted'])
      expect(error?.detail).toMatch(/whether another one is left could not be read/)
    })
  })

  it('is looked for after an admin was taken, and after nobody else', async () => {
    const { server, root, member } = await serve()
    const looks = () => server.requests.filter(({ operation }) => operation === 'ActiveAdmins').length
    await provisionTenant(server, [holding('grant', 'devops', member.id)])
    expect(looks()).toBe(0)
    await provisionTenant(server, [holding('revoke', 'admin', root.id)])
    expect(looks()).toBe(3)
  })
})
