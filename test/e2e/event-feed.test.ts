import { describe, expect, it, onTestFinished } from 'vitest'
import { Tenant } from '../tenant/tenant.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'

/** Two requests of Ada: one of long ago, one of an hour ago. */
async function site() {
  const tenant = new Tenant()
  const { network } = tenant
  tenant.addUser({ firstName: 'Root', email: 'root@acme.example', role: 'ADMIN' })
  const ada = tenant.addUser({ firstName: 'Ada', email: 'ada@acme.example' })
  const wiki = network.addResource(network.addRemoteNetwork(), { name: 'Wiki' })
  const [old, fresh] = ['then', 'now'].map((reason) => network.addRequest(ada, wiki, reason))
  old!.requestedAt = '2026-01-01T00:00:00.000000+00:00'
  fresh!.requestedAt = new Date(Date.now() - 3_600_000).toISOString()
  const place = createPlace(onTestFinished)
  const server = await place.serve({ tenant, keys: { [KEY]: 'read' } })
  const run = (...args: readonly string[]) => place.run(args, { env: settingsFor(server.baseUrl) })
  return { run, wiki, ada, old: old!, fresh: fresh! }
}

interface Event {
  readonly id: string
}
const eventsIn = (stdout: string): readonly Event[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event)

const cursorIn = (stderr: string): string => /--event-feed-cursor (\S+)/.exec(stderr)?.[1] ?? ''

describe('--event-feed', () => {
  it('prints the events of the last day as protobuf writes them, and goes on behind its cursor', async () => {
    const { run, wiki, ada, old, fresh } = await site()
    const first = await run('--event-feed')
    expect([first.code, eventsIn(first.stdout)]).toEqual([
      0,
      [
        {
          id: `access-request:${fresh.id}:requested`,
          occurredAt: fresh.requestedAt,
          annotations: [
            {
              '@type': 'type.googleapis.com/c1.connector.v2.Resource',
              id: { resourceType: 'access-request', resource: fresh.id },
              parentResourceId: { resourceType: 'network-resource', resource: wiki.id },
              displayName: 'ada@acme.example asks for access to Wiki',
              profile: expect.objectContaining({ status: 'PENDING', reason: 'now', user_id: ada.id }) as object,
              createdAt: fresh.requestedAt,
            },
            {
              '@type': 'type.googleapis.com/c1.connector.v2.Resource',
              id: { resourceType: 'user', resource: ada.id },
              displayName: 'ada@acme.example',
            },
          ],
          resourceChangeEvent: { resourceId: { resourceType: 'network-resource', resource: wiki.id } },
        },
      ],
    ])
    old.status = 'APPROVED'
    const second = await run('--event-feed', '--event-feed-cursor', cursorIn(first.stderr))
    expect(eventsIn(second.stdout).map(({ id }) => id)).toEqual([`access-request:${old.id}:approved`])
    const third = await run('--event-feed', '--event-feed-cursor', cursorIn(second.stderr))
    expect([third.code, third.stdout]).toEqual([0, ''])
  })

  it('begins where it is told to', async () => {
    const { run, old, fresh } = await site()
    const { stdout } = await run(
      ...['--event-feed', '--event-feed-id', 'access-requests', '--event-feed-start-at', '2025-12-31T00:00:00Z'],
    )
    expect(eventsIn(stdout).map(({ id }) => id)).toEqual([old, fresh].map(({ id }) => `access-request:${id}:requested`))
  })

  it.each([
    [['--event-feed', '--event-feed-id', 'audit'], 5, /there is no event feed "audit"; there is access-requests/],
    [['--event-feed', '--event-feed-cursor', 'x'], 3, /the cursor is none of this feed/],
    [['--event-feed', '--event-feed-start-at', 'soon'], 3, /must be a time such as/],
    [['--event-feed-cursor', 'x'], 3, /works only together with --event-feed/],
    [['--event-feed', '--update-file'], 3, /works only with a change/],
  ])('refuses %j', async (args, code, text) => {
    const { run } = await site()
    const { code: ended, stderr } = await run(...args)
    expect([ended, stderr]).toEqual([code, expect.stringMatching(text)])
  })
})

describe('--get-ticket', () => {
  it('prints a request for access, and the states that there are', async () => {
    const { run, fresh } = await site()
    const { code, stdout } = await run('--get-ticket', '--ticket-id', fresh.id)
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { id: fresh.id, status: { id: 'PENDING' }, description: 'now' },
    ])
    const { stdout: schemas } = await run('--list-ticket-schemas')
    expect(JSON.parse(schemas)).toMatchObject({
      list: [{ id: 'access-request', statuses: [{ id: 'PENDING' }, {}, {}] }],
    })
  })

  it('of an unknown id is not found', async () => {
    const { run } = await site()
    expect((await run('--get-ticket', '--ticket-id', btoa('AccessRequest:99999'))).code).toBe(5)
  })
})
