import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Plan } from '../tenant/schedule.ts'
import { demoTenant } from '../tenant/demo-tenant.ts'
import type { RunningTenant } from '../tenant/start-tenant.ts'
import { Tenant } from '../tenant/tenant.ts'
import { createPlace, KEY, type Place, settingsFor } from '../support/place.ts'
import { toldIn } from '../support/expect-refusal.ts'

interface Site {
  readonly place: Place
  readonly server: RunningTenant
  readonly run: (...args: readonly string[]) => ReturnType<Place['run']>
}

async function site(
  tenant: Tenant = demoTenant(),
  plan: Plan = {},
  level: 'provision' | 'read' = 'provision',
): Promise<Site> {
  const place = createPlace(onTestFinished)
  const server = await place.serve({ tenant, keys: { [KEY]: level }, ...plan })
  return { place, server, run: (...args) => place.run(args, { env: settingsFor(server.baseUrl) }) }
}

/** Two plain users, an admin who is the only one, and a group of each kind. */
function smallTenant() {
  const tenant = new Tenant()
  const admin = tenant.addUser({ firstName: 'Ada', lastName: 'Okafor', email: 'ada@acme.example', role: 'ADMIN' })
  const grace = tenant.addUser({ firstName: 'Grace', lastName: 'Hopper', email: 'grace@acme.example' })
  const kofi = tenant.addUser({ firstName: 'Kofi', lastName: 'Mensah', email: 'kofi@acme.example' })
  const pending = tenant.addUser({ firstName: 'Pen', lastName: 'Ding', email: 'pen@acme.example', state: 'PENDING' })
  const synced = tenant.addUser({ firstName: 'Sy', lastName: 'Nced', email: 'sy@acme.example', type: 'SYNCED' })
  const engineering = tenant.addGroup({ name: 'Engineering' })
  const okta = tenant.addGroup({ name: 'Okta', type: 'SYNCED', originId: 'o1' })
  const everyone = tenant.addGroup({ name: 'Everyone', type: 'SYSTEM' })
  return { tenant, admin, grace, kofi, pending, synced, engineering, okta, everyone }
}

describe('grant and revoke', () => {
  it('change memberships in one write, say so, and succeed again without one', async () => {
    const { tenant, grace, kofi, engineering } = smallTenant()
    const { server, run } = await site(tenant)
    const first = await run('grant', 'Engineering', 'grace@acme.example', kofi.id)
    expect(first.stdout).toBe(
      'granted  Grace Hopper <grace@acme.example>  group Engineering  (not a member → member)\n' +
        'granted  Kofi Mensah <kofi@acme.example>  group Engineering  (not a member → member)\n',
    )
    expect(first.stderr).toMatch(/^2 granted; \d+ requests$/m)
    expect(first.code).toBe(0)
    expect([grace, kofi].every((user) => user.groups.includes(engineering))).toBe(true)
    expect(server.counts().writes).toBe(1)

    const again = await run('grant', engineering.id, 'GRACE@acme.example')
    expect([again.code, again.stdout]).toEqual([
      0,
      'already-granted  Grace Hopper <grace@acme.example>  group Engineering  (member)\n',
    ])
    expect(server.counts().writes).toBe(1)

    const taken = await run('revoke', `bid:r:group/${engineering.id}`, 'Grace Hopper', '--output', 'json')
    expect(taken.code).toBe(0)
    expect(JSON.parse(taken.stdout)).toMatchObject({
      operation: 'revoke',
      outcome: 'revoked',
      principal: grace.id,
      entitlement: `group:${engineering.id}:member`,
      before: 'member',
      after: 'not a member',
    })
    expect(grace.groups.includes(engineering)).toBe(false)
    expect((await run('revoke', 'Engineering', 'grace@acme.example')).stdout).toMatch(/^already-revoked {2}/)
    expect(server.counts().writes).toBe(2)
  })
})

describe('--dry-run', () => {
  const { grace, engineering } = smallTenant()
  const entitlement = `group:${engineering.id}:member`
  it.each([
    [['grant', 'Engineering', 'grace@acme.example'], /^planned .*\(not a member → member\)$/m],
    [['revoke', 'Engineering', 'grace@acme.example'], /^already-revoked /m],
    [['role', 'grace@acme.example', 'devops'], /^planned .*→/m],
    [['account', 'create', 'new@acme.example'], /^planned {2}new@acme.example .*→/m],
    [['account', 'disable', 'grace@acme.example'], /^planned .*ACTIVE → .*DISABLED/m],
    [['account', 'enable', 'grace@acme.example'], /^already-enabled /m],
    [['account', 'update', 'grace@acme.example', '--last-name', 'H'], /^planned .*→/m],
    [['account', 'reset-mfa', 'grace@acme.example'], /^planned /m],
    [['account', 'delete', 'grace@acme.example'], /^planned .*→ deleted/m],
    [['group', 'create', 'New'], /^planned {2}New /m],
    [['group', 'rename', 'Engineering', 'New'], /^planned .*→/m],
    [['group', 'delete', 'Engineering'], /^planned .*→ deleted/m],
    [['--grant-entitlement', entitlement, '--grant-principal', grace.id], /^planned /m],
    [['--revoke-grant', `${entitlement}:user:${grace.id}`], /^already-revoked /m],
    [['--revoke-grant', `role:devops:member:user:${grace.id}`], /^already-revoked /m],
    [
      ['--grant-entitlement', 'role:devops:member', '--grant-principal', grace.id],
      /^planned .*role Member → role DevOps/m,
    ],
    [['--delete-resource', engineering.id, '--delete-resource-type', 'group'], /^planned .*→ deleted/m],
    [['--create-account-email', 'new@acme.example'], /^planned /m],
    [['--create-resource', 'New', '--create-resource-type', 'group'], /^planned /m],
    [['--delete-resource', grace.id, '--delete-resource-type', 'user'], /^planned /m],
    [['--invoke-action', 'disable_user', '--invoke-action-args', JSON.stringify({ user_id: grace.id })], /^planned /m],
  ])('says what %j would do and changes nothing, with a key that may only read', async (args, expected) => {
    const { server, run, place } = await site(smallTenant().tenant, {}, 'read')
    const { code, stdout, stderr } = await run(...args, '--dry-run')
    expect([stderr.replace(/^.*;.*\n$/m, ''), code]).toEqual(['', 0])
    expect(stdout).toMatch(expected)
    expect(server.counts().writes).toBe(0)
    expect(place.contents()).toEqual({})
  })
})

describe('a user that comes from an identity provider', () => {
  it.each([
    ['account disable', [], 'change the user there'],
    ['account update', ['--last-name', 'New'], 'change the user there'],
    ['account delete', [], 'delete the account there'],
  ])('is not changed by %s in what the provider keeps', async (command, flags, says) => {
    const { server, run } = await site(smallTenant().tenant)
    const ended = await run(...command.split(' '), 'sy@acme.example', ...flags)
    expect([ended.code, server.counts().writes]).toEqual([9, 0])
    expect(ended.stderr).toContain('comes from the identity provider')
    expect(ended.stderr).toContain(says)
  })

  it('is not enabled either', async () => {
    const { tenant, synced } = smallTenant()
    synced.state = 'DISABLED'
    const { server, run } = await site(tenant)
    expect([(await run('account', 'enable', synced.id)).code, server.counts().writes]).toEqual([9, 0])
  })

  it('gets memberships of local groups, a role and new MFA, which are of Twingate alone', async () => {
    const { tenant, synced } = smallTenant()
    const { server, run } = await site(tenant)
    for (const args of [
      ['grant', 'Engineering', synced.id],
      ['role', synced.id, 'DEVOPS'],
      ['account', 'reset-mfa', synced.id],
      ['--revoke-grant', `role:devops:member:user:${synced.id}`],
    ])
      expect([args, (await run(...args)).code]).toEqual([args, 0])
    expect([synced.role, synced.groups.map(({ name }) => name), server.counts().writes]).toEqual([
      'MEMBER',
      ['Everyone', 'Engineering'],
      4,
    ])
  })
})

describe('refusals', () => {
  it.each([
    [['grant', 'Okta', 'grace@acme.example'], 9, /identity provider/],
    [['grant', 'Everyone', 'grace@acme.example'], 9, /Twingate itself/],
    [['role', 'ada@acme.example', 'MEMBER'], 9, /last/],
    [['account', 'disable', 'ada@acme.example'], 9, /last/],
    [['account', 'delete', 'ada@acme.example'], 9, /last/],
    [['account', 'disable', 'pen@acme.example'], 9, /delete/],
    [['account', 'delete', 'sy@acme.example'], 9, /identity provider/],
    [['group', 'delete', 'Okta'], 9, /identity provider/],
    [['group', 'rename', 'Everyone', 'All'], 9, /Twingate itself/],
    [['grant', 'Enginering', 'grace@acme.example'], 5, /Engineering/],
    [['grant', 'Engineering', 'grac@acme.example'], 5, /grac@acme.example/],
    [['--grant-entitlement', 'group:R1:owner', '--grant-principal', 'U1'], 5, /no entitlement/],
    [['--grant-entitlement', 'team:R1:member', '--grant-principal', 'U1'], 5, /no resource type team/],
    [['--grant-entitlement', 'role:owner:member', '--grant-principal', 'VXNlcjox'], 5, /the roles are/],
    [['--grant-entitlement', 'user:VXNlcjox:member', '--grant-principal', 'VXNlcjox'], 5, /no entitlement/],
    [['--grant-entitlement', 'group', '--grant-principal', 'VXNlcjox'], 3, /<type>:<id>:<slug>/],
    [['--revoke-grant', 'role:owner:member:user:VXNlcjox'], 5, /no role owner to be taken; the roles are/],
    [['--revoke-grant', 'role:SUPPORT:member:user:VXNlcjox'], 5, /the roles are admin/],
    [['--revoke-grant', 'role:support:owner:user:VXNlcjox'], 5, /no entitlement role:support:owner/],
    [['--revoke-grant', 'group:R3JvdXA6MQ==:owner:user:VXNlcjox'], 5, /no entitlement/],
    [['--revoke-grant', 'team:R1:member:user:VXNlcjox'], 5, /no resource type team/],
    [['--revoke-grant', 'user:VXNlcjox:member:user:VXNlcjox'], 5, /no entitlement/],
    [['--revoke-grant', 'group:R3JvdXA6MQ==:member:robot:R2'], 3, /<principal type>/],
    [['--revoke-grant', 'group:R3JvdXA6MQ==:member:group:R3JvdXA6MQ=='], 9, /only users can be members/],
    [['--grant-entitlement', 'role:support:member', '--grant-principal', 'R3JvdXA6MQ=='], 9, /is the id of a group/],
    [['role', 'grace@acme.example', 'owner'], 5, /the roles are/],
    [['grant', 'Engineering', 'R3JvdXA6MQ=='], 9, /R3JvdXA6MQ== is a group, and only users can be given access/],
    [['grant', 'Engineering', 'bid:r:group/R3JvdXA6MQ=='], 9, /only users can be given access/],
    [['--revoke-grant', 'group:R3JvdXA6MQ==:member:user:VXNlcjox '], 5, /"VXNlcjox " is not the id of a user/],
    [['--delete-resource', 'VXNlcjox ', '--delete-resource-type', 'user'], 5, /"VXNlcjox " is not the id of a user/],
    [['--list-action-schemas', '--update-file'], 3, /--update-file: works only with a change/],
    [['account', 'create', 'new@acme.example', '--role', 'owner'], 5, /the roles are/],
    [
      ['account', 'update', 'grace@acme.example'],
      3,
      /account update: nothing to change; give --first-name or --last-name/,
    ],
    [
      ['--create-account-email', 'new@acme.example', '--create-account-profile', '{"role":"owner"}'],
      5,
      /the roles are/,
    ],
    [
      ['--delete-resource', 'devops', '--delete-resource-type', 'role'],
      3,
      /configuration: --delete-resource-type: must be user, group or service-account-key/,
    ],
    [['--invoke-action', 'enable_users'], 5, /enable_user/],
    [['grant', 'Engineering', 'grace@acme.example', '--update-file'], 9, /no finished full sync/],
  ])('%j ends with %i and sends nothing', async (args, code, says) => {
    const { server, run } = await site(smallTenant().tenant)
    const ended = await run(...args)
    expect([ended.code, server.counts().writes]).toEqual([code, 0])
    expect(toldIn(ended).join('\n')).toMatch(says)
  })

  it('of an account that exists tell its id, state and role, in words and in fields', async () => {
    const { tenant, grace } = smallTenant()
    const { server, run } = await site(tenant)
    const existing = { id: grace.id, state: 'ACTIVE', role: 'MEMBER', type: 'MANUAL' }
    for (const args of [
      ['account', 'create', 'GRACE@acme.example'],
      ['--create-account-email', 'GRACE@acme.example'],
    ]) {
      const same = await run(...args, '--output', 'json')
      expect([same.code, JSON.parse(same.stdout)]).toEqual([
        0,
        expect.objectContaining({ outcome: 'already-exists', resource: grace.id, resourceType: 'user', existing }),
      ])
    }
    const other = await run('account', 'create', 'grace@acme.example', '--role', 'DEVOPS', '--output', 'json')
    const message = expect.stringContaining(`id ${grace.id}, state ACTIVE, role MEMBER`)
    expect([other.code, JSON.parse(other.stdout)]).toEqual([
      6,
      expect.objectContaining({ outcome: 'refused', existing, error: { code: 'already-exists', message } }),
    ])
    const group = await run('group', 'create', 'Engineering', '--output', 'json')
    expect([group.code, JSON.parse(group.stdout)]).toMatchObject([6, { existing: { id: tenant.groups[0]!.id } }])
    expect(server.counts().writes).toBe(0)
  })

  it('near names and candidates are told to whoever asks, and to no log', async () => {
    const { tenant } = smallTenant()
    tenant.addUser({ firstName: 'Grace', lastName: 'Hopper', email: 'other@acme.example' })
    const { run, place } = await site(tenant)
    for (const [user, found] of [
      ['kofii@acme.example', '"kofi@acme.example"'],
      ['Grace Hopper', 'other@acme.example'],
    ] as const) {
      const log = `${place.folder}/log`
      const { stderr } = await run('grant', 'Engineering', user, '--log-path', log, '--log-level', 'debug')
      expect(stderr).toContain(found)
      const logged = readFileSync(log, 'utf8')
      expect(logged).toContain('run failed')
      expect(logged).not.toMatch(/kofi@|other@|grace@/)
    }
  })

  it('a file of changes suggests near names only for users who would lose nothing, and none in the log', async () => {
    const { run, place } = await site(smallTenant().tenant)
    const [file, log] = [`${place.folder}/changes.csv`, `${place.folder}/log`]
    const rows = ['grant,Engineering,gracee@acme.example', 'role,SUPPORT,kofii@acme.example']
    writeFileSync(file, ['operation,target,user', ...rows, ''].join('\n'))
    const { code, stderr } = await run('apply', '--from', file, '--log-path', log)
    expect(code).toBe(5)
    expect(stderr).toContain('line 2: there is no user "gracee@acme.example"; did you mean "grace@acme.example"')
    expect(stderr).not.toContain('kofi@')
    const logged = readFileSync(log, 'utf8')
    expect(logged).toContain('gracee@')
    expect(logged).not.toMatch(/grace@|kofi@/)
  })

  it.each([
    ['revoke', 'Engineering', 'kofii@acme.example'],
    ['role', 'kofii@acme.example', 'MEMBER'],
    ['account', 'disable', 'kofii@acme.example'],
    ['account', 'reset-mfa', 'kofii@acme.example'],
    ['account', 'delete', 'kofii@acme.example'],
  ])('%s %s %s suggests nobody else to lose something', async (...args) => {
    const { run } = await site(smallTenant().tenant)
    const { code, stderr } = await run(...args)
    expect(code).toBe(5)
    expect(stderr).not.toContain('kofi@')
  })

  it('an ambiguous name lists the candidates and ends with 3', async () => {
    const { server, run } = await site()
    const { code, stderr } = await run('account', 'delete', 'Zoe Papadaki')
    expect([code, server.counts().writes]).toEqual([3, 0])
    expect(stderr).toContain('zoe.papadaki.2@acme.example')
  })

  it('a read key is told which level it needs', async () => {
    const { server, run } = await site(smallTenant().tenant, {}, 'read')
    const { code, stderr, stdout } = await run('grant', 'Engineering', 'grace@acme.example')
    expect(code).toBe(7)
    expect(stderr).toMatch(/Read & Write/)
    expect(stdout).toMatch(/^(refused|failed) /)
    expect(server.counts().writes).toBeGreaterThan(0)
  })
})
