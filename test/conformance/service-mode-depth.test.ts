import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { openOwnFixture, type OwnFixture } from '../judges/own-fixture.ts'
import type { TaskJson } from '../judges/peer-commands.ts'
import { globalId } from '../tenant/global-id.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

const idOf = (resourceType: string, resource: string) => ({ resourceType, resource })
const action = (name: string, args: object): TaskJson => ({ actionInvoke: { name, args } })

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pubKey = Buffer.from(JSON.stringify(publicKey.export({ format: 'jwk' }))).toString('base64')
const encryptionConfigs = [{ provider: 'baton/jwk/v1', jwkPublicKeyConfig: { pubKey } }]

const Encrypted = z.object({
  success: z.object({
    response: z.object({ encryptedData: z.array(z.object({ encryptedBytes: z.string() })).min(1) }),
  }),
})
const Page = z.object({
  success: z.object({
    response: z.object({
      events: z.array(z.object({ id: z.string() })).default([]),
      cursor: z.string(),
      hasMore: z.boolean().default(false),
    }),
  }),
})

/** The end of one task, as the official stubs read it. */
async function endOf(at: OwnFixture, task: TaskJson) {
  const [id = ''] = await at.peer.enqueue(task)
  const { outcome, request } = await at.peer.heard('finished', ({ taskId }) => taskId === id, { within: 120_000 })
  return { outcome, request }
}

describe.skipIf(missing)(`what Twingate has besides people and groups ${missing ?? ''}`, () => {
  const tools = found as OfficialTools

  it('is granted and revoked, resource by resource, by tasks of the official stubs', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const { network } = at.tenant.tenant
    const resource = network.resources.find(({ access }) => access.length > 1)!
    const group = at.tenant.tenant.groups.find((one) => !resource.access.some(({ node }) => node === one))!
    const ref = { id: idOf('network-resource', resource.id) }
    const entitlement = { id: `network-resource:${resource.id}:access`, slug: 'access', resource: ref }
    const principal = { id: idOf('group', group.id) }
    const holders = () => resource.access.map(({ node }) => node.id)
    at.start()
    expect(await endOf(at, { grant: { entitlement, principal } })).toMatchObject({
      outcome: 'success',
      request: { success: { response: { grants: [{ id: `${entitlement.id}:group:${group.id}` }] } } },
    })
    expect(holders()).toContain(group.id)
    expect(await endOf(at, { revoke: { grant: { id: 'x', entitlement, principal } } })).toMatchObject({
      outcome: 'success',
    })
    expect(holders()).not.toContain(group.id)
    const account = { id: idOf('service-account', network.serviceAccounts[1]!.id) }
    expect(await endOf(at, { grant: { entitlement, principal: account } })).toMatchObject({ outcome: 'success' })
    expect(holders()).toContain(account.id.resource)
    expect(await at.peer.violations()).toEqual([])
  })

  it('lets devices be trusted, blocked and archived', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const device = at.tenant.tenant.network.devices.find(({ activeState }) => activeState === 'ACTIVE')!
    at.start()
    for (const name of ['untrust_device', 'trust_device', 'block_device', 'unblock_device', 'archive_device'])
      expect([name, await endOf(at, action(name, { device_id: device.id }))]).toMatchObject([
        name,
        { outcome: 'success' },
      ])
    expect([device.isTrusted, device.activeState]).toEqual([true, 'ARCHIVED'])
    expect(await at.peer.violations()).toEqual([])
  })

  it('gives the secrets of new and of replaced keys, which official code decrypts', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const { network } = at.tenant.tenant
    const account = network.serviceAccounts[0]!
    const old = account.keys.find(({ status }) => status === 'ACTIVE')!
    at.start()
    const secretIn = async (request: unknown): Promise<string> => {
      const { encryptedData } = Encrypted.parse(request).success.response
      const file = join(at.folder, 'encrypted.json')
      const bytes = encryptedData[0]?.encryptedBytes
      writeFileSync(file, JSON.stringify({ jwk: privateKey.export({ format: 'jwk' }), bytes }))
      return tools.decrypt(file)
    }
    const identityId = idOf('service-account', account.id)
    const issued = await endOf(at, {
      issueCredential: { identityId, credentialOptions: { apiKey: {} }, encryptionConfigs },
    })
    expect(issued.outcome).toBe('success')
    expect(await secretIn(issued.request)).toBe(network.secretOf(account.keys.at(-1)!))
    const rotated = await endOf(at, {
      rotateCredentials: { resourceId: idOf('service-account-key', old.id), encryptionConfigs },
    })
    const made = account.keys.at(-1)!
    expect(rotated).toMatchObject({
      outcome: 'success',
      request: {
        success: {
          response: {
            resourceId: idOf('service-account-key', old.id),
            annotations: [{ id: idOf('service-account-key', made.id) }],
          },
        },
      },
    })
    expect(await secretIn(rotated.request)).toBe(network.secretOf(made))
    expect([old.status, made.status, made.name]).toEqual(['REVOKED', 'ACTIVE', old.name])
    expect(await at.peer.violations()).toEqual([])
  })

  it('tells requests for access as events and as tickets', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const { network, users } = at.tenant.tenant
    const resource = network.resources[0]!
    const requests = [1, 2, 3].map(() => network.addRequest(users[0]!, resource, 'please'))
    at.start({ BATON_TICKETING: 'true' })
    const list = [{ id: 'access-requests', supportedEventTypes: ['EVENT_TYPE_RESOURCE_CHANGE'] }]
    expect(await endOf(at, { listEventFeeds: {} })).toMatchObject({ request: { success: { response: { list } } } })
    const told: string[] = []
    const read = async (cursor: string): Promise<string> => {
      const { request } = await endOf(at, { listEvents: { eventFeedId: 'access-requests', cursor, pageSize: 2 } })
      const page = Page.parse(request).success.response
      told.push(...page.events.map(({ id }) => id))
      return page.hasMore ? read(page.cursor) : page.cursor
    }
    const cursor = await read('')
    expect(told.toSorted()).toEqual(network.requests.map(({ id }) => `access-request:${id}:requested`).toSorted())
    const [first, second] = requests
    expect(await endOf(at, action('approve_access_request', { access_request_id: first!.id }))).toMatchObject({
      outcome: 'success',
    })
    told.length = 0
    await read(cursor)
    expect(told).toEqual([`access-request:${first!.id}:approved`])
    const ticket = { id: first!.id, status: { id: 'APPROVED' }, requestedFor: { id: idOf('user', users[0]!.id) } }
    expect(await endOf(at, { getTicket: { ticketId: first!.id } })).toMatchObject({
      request: { success: { response: { ticket } } },
    })
    const ticketRequests = [{ ticketId: second!.id }, { ticketId: globalId('AccessRequest', 999_999) }]
    expect(await endOf(at, { bulkGetTickets: { ticketRequests } })).toMatchObject({
      request: {
        success: {
          response: {
            tickets: [
              { ticket: { id: second!.id } },
              { error: expect.stringContaining('there is no request') as string },
            ],
          },
        },
      },
    })
    expect(await endOf(at, { listTicketSchemas: {} })).toMatchObject({
      request: { success: { response: { list: [{ id: 'access-request' }] } } },
    })
    const created = { ticketRequest: { displayName: 't' }, ticketSchema: { id: 'access-request' } }
    expect(await endOf(at, { createTicketTask: created })).toMatchObject({ outcome: 'failed' })
    await at.tidied()
    expect(await at.peer.violations()).toEqual([])
  })
})
