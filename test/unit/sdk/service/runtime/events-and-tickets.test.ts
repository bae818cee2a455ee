import { describe, expect, it } from 'vitest'
import type { TaskResult, TaskWork } from '../../../../../src/sdk/service/baton-service.ts'
import { connectorFor, startDaemon } from '../../../../support/run-daemon-with.ts'
import { tenantOf, writes } from '../../../../tenant/tenant-of.ts'
import type { RunningTenant, TenantOptions } from '../../../../tenant/start-tenant.ts'

async function resultOf(server: RunningTenant, work: TaskWork): Promise<TaskResult | undefined> {
  const daemon = startDaemon({ connector: connectorFor(server) })
  const id = daemon.peer.add(work)
  await daemon.peer.allFinished()
  await daemon.stop()
  expect(daemon.peer.violations).toEqual([])
  return daemon.peer.results(id)[0]
}

/** Three requests, of which one was approved. */
async function site(options: TenantOptions = {}) {
  const server = await tenantOf(options)
  const { network, users } = server.tenant
  network.requests.length = 0
  const [ada, resource] = [users[3]!, network.resources[0]!]
  const requests = ['one', 'two', 'three'].map((reason) => network.addRequest(ada, resource, reason))
  requests.forEach((request, i) => (request.requestedAt = `2026-01-0${i + 1}T00:00:00.000000+00:00`))
  requests[1]!.status = 'APPROVED'
  return { server, requests, ada, resource }
}

const reading = (cursor = '', size = 2): TaskWork => ({
  ...{ kind: 'list-events', feed: 'access-requests', cursor, size },
  startAt: undefined,
})

interface Page {
  readonly events: readonly { readonly id: string }[]
  readonly cursor: string
  readonly has_more: boolean
}
const pageIn = (result: TaskResult | undefined): Page => {
  if (result?.kind !== 'success') throw new Error(JSON.stringify(result))
  return result.response?.value as unknown as Page
}

describe('the event feed', () => {
  it('is named with the kind of its events', async () => {
    const { server } = await site()
    const list = [{ id: 'access-requests', supported_event_types: ['EVENT_TYPE_RESOURCE_CHANGE'] }]
    expect(await resultOf(server, { kind: 'list-event-feeds' })).toMatchObject({
      response: { type: 'c1.connector.v2.ListEventFeedsResponse', value: { list } },
    })
  })

  it('gives each request and each decision once, a page a task', async () => {
    const { server, requests, ada, resource } = await site()
    const told = (i: number, what: string) => `access-request:${requests[i]?.id}:${what}`
    const first = pageIn(await resultOf(server, reading()))
    expect(first).toMatchObject({
      events: [
        {
          id: told(0, 'requested'),
          resource_change_event: { resource_id: { resource_type: 'network-resource', resource: resource.id } },
          annotations: [
            { type: 'c1.connector.v2.Resource', value: { id: { resource_type: 'access-request' } } },
            { type: 'c1.connector.v2.Resource', value: { id: { resource_type: 'user', resource: ada.id } } },
          ],
        },
        { id: told(1, 'requested') },
      ],
      has_more: true,
    })
    const second = pageIn(await resultOf(server, reading(first.cursor)))
    expect(second.events.map(({ id }) => id)).toEqual([told(1, 'approved'), told(2, 'requested')])
    requests[0]!.status = 'REJECTED'
    const third = pageIn(await resultOf(server, reading(second.cursor)))
    expect([third.events.map(({ id }) => id), third.has_more]).toEqual([[told(0, 'rejected')], false])
    expect(pageIn(await resultOf(server, reading(third.cursor))).events).toEqual([])
  })

  it('refuses a cursor that is none of its own for good', async () => {
    const { server } = await site()
    expect(await resultOf(server, reading('x'))).toMatchObject({ kind: 'failure', code: 3, retryable: false })
  })

  it('fails where the requests cannot be read, and never gives a part of them', async () => {
    const { server } = await site({ faults: [{ operation: 'AllRequests', kind: '403' }] })
    expect(await resultOf(server, reading())).toMatchObject({ kind: 'failure', code: 7, retryable: false })
  })
})

describe('tickets', () => {
  it('have one schema, with the states of a request for access', async () => {
    const { server } = await site()
    expect(await resultOf(server, { kind: 'list-ticket-schemas' })).toMatchObject({
      response: {
        type: 'c1.connector.v2.TicketsServiceListTicketSchemasResponse',
        value: {
          list: [{ id: 'access-request', statuses: [{ id: 'PENDING' }, { id: 'APPROVED' }, { id: 'REJECTED' }] }],
        },
      },
    })
  })

  it('show what became of a request', async () => {
    const { server, requests, ada } = await site()
    const work: TaskWork = { kind: 'get-tickets', ids: [requests[1]!.id], bulk: false }
    expect(await resultOf(server, work)).toMatchObject({
      response: {
        type: 'c1.connector.v2.TicketsServiceGetTicketResponse',
        value: {
          ticket: {
            ...{ id: requests[1]!.id, description: 'two', status: { id: 'APPROVED' } },
            requested_for: { id: { resource_type: 'user', resource: ada.id } },
          },
        },
      },
    })
  })

  it('of several ids have an answer for each, in their order', async () => {
    const { server, requests } = await site()
    const gone = btoa('AccessRequest:999999')
    const ids = [requests[2]!.id, gone, 'nonsense', requests[2]!.id]
    const answers = [
      { ticket: { id: ids[0] } },
      { error: /there is no request/ },
      { error: /is not the id/ },
      { ticket: {} },
    ]
    expect(await resultOf(server, { kind: 'get-tickets', ids, bulk: true })).toMatchObject({
      response: {
        value: {
          tickets: answers.map(({ error, ticket }) =>
            ticket ? { ticket } : { error: expect.stringMatching(error ?? '') as string },
          ),
        },
      },
    })
  })

  it('of an unknown id are not found', async () => {
    const { server } = await site()
    const work: TaskWork = { kind: 'get-tickets', ids: [btoa('AccessRequest:999999')], bulk: false }
    expect(await resultOf(server, work)).toMatchObject({ kind: 'failure', code: 5, retryable: false })
  })

  it('cannot be created, and the sentence says where to ask', async () => {
    const { server } = await site()
    expect(await resultOf(server, { kind: 'not-offered', name: 'create_ticket_task' })).toMatchObject({
      ...{ kind: 'failure', code: 12, retryable: false },
      message: expect.stringContaining('asks for it in the Twingate client') as string,
    })
    expect(writes(server)).toEqual([])
  })
})
