import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Tenant } from '../tenant/tenant.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'

/** Ada leaves: she is in two local groups, of which one reaches two resources, has a role, two devices and an open request. */
async function site() {
  const tenant = new Tenant()
  const { network } = tenant
  tenant.addUser({ firstName: 'Root', email: 'root@acme.example', role: 'ADMIN' })
  const ada = tenant.addUser({ firstName: 'Ada', lastName: 'Okafor', email: 'ada@acme.example', role: 'DEVOPS' })
  const eve = tenant.addUser({ firstName: 'Eve', email: 'eve@acme.example' })
  const everyone = tenant.addGroup({ name: 'Everyone', type: 'SYSTEM' })
  const red = tenant.addGroup({ name: 'Red' })
  const blue = tenant.addGroup({ name: 'Blue' })
  const okta = tenant.addGroup({ name: 'Okta', type: 'SYNCED' })
  for (const group of [red, blue]) for (const user of [ada, eve]) tenant.addMember(group, user)
  const cloud = network.addRemoteNetwork()
  const resources = ['Wiki', 'Database'].map((name) => network.addResource(cloud, { name }))
  for (const resource of resources) network.allow(resource, red)
  const laptop = network.addDevice(ada, { name: 'laptop' })
  const phone = network.addDevice(ada, { name: 'phone', activeState: 'BLOCKED' })
  const hers = network.addDevice(eve)
  const [wiki] = resources
  const request = network.addRequest(ada, wiki!, 'for Friday')
  const place = createPlace(onTestFinished)
  const server = await place.serve({ tenant, keys: { [KEY]: 'provision' } })
  const run = (...args: readonly string[]) => place.run(args, { env: settingsFor(server.baseUrl) })
  return { tenant, place, server, run, ada, eve, everyone, red, okta, laptop, phone, hers, request }
}

const OUTCOMES = /^(\S+) {2}(.*?)(?: {2}\(.*)?$/

const linesOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => OUTCOMES.exec(line)?.slice(1, 3).join(' '))

describe('offboard', () => {
  it('says what a person holds and sends nothing but reads, then ends it all, and leaves nothing for a second run', async () => {
    const { run, server, place, ada, eve, red, laptop, phone, hers, request, everyone } = await site()
    const planned = await run('offboard', 'ada@acme.example', '--dry-run')
    expect([planned.code, server.counts().writes]).toEqual([0, 0])
    expect(
      new Set(
        planned.stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.split(' ')[0]),
      ),
    ).toEqual(new Set(['planned']))
    expect(planned.stderr).toMatch(/^reaches Wiki through Red\nreaches Database through Red\n7 planned; /)
    const done = await run('offboard', 'ada@acme.example', '--report', 'ada.json')
    expect([done.code, linesOf(done.stdout)]).toEqual([
      0,
      [
        'disabled Ada Okafor <ada@acme.example>  account disable',
        'revoked Ada Okafor <ada@acme.example>  group Red',
        'revoked Ada Okafor <ada@acme.example>  group Blue',
        'revoked Ada Okafor <ada@acme.example>  role DEVOPS',
        'rejected request for Wiki  access-request reject',
        'archived laptop  device archive',
        'archived phone  device archive',
      ],
    ])
    expect([ada.state, ada.role, ada.groups]).toEqual(['DISABLED', 'MEMBER', [everyone]])
    expect([laptop, phone, hers].map(({ activeState }) => activeState)).toEqual(['ARCHIVED', 'ARCHIVED', 'ACTIVE'])
    expect([request.status, red.users]).toEqual(['REJECTED', [eve]])
    const report = JSON.parse(readFileSync(join(place.folder, 'ada.json'), 'utf8')) as Record<string, unknown>
    expect(report).toMatchObject({
      dryRun: false,
      user: { email: 'ada@acme.example', role: 'DEVOPS' },
      held: {
        resources: [
          { name: 'Wiki', through: ['Red'] },
          { name: 'Database', through: ['Red'] },
        ],
        devices: [{ name: 'laptop' }, { name: 'phone' }],
        requests: [{ resource: 'Wiki' }],
      },
    })
    expect(report['steps']).toHaveLength(7)
    const again = await run('offboard', 'ada@acme.example')
    expect([again.code, linesOf(again.stdout)]).toEqual([
      0,
      ['already-disabled Ada Okafor <ada@acme.example>  account disable'],
    ])
  })

  it('does what Twingate can do for a user of an identity provider, and says what is left', async () => {
    const { run, tenant, ada, okta, laptop, everyone } = await site()
    ada.type = 'SYNCED'
    tenant.addMember(okta, ada)
    const { code, stdout, stderr } = await run('offboard', 'ada@acme.example')
    expect(code).toBe(9)
    expect(stdout).toMatch(/^refused {2}Ada .*account disable {2}\(.*comes from the identity provider/m)
    expect(stdout).toMatch(/^refused {2}Ada .*group Okta/m)
    expect(stderr).toMatch(/identity provider/)
    expect([ada.groups, laptop.activeState]).toEqual([[everyone, okta], 'ARCHIVED'])
  })

  it('is refused for the last active admin before anything is sent', async () => {
    const { run, server } = await site()
    const { code, stdout } = await run('offboard', 'root@acme.example')
    expect([code, server.counts().writes]).toEqual([9, 0])
    expect(stdout).toMatch(/^refused .*last active admin/)
  })

  it.each(['nowhere/ada.json', '.'])('sends nothing where the report %s could not be written', async (file) => {
    const { run, server, ada } = await site()
    const { code, stdout, stderr } = await run('offboard', 'ada@acme.example', '--report', file)
    expect([code, stdout, server.counts().writes, ada.state]).toEqual([3, '', 0, 'ACTIVE'])
    expect(stderr).toContain(`the file ${file} `)
  })

  it('of nobody is an error', async () => {
    const { run } = await site()
    expect((await run('offboard', 'nobody@acme.example')).code).toBe(5)
  })
})

describe('devices and requests for access', () => {
  it('are changed by id, and are so already the second time', async () => {
    const { run, laptop, request } = await site()
    expect((await run('device', 'trust', laptop.id)).stdout).toMatch(/^trusted .*\(not trusted → trusted\)/)
    expect((await run('device', 'trust', laptop.id)).stdout).toMatch(/^already-trusted /)
    expect((await run('device', 'block', laptop.id)).stdout).toMatch(/^blocked /)
    expect((await run('device', 'archive', laptop.id)).stdout).toMatch(/^archived /)
    const refused = await run('device', 'unblock', laptop.id)
    expect([refused.code, laptop.activeState, laptop.isTrusted]).toEqual([9, 'ARCHIVED', true])
    const listed = await run('access-request', 'list', '--output', 'json')
    expect(JSON.parse(listed.stdout)).toMatchObject({ id: request.id, email: 'ada@acme.example', resourceName: 'Wiki' })
    expect((await run('access-request', 'approve', request.id, '--dry-run')).stdout).toMatch(/^planned /)
    expect((await run('access-request', 'approve', request.id)).stdout).toMatch(/^approved .*\(PENDING → APPROVED\)/)
    expect((await run('access-request', 'reject', request.id)).code).toBe(9)
    expect((await run('device', 'trust', 'laptop')).code).toBe(5)
  })
})
