import { afterEach, describe, expect, it } from 'vitest'
import type { HolderChange } from '../../../src/sdk/contract/provisioner.ts'
import { provisionTenant } from '../../tenant/provision-tenant.ts'
import { globalId } from '../../tenant/global-id.ts'
import { call } from '../../tenant/tenant-client.ts'
import { startTenant, type RunningTenant, type TenantOptions } from '../../tenant/start-tenant.ts'
import { Tenant } from '../../tenant/tenant.ts'

const servers: RunningTenant[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function serve(options: Omit<TenantOptions, 'tenant'> = {}) {
  const tenant = new Tenant()
  const { network } = tenant
  const [red, blue] = [tenant.addGroup({ name: 'Red' }), tenant.addGroup({ name: 'Blue', type: 'SYNCED' })]
  const robot = network.addServiceAccount({ name: 'Robot' })
  const cloud = network.addRemoteNetwork()
  const wiki = network.addResource(cloud, { name: 'Wiki', securityPolicy: tenant.policies[0] })
  const printer = network.addResource(cloud, { name: 'Printer', routingMode: 'BYPASS_TWINGATE' })
  network.allow(wiki, red)
  const server = await startTenant({ tenant, ...options })
  servers.push(server)
  const reached = () => wiki.access.map(({ node }) => node.id)
  const edgeOf = (id: string) => wiki.access.find(({ node }) => node.id === id)
  return { server, tenant, network, red, blue, robot, wiki, printer, reached, edgeOf }
}

const access = (
  kind: HolderChange['kind'],
  resource: { readonly id: string },
  principal: { readonly id: string },
  more: Partial<HolderChange> = {},
): HolderChange => ({
  kind,
  resource: { type: 'network-resource', id: resource.id },
  slug: 'access',
  principal: { type: 'keys' in principal ? 'service-account' : 'group', id: principal.id },
  ...more,
})

const until = new Date('2030-05-01T12:00:00Z')

describe('access to a resource', () => {
  it('is given to groups and service accounts in one write, edge by edge, and said to be given the second time', async () => {
    const { server, red, blue, robot, wiki, reached } = await serve()
    const changes = [access('grant', wiki, blue), access('grant', wiki, robot)]
    const first = await provisionTenant(server, changes)
    expect(first).toMatchObject({ outcomes: ['granted', 'granted'], error: undefined, writes: 1 })
    expect(first.reports[0]).toMatchObject({ before: 'no access', after: 'access' })
    expect(server.requests.at(-1)?.variables).toEqual({
      id: wiki.id,
      access: [{ principalId: blue.id }, { principalId: robot.id }],
    })
    expect(reached()).toEqual([red.id, blue.id, robot.id])
    const again = await provisionTenant(server, changes)
    expect(again).toMatchObject({ outcomes: ['already-granted', 'already-granted'], error: undefined, writes: 0 })
  })

  it('is taken away edge by edge, and said to be gone the second time', async () => {
    const { server, network, red, robot, wiki, reached } = await serve()
    network.allow(wiki, robot)
    const changes = [access('revoke', wiki, robot)]
    expect(await provisionTenant(server, changes)).toMatchObject({ outcomes: ['revoked'], writes: 1 })
    expect(server.requests.at(-1)?.variables).toEqual({ id: wiki.id, principals: [robot.id] })
    expect(reached()).toEqual([red.id])
    expect(await provisionTenant(server, changes)).toMatchObject({ outcomes: ['already-revoked'], writes: 0 })
  })

  it('is given on terms, in words of the API, and changed where only the terms differ', async () => {
    const { server, tenant, blue, wiki, edgeOf } = await serve()
    const policy = tenant.policies[1]
    const terms = { until, lockAfterSeconds: 14 * 86_400, policy: { type: 'security-policy', id: policy.id } }
    const first = await provisionTenant(server, [access('grant', wiki, blue, { terms })])
    expect(first.reports).toMatchObject([
      { outcome: 'granted', after: 'access until 2030-05-01T12:00:00Z, locks after 14 days, policy "Trusted Devices"' },
    ])
    expect(edgeOf(blue.id)).toMatchObject({
      expiresAt: '2030-05-01T12:00:00.000000+00:00',
      accessPolicy: { mode: 'AUTO_LOCK', durationSeconds: 1_209_600 },
      securityPolicy: policy,
    })
    expect(await provisionTenant(server, [access('grant', wiki, blue, { terms })])).toMatchObject({
      outcomes: ['already-granted'],
      writes: 0,
    })
    const later = new Date('2030-06-01T12:00:00Z')
    const second = await provisionTenant(server, [access('grant', wiki, blue, { terms: { until: later } })])
    expect(second).toMatchObject({ outcomes: ['granted'], writes: 1 })
    // What is not named stays.
    expect(edgeOf(blue.id)).toMatchObject({ securityPolicy: policy, expiresAt: '2030-06-01T12:00:00.000000+00:00' })
    expect(await provisionTenant(server, [access('grant', wiki, blue)])).toMatchObject({
      outcomes: ['already-granted'],
      writes: 0,
    })
  })

  it.each([
    ['another entitlement', { slug: 'member' }, 'not-found', /only network-resource:.*:access$/],
    ['a user', { principal: { type: 'user', id: globalId('User', 7) } }, 'failed-precondition', /through groups only/],
    ['a role', { principal: { type: 'role', id: 'admin' } }, 'failed-precondition', /is a role/],
    ['an unknown group', { principal: { type: 'group', id: globalId('Group', 7) } }, 'not-found', /no group/],
    ['an unreadable group', { principal: { type: 'group', id: 'Group 7' } }, 'not-found', /not the id of a group/],
    [
      'an unknown service account',
      { principal: { type: 'service-account', id: globalId('ServiceAccount', 7) } },
      'not-found',
      /no service account/,
    ],
    [
      'an unknown resource',
      { resource: { type: 'network-resource', id: globalId('Resource', 7) } },
      'not-found',
      /no resource/,
    ],
    [
      'an id that is none',
      { resource: { type: 'network-resource', id: 'Wiki' } },
      'not-found',
      /not the id of a resource/,
    ],
    [
      'an unknown policy',
      { terms: { policy: { type: 'security-policy', id: globalId('SecurityPolicy', 77) } } },
      'not-found',
      /no security policy/,
    ],
  ])('is not given for %s', async (_, fields, code, words) => {
    const { server, blue, wiki, reached, red } = await serve()
    const result = await provisionTenant(server, [access('grant', wiki, blue, fields)])
    expect(result).toMatchObject({ outcomes: ['refused'], error: { code }, writes: 0 })
    expect(result.error?.detail).toMatch(words)
    expect(reached()).toEqual([red.id])
  })

  it.each([
    ['group', { principal: { type: 'group', id: globalId('Group', 7) } }],
    ['resource', { resource: { type: 'network-resource', id: globalId('Resource', 7) } }],
  ])('is gone already with the %s', async (_, fields) => {
    const { server, blue, wiki } = await serve()
    const result = await provisionTenant(server, [access('revoke', wiki, blue, fields)])
    expect(result).toMatchObject({ outcomes: ['already-revoked'], error: undefined, writes: 0 })
    expect(result.reports[0]?.before).toMatch(/gone already/)
  })

  it('takes no terms that mean nothing there', async () => {
    const { server, blue, robot, wiki, printer } = await serve()
    const locked = { terms: { lockAfterSeconds: 86_400 } }
    const bypassed = await provisionTenant(server, [access('grant', printer, blue, locked)])
    expect(bypassed).toMatchObject({ outcomes: ['refused'], error: { code: 'failed-precondition' } })
    const service = await provisionTenant(server, [access('grant', wiki, robot, locked)])
    expect(service.error?.detail).toMatch(/not to service accounts/)
    const ended = await provisionTenant(server, [access('grant', printer, blue, { terms: { until } })])
    expect(ended).toMatchObject({ outcomes: ['granted'] })
    const member = { ...access('grant', blue, blue), resource: { type: 'group', id: blue.id }, slug: 'member' }
    const membership = { ...member, principal: { type: 'user', id: globalId('User', 1) }, terms: { until } }
    expect(await provisionTenant(server, [membership])).toMatchObject({ error: { code: 'invalid-argument' } })
  })

  it('that was the last of a group is taken with a warning where nobody can be asked', async () => {
    const { server, red, wiki, reached } = await serve()
    const warnings: string[] = []
    const log = { ...call.log, warn: (text: string) => void warnings.push(text) }
    const revoke = access('revoke', wiki, red)
    expect(await provisionTenant(server, [revoke], { call: { ...call, log } })).toMatchObject({ outcomes: ['revoked'] })
    expect(reached()).toEqual([])
    expect(warnings).toEqual(['"Wiki" is left without any group, and no user reaches it then'])
  })

  it('is not asked for on two terms at once', async () => {
    const { server, blue, wiki } = await serve()
    const changes = [access('grant', wiki, blue), access('grant', wiki, blue, { terms: { until } })]
    expect(await provisionTenant(server, changes)).toMatchObject({ error: { code: 'invalid-argument' }, writes: 0 })
  })

  it('whose answer is lost is looked at and not sent twice', async () => {
    const { server, blue, wiki, reached, red } = await serve({
      faults: [{ kind: 'lost-answer', times: 1 }],
    })
    const result = await provisionTenant(server, [access('grant', wiki, blue, { terms: { until } })])
    expect(result).toMatchObject({ outcomes: ['granted'], error: undefined, writes: 1 })
    expect(reached()).toEqual([red.id, blue.id])
  })

  it('is read to its end where more reach the resource than one page shows', async () => {
    const { server, tenant, network, wiki } = await serve()
    const groups = Array.from({ length: 230 }, () => tenant.addGroup())
    for (const group of groups) network.allow(wiki, group)
    const last = groups.at(-1)
    if (!last) throw new Error('no group')
    expect(await provisionTenant(server, [access('grant', wiki, last)])).toMatchObject({
      outcomes: ['already-granted'],
    })
    expect(await provisionTenant(server, [access('revoke', wiki, last)])).toMatchObject({ outcomes: ['revoked'] })
  })
})
