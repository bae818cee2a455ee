import { writeFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { globalId } from '../tenant/global-id.ts'
import { Tenant } from '../tenant/tenant.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'

/** A resource and a group of the same name, so that only the principal tells which of them is meant. */
async function site() {
  const tenant = new Tenant()
  const { network } = tenant
  const ada = tenant.addUser({ firstName: 'Ada', lastName: 'Okafor', email: 'ada@acme.example', role: 'ADMIN' })
  const wikiGroup = tenant.addGroup({ name: 'Wiki' })
  const red = tenant.addGroup({ name: 'Red' })
  const blue = tenant.addGroup({ name: 'Blue', type: 'SYNCED' })
  const robot = network.addServiceAccount({ name: 'Robot' })
  const cloud = network.addRemoteNetwork({ name: 'Cloud' })
  const wiki = network.addResource(cloud, { name: 'Wiki', securityPolicy: tenant.policies[0] })
  const database = network.addResource(cloud, { name: 'Production database' })
  network.allow(database, red)
  const place = createPlace(onTestFinished)
  const server = await place.serve({ tenant, keys: { [KEY]: 'provision' } })
  const run = (...args: readonly string[]) => place.run(args, { env: settingsFor(server.baseUrl) })
  const reached = ({ access }: typeof wiki) => access.map(({ node }) => node.name)
  return { tenant, network, place, server, run, ada, wikiGroup, red, blue, robot, wiki, database, reached }
}

describe('grant and revoke of access to a resource', () => {
  it('say what they do, succeed again without a write, and send single edges', async () => {
    const { run, server, database, reached } = await site()
    const planned = await run('grant', 'Production database', 'Blue', '--dry-run')
    expect([planned.code, planned.stdout]).toEqual([
      0,
      'planned  Blue  network-resource Production database  (no access → access)\n',
    ])
    const first = await run('grant', 'Production database', 'Blue', 'Robot')
    expect([first.code, first.stdout]).toEqual([
      0,
      'granted  Blue  network-resource Production database  (no access → access)\n' +
        'granted  Robot  network-resource Production database  (no access → access)\n',
    ])
    expect([server.counts().writes, reached(database)]).toEqual([1, ['Red', 'Blue', 'Robot']])
    const again = await run('grant', database.id, 'Blue', '--output', 'json')
    expect(JSON.parse(again.stdout)).toMatchObject({
      outcome: 'already-granted',
      entitlement: `network-resource:${database.id}:access`,
      principalType: 'group',
    })
    const taken = await run('revoke', `bid:r:network-resource/${database.id}`, 'Robot', 'Blue')
    expect([taken.code, reached(database)]).toEqual([0, ['Red']])
    expect((await run('revoke', 'Production database', 'Blue')).stdout).toMatch(/^already-revoked {2}/)
    expect(server.counts().writes).toBe(2)
  })

  it('know a resource from a group of the same name by who is named', async () => {
    const { run, wiki, wikiGroup, ada, reached } = await site()
    expect((await run('grant', 'Wiki', 'ada@acme.example')).code).toBe(0)
    expect((await run('grant', 'Wiki', 'Blue')).code).toBe(0)
    expect([wikiGroup.users.includes(ada), reached(wiki)]).toEqual([true, ['Blue']])
  })

  it('give access that ends, in the terms of Twingate', async () => {
    const { run, database, tenant } = await site()
    const before = Date.now()
    const args = ['--for', '8h', '--auto-lock', '14d', '--policy', 'Trusted Devices']
    const { code, stdout } = await run('grant', 'Production database', 'Blue', ...args)
    expect(code).toBe(0)
    expect(stdout).toMatch(/\(no access → access until \S+Z, locks after 14 days, policy "Trusted Devices"\)/)
    const [, edge] = database.access
    const lasts = Date.parse(edge?.expiresAt ?? '') - before
    expect(lasts).toBeGreaterThanOrEqual(8 * 3_600_000)
    expect(lasts).toBeLessThan(8 * 3_600_000 + 120_000)
    expect(edge).toMatchObject({ accessPolicy: { mode: 'AUTO_LOCK', durationSeconds: 1_209_600 } })
    expect(edge?.securityPolicy).toBe(tenant.policies[1])
    const later = await run('grant', 'Production database', 'Blue', '--until', '2031-05-01T18:00+02:00')
    expect(later.stdout).toMatch(/access until 2031-05-01T16:00:00Z/)
    expect(edge?.securityPolicy).toBe(tenant.policies[1])
  })

  it.each([
    [['--until', '2001-01-01'], /is past/],
    [['--until', 'Friday'], /is no time/],
    [['--until', '2031-05-01T18:00'], /with its zone/],
    [['--for', '8 hours'], /no span of time/],
    [['--for', '0h'], /no span of time/],
    [['--for', '8h', '--until', '2031-05-01'], /given twice/],
    [['--auto-lock', '1h'], /too short/],
  ])('refuse %j with a sentence and send nothing', async (args, words) => {
    const { run, server } = await site()
    const { code, stderr } = await run('grant', 'Production database', 'Blue', ...args)
    expect([code, server.counts().writes]).toEqual([3, 0])
    expect(stderr).toMatch(words)
  })

  it.each([
    [['grant', 'Production database', 'ada@acme.example'], 9, /through groups only/],
    [['grant', 'Produktion', 'Blue'], 5, /there is no group "Produktion".*; no resource has this name either/],
    [['grant', 'Production database', 'Bleu'], 5, /there is no group or service account "Bleu"/],
    [['grant', 'Production database', 'Blue', '--policy', 'None'], 5, /there is no security policy "None"/],
    [['grant', 'Red', 'ada@acme.example', '--for', '8h'], 3, /there is no resource "Red"/],
    [['grant', globalId('Resource', 999), 'Blue'], 5, /there is no resource/],
  ])('%j is refused', async (args, expected, words) => {
    const { run, server } = await site()
    const { code, stderr } = await run(...args)
    expect([code, server.counts().writes]).toEqual([expected, 0])
    expect(stderr).toMatch(words)
  })
})

describe('what costs more than it says', () => {
  it('is confirmed: a resource that is left without any group', async () => {
    const { run, server, database, reached } = await site()
    const refused = await run('revoke', 'Production database', 'Red')
    expect([refused.code, server.counts().writes, reached(database)]).toEqual([9, 0, ['Red']])
    expect(refused.stdout).toMatch(/^not-attempted {2}Red/)
    expect(refused.stderr).toMatch(/"Production database" is left without any group.*--yes confirms it/)
    expect((await run('revoke', 'Production database', 'Red', '--yes')).code).toBe(0)
    expect(reached(database)).toEqual([])
  })

  it('is not asked where the same run gives access to another group', async () => {
    const { run, place, database, reached } = await site()
    const file = `${place.folder}/changes.csv`
    writeFileSync(file, 'operation,target,user\nrevoke,Production database,Red\ngrant,Production database,Blue\n')
    expect((await run('apply', file)).code).toBe(0)
    expect(reached(database)).toEqual(['Blue'])
  })

  it('is confirmed: another policy for access that is there already', async () => {
    const { run, network, wiki, blue } = await site()
    network.allow(wiki, blue)
    const refused = await run('grant', wiki.id, 'Blue', '--policy', 'Trusted Devices')
    expect(refused.code).toBe(9)
    expect(refused.stderr).toMatch(/"Blue" reaches "Wiki" under the policy "Trusted Devices" then/)
    expect((await run('grant', wiki.id, 'Blue', '--policy', 'Trusted Devices', '-y')).code).toBe(0)
  })
})

describe('a file of changes', () => {
  it('gives access on terms, one write for a resource, beside memberships', async () => {
    const { run, place, server, database, red, ada, reached } = await site()
    const file = `${place.folder}/changes.csv`
    const rows = [
      'operation,target,principal,until,auto_lock',
      'grant,Production database,Blue,2031-05-01T18:00Z,',
      'grant,Production database,Robot,,',
      'grant,Red,ada@acme.example,,',
    ]
    writeFileSync(file, rows.join('\n'))
    const { code } = await run('apply', file)
    expect([code, server.counts().writes, reached(database)]).toEqual([0, 2, ['Red', 'Blue', 'Robot']])
    expect(database.access[1]?.expiresAt).toBe('2031-05-01T18:00:00.000000+00:00')
    expect(red.users).toContain(ada)
  })

  it('names the line whose terms are wrong', async () => {
    const { run, place, server } = await site()
    const file = `${place.folder}/changes.csv`
    writeFileSync(file, 'operation,target,user,for\ngrant,Production database,Blue,8h\ngrant,Wiki,Blue,soon\n')
    const { code, stderr } = await run('apply', file)
    expect([code, server.counts().writes]).toEqual([3, 0])
    expect(stderr).toMatch(/line 3: .*no span of time/)
  })
})

describe('the flags of Go connectors', () => {
  it('give and take access by ids, and tell what is left without a group', async () => {
    const { run, database, blue, red, reached } = await site()
    const entitlement = `network-resource:${database.id}:access`
    const given = ['--grant-entitlement', entitlement, '--grant-principal', blue.id, '--grant-principal-type', 'group']
    expect((await run(...given)).stdout).toMatch(/^granted /)
    expect((await run('--revoke-grant', `${entitlement}:group:${blue.id}`)).stdout).toMatch(/^revoked /)
    const last = await run('--revoke-grant', `${entitlement}:group:${red.id}`)
    expect([last.code, reached(database)]).toEqual([0, []])
    expect(last.stderr).toMatch(/left without any group/)
  })
})

it('--update-file brings the snapshot up to date in the access that changed', async () => {
  const { run, place, database, blue, red } = await site()
  expect((await run('--file', 'sync.c1z')).code).toBe(0)
  expect((await run('grant', 'Production database', 'Blue', '--update-file', '--file', 'sync.c1z')).code).toBe(0)
  expect((await run('revoke', 'Production database', 'Red', '--update-file', '--file', 'sync.c1z')).code).toBe(0)
  const listed = await place.run(['list', 'grants', '-f', 'sync.c1z', '--output', 'json'])
  expect([listed.code, listed.stdout.includes(`network-resource:${database.id}:access:group:${blue.id}`)]).toEqual([
    0,
    true,
  ])
  expect(listed.stdout).not.toContain(`network-resource:${database.id}:access:group:${red.id}`)
})
