import { describe, expect, it } from 'vitest'
import { userAccount } from '../../../src/resources/user-account.ts'
import { ConnectorError } from '../../../src/sdk/ground/errors.ts'
import type { RetryPolicy } from '../../../src/sdk/pacing/retry.ts'
import { call, clientOf, noTime, type ClientPlan } from '../../tenant/tenant-client.ts'
import { person, tenantOf, writes } from '../../tenant/tenant-of.ts'
import { READ_KEY } from '../../tenant/api-keys.ts'
import { SEED_EPOCH_MS } from '../../tenant/timestamp.ts'
import type { RunningTenant, TenantOptions } from '../../tenant/start-tenant.ts'

const quick: RetryPolicy = { attempts: 4, attemptsIfMalformed: 3, firstWaitMs: 1, mostWaitMs: 2 }
const NEW = { email: 'grace@acme.example', firstName: 'Grace', lastName: 'Hopper', role: 'DEVOPS' }

async function setting(options: TenantOptions = {}, plan: ClientPlan = {}) {
  const server = await tenantOf(options)
  return { server, accounts: userAccount(clientOf(server, plan), { sleep: noTime, retry: quick }) }
}

const withAddress = (server: RunningTenant, email: string) =>
  server.tenant.users.filter((user) => user.email?.toLowerCase() === email.toLowerCase())

const userOf = (id: string) => ({ type: 'user', id })

describe('createAccount', () => {
  it('creates the account with all facts and gives the user as the server made it', async () => {
    const { server, accounts } = await setting()
    const outcome = await accounts.createAccount(NEW, call)
    const [user] = withAddress(server, NEW.email)
    expect(user).toMatchObject({ firstName: 'Grace', lastName: 'Hopper', role: 'DEVOPS', state: 'PENDING' })
    expect(outcome).toMatchObject({ kind: 'created', account: { id: userOf(user!.id), displayName: 'Grace Hopper' } })
  })

  it('needs no more than an address, and blank facts count as not given', async () => {
    const { server, accounts } = await setting()
    await accounts.createAccount({ email: 'solo@acme.example', firstName: ' ', role: '' }, call)
    expect(withAddress(server, 'solo@acme.example')).toMatchObject([{ firstName: '', role: 'MEMBER' }])
  })

  it('takes a role in any case', async () => {
    const { server, accounts } = await setting()
    await accounts.createAccount({ ...NEW, role: 'Access_Reviewer' }, call)
    expect(withAddress(server, NEW.email)).toMatchObject([{ role: 'ACCESS_REVIEWER' }])
  })

  it('repeated, says that the account exists and sends nothing', async () => {
    const { server, accounts } = await setting()
    await accounts.createAccount(NEW, call)
    const again = await accounts.createAccount({ ...NEW, email: 'GRACE@acme.example', role: 'devops' }, call)
    expect(again).toMatchObject({ kind: 'already-exists', account: { displayName: 'Grace Hopper' } })
    expect(writes(server)).toEqual(['UserCreate'])
  })

  it.each([{ role: 'SUPPORT' }, { firstName: 'Other' }, { lastName: 'Other' }])(
    'refuses an address that has other facts than %o and names the account',
    async (facts) => {
      const { server, accounts } = await setting()
      await accounts.createAccount(NEW, call)
      const [user] = withAddress(server, NEW.email)
      await expect(accounts.createAccount({ ...NEW, ...facts }, call)).rejects.toMatchObject({
        code: 'already-exists',
        detail: expect.stringContaining(`id ${user!.id}, state PENDING, role DEVOPS`) as string,
      })
      expect(writes(server)).toEqual(['UserCreate'])
    },
  )

  it('finds the right one among several users of one address', async () => {
    const { server, accounts } = await setting()
    for (const role of ['MEMBER', 'SUPPORT'])
      server.tenant.addUser({ email: 'twin@acme.example', role, type: 'SYNCED' })
    const outcome = await accounts.createAccount({ email: 'twin@acme.example', role: 'SUPPORT' }, call)
    expect(outcome).toMatchObject({ kind: 'already-exists', account: { profile: { role: 'SUPPORT' } } })
  })

  it.each(['', 'grace', 'grace@', '@acme.example', 'a@b@c', 'gr ace@acme.example', ' a@b', 'a@b\n', 'a\0@b'])(
    'refuses %j as an address before anything is sent',
    async (email) => {
      const { server, accounts } = await setting()
      await expect(accounts.createAccount({ email }, call)).rejects.toMatchObject({ code: 'invalid-argument' })
      expect(server.requests).toEqual([])
    },
  )

  it('refuses a role that is not documented and lists those that are', async () => {
    const { server, accounts } = await setting()
    await expect(accounts.createAccount({ ...NEW, role: 'owner' }, call)).rejects.toMatchObject({
      code: 'not-found',
      detail: 'there is no role "owner"; the roles are ADMIN, DEVOPS, SUPPORT, ACCESS_REVIEWER, MEMBER',
    })
    expect(server.requests).toEqual([])
  })

  it.each(['lost-answer', 'reset-mid-body', 'truncated-json', 'ok-true-null-entity'] as const)(
    'creates exactly one user when the answer is lost (%s)',
    async (kind) => {
      const { server, accounts } = await setting({ faults: [{ operation: 'UserCreate', kind, times: 1 }] })
      const outcome = await accounts.createAccount(NEW, call)
      expect(outcome).toMatchObject({ kind: 'created', account: { displayName: 'Grace Hopper' } })
      expect(withAddress(server, NEW.email)).toHaveLength(1)
      expect(writes(server)).toEqual(['UserCreate'])
    },
  )

  it('creates exactly one user when the answer comes too late', async () => {
    const slow = { operation: 'UserCreate', kind: 'slow', delayMs: 2_000, times: 1 } as const
    const { server, accounts } = await setting({ faults: [slow] }, { timeoutMs: 200 })
    expect(await accounts.createAccount(NEW, call)).toMatchObject({ kind: 'created' })
    expect(withAddress(server, NEW.email)).toHaveLength(1)
  })

  it.each(['500', '502-html', '503', 'reset', 'errors-200'] as const)(
    'sends again, and once more only, when nothing was done under %s',
    async (kind) => {
      const { server, accounts } = await setting({ faults: [{ operation: 'UserCreate', kind, times: 1 }] })
      expect(await accounts.createAccount(NEW, call)).toMatchObject({ kind: 'created' })
      expect(withAddress(server, NEW.email)).toHaveLength(1)
      expect(writes(server)).toEqual(['UserCreate', 'UserCreate'])
    },
  )

  it('looks before every repetition and gives up in the end', async () => {
    const { server, accounts } = await setting({ faults: [{ operation: 'UserCreate', kind: '500' }] })
    await expect(accounts.createAccount(NEW, call)).rejects.toMatchObject({ code: 'unavailable', reason: 'http 500' })
    const operations = server.requests.map((request) => request.operation)
    expect(operations.filter((operation, i) => operation !== operations[i - 1])).toEqual([
      ...['UsersByEmail', 'UserCreate', 'UsersByEmail', 'UserCreate', 'UsersByEmail', 'UserCreate'],
      ...['UsersByEmail', 'UserCreate', 'UsersByEmail'],
    ])
  })

  it('says that the outcome is unknown when no look is possible any more', async () => {
    const { accounts } = await setting({
      faults: [
        { operation: 'UserCreate', kind: 'lost-answer' },
        { operation: 'UsersByEmail', attempt: 1, kind: 'slow', delayMs: 0 },
        { operation: 'UsersByEmail', kind: '503', retryAfter: 'none' },
      ],
    })
    await expect(accounts.createAccount(NEW, call)).rejects.toMatchObject({
      code: 'unavailable',
      detail: expect.stringContaining('it is unknown whether the change was made') as string,
    })
  })

  it('waits out a refusal for rate without a second look', async () => {
    const limited = { operation: 'UserCreate', kind: '429', retryAfterSeconds: 1, times: 1 } as const
    const { server, accounts } = await setting({ faults: [limited] }, { sleep: async () => {}, clock: leaping() })
    expect(await accounts.createAccount(NEW, call)).toMatchObject({ kind: 'created' })
    expect(server.requests.map((request) => request.operation)).toEqual([
      ...['UsersByEmail', 'UserCreate', 'UserCreate', 'UsersByEmail'],
    ])
  })

  it('creates one account where the gateway gives up and the server is done ten seconds later', async () => {
    let now = SEED_EPOCH_MS
    const late = { operation: 'UserCreate', kind: 'late-504', lateMs: 10_000, times: 1 } as const
    const server = await tenantOf({ now: () => now, faults: [late] })
    const sleep = async (ms: number) => void (now += ms)
    const accounts = userAccount(clientOf(server), { sleep, retry: quick })
    expect(await accounts.createAccount(NEW, call)).toMatchObject({ kind: 'created' })
    expect(withAddress(server, NEW.email)).toHaveLength(1)
    expect(writes(server)).toEqual(['UserCreate'])
  })

  it('tells both accounts where somebody else made one at the same moment', async () => {
    const { server, accounts } = await setting({
      changes: [
        {
          when: { operation: 'UserCreate' },
          at: 'after',
          apply: (tenant) => void tenant.addUser({ email: NEW.email }),
        },
      ],
    })
    const error = ConnectorError.from(
      await accounts.createAccount(NEW, call).catch((caught: unknown) => caught),
      'test',
    )
    expect(error.code).toBe('aborted')
    for (const { id } of withAddress(server, NEW.email)) expect(error.detail).toContain(id)
  })

  it('creates one user when two ask at once, and tells the other that it exists', async () => {
    const { server, accounts } = await setting()
    const outcomes = await Promise.all([accounts.createAccount(NEW, call), accounts.createAccount(NEW, call)])
    expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['already-exists', 'created'])
    expect(withAddress(server, NEW.email)).toHaveLength(1)
  })

  it('refuses when somebody else was quicker with other facts, in the server’s words and ours', async () => {
    const { accounts } = await setting({
      changes: [
        { when: { operation: 'UserCreate' }, apply: (tenant) => tenant.addUser({ email: NEW.email, role: 'ADMIN' }) },
      ],
    })
    await expect(accounts.createAccount(NEW, call)).rejects.toMatchObject({
      code: 'already-exists',
      detail: expect.stringMatching(/role ADMIN.*User with email 'grace@acme\.example' already exists\./) as string,
    })
  })

  it('passes the server’s refusal on word for word and sends no second time', async () => {
    const refusal = { operation: 'UserCreate', kind: 'ok-false', message: 'No seats left.' } as const
    const { server, accounts } = await setting({ faults: [refusal] })
    await expect(accounts.createAccount(NEW, call)).rejects.toMatchObject({
      code: 'failed-precondition',
      detail: 'Twingate refused: No seats left.',
    })
    expect(writes(server)).toEqual(['UserCreate'])
  })

  it.each(['http-403', 'errors-200'] as const)('says that a read key needs another level (%s)', async (refusal) => {
    const { server, accounts } = await setting({ refusal }, { key: READ_KEY })
    await expect(accounts.createAccount(NEW, call)).rejects.toMatchObject({
      code: 'permission-denied',
      detail: expect.stringMatching(/needs the level Read & Write.*Settings > API/) as string,
    })
    expect(writes(server)).toEqual(['UserCreate'])
  })

  it.each([
    ['401', 'unauthenticated'],
    ['403', 'permission-denied'],
  ] as const)('stops at the first %s with %s', async (kind, code) => {
    const { server, accounts } = await setting({ faults: [{ kind }] })
    await expect(accounts.createAccount(NEW, call)).rejects.toMatchObject({ code })
    expect(server.requests).toHaveLength(1)
  })

  it('stops at once when told to', async () => {
    const { server, accounts } = await setting()
    const signal = AbortSignal.abort()
    await expect(accounts.createAccount(NEW, { ...call, signal })).rejects.toMatchObject({ code: 'canceled' })
    expect(server.requests).toEqual([])
  })
})

describe('planAccount', () => {
  it('tells what would be created, and sends no mutation', async () => {
    const { server, accounts } = await setting()
    expect(await accounts.planAccount({ email: 'grace@acme.example' }, call)).toMatchObject({
      verdict: 'needed',
      before: 'no account',
      after: 'state PENDING, role MEMBER',
    })
    expect(writes(server)).toEqual([])
  })

  it('tells that it exists already', async () => {
    const { server, accounts } = await setting()
    const ada = person(server, 'Ada')
    expect(await accounts.planAccount({ email: 'ADA.okafor@acme.example' }, call)).toMatchObject({
      verdict: 'settled',
      state: `id ${ada.id}, state ACTIVE, role ADMIN`,
    })
  })

  it.each([
    [{ email: 'nobody' }, 'invalid-argument'],
    [{ email: 'new@acme.example', role: 'owner' }, 'not-found'],
    [{ email: 'ada.okafor@acme.example', role: 'MEMBER' }, 'already-exists'],
  ] as const)('refuses %o with %s', async (account, code) => {
    const { accounts } = await setting()
    expect(await accounts.planAccount(account, call)).toMatchObject({ verdict: 'refused', error: { code } })
  })

  it('fails where the state cannot be read', async () => {
    const { accounts } = await setting({ faults: [{ kind: '500' }] })
    await expect(accounts.planAccount(NEW, call)).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('accountFields', () => {
  it('ask for the address and offer names and role', async () => {
    const { accounts } = await setting()
    expect(accounts.accountFields.map(({ name, required }) => [name, required])).toEqual([
      ['email', true],
      ['first_name', false],
      ['last_name', false],
      ['role', false],
    ])
  })
})

/** A clock that moves on by a minute whenever it is read. */
function leaping() {
  let ms = 0
  return { now: () => new Date(ms), monotonicMs: () => (ms += 60_000) }
}
