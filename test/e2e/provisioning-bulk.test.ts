import { writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RunningTenant, TenantOptions } from '../tenant/start-tenant.ts'
import { hasTerminal, TERMINAL } from '../support/terminal.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import type { Tenant } from '../tenant/tenant.ts'
import { createPlace, KEY, type Place, settingsFor } from '../support/place.ts'

const GROUPS = 6
const USERS = 30

/** A tenant without memberships, and a file that makes every user a member of every group. */
async function bulk(options: TenantOptions = {}) {
  const place = createPlace(onTestFinished)
  const tenant = seedTenant({ users: USERS, groups: GROUPS, membershipsPerUser: 0 })
  for (const group of tenant.groups) group.type = 'MANUAL'
  const server = await place.serve({ tenant, keys: { [KEY]: 'provision' }, ...options })
  const rows = tenant.groups.flatMap((group) => tenant.users.map((user) => `grant,${group.id},${user.id}`))
  const file = place.input('changes.csv', ['operation,target,user', ...rows].join('\n'))
  return { place, tenant, server, file, env: settingsFor(server.baseUrl) }
}

const memberships = (tenant: Tenant): number => tenant.groups.reduce((sum, group) => sum + group.users.length, 0)

const outcomes = (stdout: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(stdout.split('\n').filter(Boolean), (line) => JSON.parse(line).outcome as string)].map(
      ([outcome, all]) => [outcome, all.length],
    ),
  )

/** The same, with every write made at once and answered late. */
const slowBulk = () => bulk({ faults: [{ operation: 'GroupMembersUpdate', kind: 'slow', delayMs: 400 }] })

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await wait(5)
}

const run = (place: Place, server: RunningTenant, file: string) =>
  place.run(['apply', '--from', file, '--output', 'json'], { env: settingsFor(server.baseUrl) })

describe('apply --from', () => {
  it('sends one write a group and a line a row', async () => {
    const { place, server, file, tenant } = await bulk()
    const { code, stdout } = await run(place, server, file)
    expect([code, server.counts().writes, memberships(tenant)]).toEqual([0, GROUPS, GROUPS * USERS])
    expect(outcomes(stdout)).toEqual({ granted: GROUPS * USERS })
    const again = await run(place, server, file)
    expect([again.code, server.counts().writes]).toEqual([0, GROUPS])
    expect(outcomes(again.stdout)).toEqual({ 'already-granted': GROUPS * USERS })
  })

  it.each([
    ['operation,target,user\ngrand,G,u\nrevoke,,u', 3, ['line 2: unknown operation "grand"', 'line 3: names no group']],
    [
      'operation,target,user\ngrant,Nowhere,nobody@x.example\nrole,KING,nobody@x.example',
      5,
      [
        'line 2: there is no group "Nowhere"',
        'line 2: there is no user',
        'line 3: there is no role "KING"',
        'line 3: there is no user',
      ],
    ],
    [
      'operation,target,user\ngrant,bid:r:user/1,nobody@x.example',
      3,
      ['line 2: bid:r:user/1', 'line 2: there is no user'],
    ],
  ])('lists every wrong row of %j and sends nothing', async (text, expectedCode, says) => {
    const { place, server, env } = await bulk()
    const { code, stderr, stdout } = await place.run(['apply', '--from', place.input('wrong.csv', text)], { env })
    expect([code, stdout, server.counts().writes]).toEqual([expectedCode, '', 0])
    for (const sentence of says) expect(stderr).toContain(sentence)
  })

  it('names the line of an id that Twingate cannot read, whatever its words', async () => {
    const { place, env, tenant, server } = await bulk({ habits: { unreadableId: 'Incorrect padding', pathless: true } })
    const [group] = tenant.groups
    const rows = [tenant.users[0]!.id, 'VXNlcjozTw==', tenant.users[1]!.id].map((id) => `revoke,${group!.id},${id}`)
    const file = place.input('slip.csv', ['operation,target,user', ...rows].join('\n'))
    const { code, stdout, stderr } = await place.run(['apply', '--from', file], { env })
    expect([code, stdout, server.counts().writes]).toEqual([5, '', 0])
    expect(stderr).toMatch(/^ {2}line 3: "VXNlcjozTw==" is not the id of a user; .*\(.*Incorrect padding\)$/m)
  })

  it('names the line of every result, also where two rows ask for the same in other words', async () => {
    const { place, env, tenant, server } = await bulk()
    const [group, other] = tenant.groups
    const [user] = tenant.users
    tenant.addMember(other!, user!)
    const rows = [group!.id, group!.name, other!.name].map((name) => `grant,"${name}",${user!.id}`)
    const file = place.input('same.csv', ['operation,target,user', rows[0], '', ...rows.slice(1)].join('\n'))
    const { stdout } = await place.run(['apply', '--from', file, '--output', 'json'], { env })
    const told = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
    expect(told.map(({ line, outcome }) => [line, outcome])).toEqual([
      [5, 'already-granted'],
      [2, 'granted'],
      [4, 'granted'],
    ])
    expect(server.counts().writes).toBe(1)
    const again = await place.run(['apply', '--from', file], { env })
    expect(again.stdout.match(/(?<= {2}line )\d$/gm)).toEqual(['2', '4', '5'])
  })

  it('names the line of the first refusal in its error, and of every one in its results', async () => {
    const { place, env, tenant, server } = await bulk()
    const [group, synced] = tenant.groups
    synced!.type = 'SYNCED'
    const rows = [group!, synced!, synced!].map(({ id }, i) => `grant,${id},${tenant.users[i]!.id}`)
    const file = place.input('refused.csv', ['operation,target,user', ...rows].join('\n'))
    const { code, stdout, stderr } = await place.run(['apply', '--from', file], { env })
    expect([code, server.counts().writes]).toEqual([9, 0])
    expect(stderr).toMatch(/^baton-twingate: grant: line 3: members of .* cannot be changed/m)
    const told = [...stdout.matchAll(/^(\S+) .* {2}line (\d)$/gm)].map(([, outcome, line]) => [outcome, line])
    expect(told).toEqual([
      ['not-attempted', '2'],
      ['refused', '3'],
      ['refused', '4'],
    ])
  })

  it('reads standard input', async () => {
    const { place, file, env, tenant } = await bulk()
    const under = ['sh', '-c', `exec "$@" < ${file}`, 'sh']
    expect((await place.run(['apply', '--from', '-'], { env, under })).code).toBe(0)
    expect(memberships(tenant)).toBe(GROUPS * USERS)
  })
})

describe.skipIf(!hasTerminal)('progress on a terminal', () => {
  const CLEAR = '\r\u001b[2K'

  it('tells changes done, writes to go and the time they take, and is gone from the lines that stay', async () => {
    const { place, file, env } = await bulk()
    const { code, stdout } = await place.run(['apply', '--from', file, '--yes'], {
      env: { ...env, NO_COLOR: '1' },
      under: TERMINAL,
    })
    expect(code).toBe(0)
    expect(stdout).toContain(`${CLEAR}checking 180 changes`)
    expect(stdout).toContain(`${CLEAR}60 of 180 changes · 4 writes to go · 12 s left at 20 writes a minute`)
    expect(stdout).toContain(`${CLEAR}179 of 180 changes · 1 write to go`)
    const lines = stdout.split('\r\n').map((line) => line.slice(line.lastIndexOf(CLEAR) + CLEAR.length))
    expect(lines.filter((line) => line.startsWith('granted '))).toHaveLength(180)
    expect(stdout.split(CLEAR).at(-1)).toMatch(/^granted .* {2}line 181\r\n180 granted; \d+ requests; \+180 −0 ~0\r\n$/)
  })

  it('counts down how long the rate limit holds a write', async () => {
    const { place, file, env } = await bulk({ limits: { model: 'sliding', writes: 4, windowMs: 2_000 } })
    const { code, stdout } = await place.run(['apply', '--from', file, '--yes'], {
      env: { ...env, NO_COLOR: '1' },
      under: TERMINAL,
    })
    expect(code).toBe(0)
    expect(stdout).toMatch(/waiting \d s for the rate limit/)
    expect(stdout).toMatch(/180 granted; \d+ requests, waited .* for the rate limit/)
  })

  it('is not written into a pipe', async () => {
    const { place, file, env } = await bulk()
    const { stdout, stderr } = await place.run(['apply', '--from', file], { env })
    for (const mark of ['\r', '\u001b', 'writes to go']) expect(stdout + stderr).not.toContain(mark)
  })
})

describe('a bulk that is stopped', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('by %s does only what is missing when it is run again', async (signal) => {
    const { place, server, file, tenant, env } = await slowBulk()
    const running = place.start(['apply', '--from', file, '--output', 'json'], { env })
    await until(() => server.counts().writes >= 2)
    running.kill(signal)
    const { code, stdout, stderr } = await running.ended
    const done = memberships(tenant)
    expect(done).toBeGreaterThanOrEqual(USERS)
    expect(done).toBeLessThan(GROUPS * USERS)
    if (signal === 'SIGTERM') {
      expect(code).toBe(1)
      expect(stderr).toContain('running the same again does only what is missing')
      expect(outcomes(stdout)['granted']).toBe(done)
    }
    server.plan({})
    const before = server.counts().writes
    const again = await run(place, server, file)
    expect([again.code, memberships(tenant)]).toEqual([0, GROUPS * USERS])
    expect(server.counts().writes - before).toBe((GROUPS * USERS - done) / USERS)
  })
})

describe('apply FILE', () => {
  it('takes the file as a word or by --from, and not by both or by none', async () => {
    const { place, server, file, env, tenant } = await bulk()
    const { code, stderr } = await place.run(['apply', file], { env })
    expect([code, server.counts().writes, memberships(tenant)]).toEqual([0, GROUPS, GROUPS * USERS])
    expect(stderr).toMatch(/^180 granted; \d+ requests; \+180 −0 ~0$/m)
    const both = await place.run(['apply', file, '--from', file], { env })
    expect([both.code, both.stderr]).toEqual([3, expect.stringContaining('apply: takes no words behind it')])
    const none = await place.run(['apply'], { env })
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('apply <file>: is missing')])
  })

  it('reads standard input for -', async () => {
    const { place, file, env, tenant } = await bulk()
    const { code } = await place.run(['apply', '-'], { env, under: ['sh', '-c', `exec "$0" "$@" < '${file}'`] })
    expect([code, memberships(tenant)]).toEqual([0, GROUPS * USERS])
  })
})

describe('grant and revoke --from', () => {
  /** As a spreadsheet of another country saves it. */
  const peopleOf = (tenant: Tenant): string =>
    `\uFEFFName;E-Mail Address;Team\r\n${tenant.users.map(({ email }, i) => `"Person; ${i}";${email};Ops\r\n`).join('')}`

  it('makes everybody in the file a member of each group, in one write a group, and takes it back', async () => {
    const { place, server, env, tenant } = await bulk()
    const file = place.input('people.csv', peopleOf(tenant))
    const groups = tenant.groups.slice(0, 2).map(({ name }) => name)
    const granted = await place.run(['grant', ...groups, '--from', file], { env })
    expect([granted.code, server.counts().writes, memberships(tenant)]).toEqual([0, 2, 2 * USERS])
    expect(granted.stdout).toMatch(/^granted {2}.* {2}line 31$/m)
    expect(granted.stderr).toContain('; +60 −0 ~0')
    const revoked = await place.run(['revoke', ...groups, '--from', file], { env })
    expect([revoked.code, server.counts().writes, memberships(tenant)]).toEqual([0, 4, 0])
  })

  it('sends nothing where somebody is unknown, and names each line and each group once', async () => {
    const { place, server, env, tenant } = await bulk()
    const file = place.input('people.csv', `${peopleOf(tenant)}Nobody;nobody@x.example;Ops\r\n`)
    const { code, stdout, stderr } = await place.run(['grant', tenant.groups[0]!.id, 'Nowhere', '--from', file], {
      env,
    })
    expect([code, stdout, server.counts().writes]).toEqual([5, '', 0])
    expect(stderr.match(/there is no group "Nowhere"/g)).toHaveLength(1)
    expect(stderr.match(/line 32: there is no user "nobody@x.example"/g)).toHaveLength(1)
    expect(stderr).toContain('2 problems, nothing was sent')
  })

  it.each([
    ['UTF-16', Buffer.from('\uFEFFName\tE-mail\r\nAda\ta@x.example', 'utf16le'), 'line 1: the file is in UTF-16'],
    ['no column of addresses', Buffer.from('Name,Phone\nAda,1'), 'line 1: the header row must name a column'],
  ])('refuses a file with %s in a sentence', async (_, bytes, sentence) => {
    const { place, env, server, tenant } = await bulk()
    const file = place.input('people.csv', '')
    writeFileSync(file, bytes)
    const { code, stdout, stderr } = await place.run(['grant', tenant.groups[0]!.id, '--from', file], { env })
    expect([code, stdout, server.counts().writes]).toEqual([3, '', 0])
    expect(stderr).toContain(sentence)
    expect(stderr.trimEnd().split('\n')).toHaveLength(2)
  })
})
