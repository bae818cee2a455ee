import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { type FaultAction, FAULT_KINDS } from './faults.ts'
import { type RunningTenant, startTenant, type TenantOptions } from './start-tenant.ts'
import { ask, type Page } from './ask.ts'
import { ADD_MEMBERS, USERS } from './documents.ts'

let running: RunningTenant

afterEach(() => running.close())

interface User {
  readonly id: string
  readonly groups: Page<{ readonly id: string }>
}

const now = Date.UTC(2026, 0, 1)
const after = Buffer.from('arrayconnection:9').toString('base64')

/** Starts the demo tenant under one fault; `read` asks for its second page of ten users. */
const under = async (fault: FaultAction, options: TenantOptions = {}) => {
  running = await startTenant({ ...options, now: () => now, faults: [fault] })
  const read = (variables = {}) =>
    ask<{ users: Page<User> }>(running, USERS, { first: 10, after, groups: 100, ...variables })
  const group = running.tenant.groupByName('Nobody yet')!
  const write = () =>
    ask<{ groupUpdate: object }>(running, ADD_MEMBERS, { id: group.id, users: [running.tenant.users[0]?.id] })
  return { read, write, group }
}

/** Ids of the second ten users, with one of them left out. */
const truth = () => running.tenant.users.slice(10, 20).map((user) => user.id)
const nestedRows = (users: Page<User>) => users.edges.reduce((sum, { node }) => sum + node.groups.edges.length, 0)
const idsOf = (users: Page<User>) => users.edges.map((edge) => edge.node.id)

describe('HTTP faults', () => {
  test.each([
    ['429', 429, 'json'],
    ['500', 500, 'json'],
    ['502-html', 502, 'html'],
    ['503', 503, 'json'],
    ['html-200', 200, 'html'],
    ['html-404', 404, 'html'],
    ['401', 401, 'json'],
    ['403', 403, 'json'],
    ['redirect-308', 308, 'none'],
  ] as const)('%s answers %i with %s', async (kind, status, type) => {
    const reply = await (await under({ kind })).read()
    expect(reply.status).toBe(status)
    expect(reply.headers.get('content-type') ?? 'none').toContain(type)
    expect(reply.data).toBeUndefined()
    expect(running.requests).toMatchObject([
      { status, fault: kind, operation: 'Users', page: 1, attempt: 1, keyOk: true },
    ])
  })

  test.each([
    [{ kind: '429' }, '1'],
    [{ kind: '429', retryAfterSeconds: 30 }, '30'],
    [{ kind: '503', retryAfter: 'date', retryAfterSeconds: 5 }, 'Thu, 01 Jan 2026 00:00:05 GMT'],
    [{ kind: '429', retryAfter: 'none' }, null],
  ] as const)('%j sends Retry-After %s', async (fault, header) => {
    expect((await (await under(fault)).read()).headers.get('retry-after')).toBe(header)
  })

  test('redirect-308 points where it is told to', async () => {
    const location = 'https://elsewhere.example/api/graphql/'
    expect((await (await under({ kind: 'redirect-308', location })).read()).headers.get('location')).toBe(location)
  })

  test('a mutation under an HTTP fault is not carried out', async () => {
    const { write, group } = await under({ kind: '500' })
    await write()
    expect(group.users).toEqual([])
  })
})

describe('faults of the connection', () => {
  test.each(['reset', 'reset-mid-body'] as const)('%s breaks the request off', async (kind) => {
    await expect((await under({ kind })).read()).rejects.toThrow(/fetch failed|terminated/)
    expect(running.requests).toMatchObject([{ fault: kind, status: kind === 'reset' ? 0 : 200 }])
  })

  test('truncated-json is complete as HTTP and broken as JSON', async () => {
    const reply = await (await under({ kind: 'truncated-json' })).read()
    expect(Number(reply.headers.get('content-length'))).toBe(Buffer.byteLength(reply.text))
    expect(() => JSON.parse(reply.text) as unknown).toThrow(SyntaxError)
  })

  test('slow outlasts the client, and closing does not wait for it', async () => {
    const { read } = await under({ kind: 'slow', delayMs: 3_600_000 })
    const signal = AbortSignal.timeout(50)
    await expect(ask(running, USERS, { first: 10, groups: 1 }, { signal })).rejects.toThrow('timeout')
    const waiting = read()
    await Promise.all([expect(waiting).rejects.toThrow('fetch failed'), running.close()])
  })

  test('meet answers truly, and nobody before all are there', async () => {
    const { read } = await under({ kind: 'meet', parties: 2 })
    const answered: unknown[] = []
    const three = [read(), read(), read()].map((reply) => reply.finally(() => answered.push(reply)))
    while (answered.length < 2) await setImmediate()
    expect(answered).toHaveLength(2)
    for (const reply of await Promise.all([...three, read()])) expect(idsOf(reply.data.users)).toEqual(truth())
  })

  test('slow gives the true answer in the end', async () => {
    expect(idsOf((await (await under({ kind: 'slow', delayMs: 1 })).read()).data.users)).toEqual(truth())
  })

  test('a fault can strike large pages only', async () => {
    running = await startTenant({ faults: [{ kind: '500', whenFirstAbove: 50 }] })
    const statuses: number[] = []
    for (const first of [100, 51, 50]) statuses.push((await ask(running, USERS, { first, groups: 1 })).status)
    expect(statuses).toEqual([500, 500, 200])
  })

  test('lost-answer carries the mutation out and breaks off', async () => {
    const { write, group } = await under({ kind: 'lost-answer' })
    await expect(write()).rejects.toThrow('fetch failed')
    expect(group.users).toHaveLength(1)
  })
})

describe('GraphQL errors', () => {
  test('errors-200 has no data', async () => {
    const reply = await (await under({ kind: 'errors-200', message: 'Broken.' })).read()
    expect(reply).toMatchObject({ status: 200, data: null, errors: [{ message: 'Broken.' }] })
  })

  test('errors-429-200 has the words of a 429', async () => {
    const reply = await (await under({ kind: 'errors-429-200' })).read()
    expect(reply).toMatchObject({ status: 200, errors: [{ message: '429 Too Many Requests' }] })
  })

  test('errors-partial has errors and some of the rows', async () => {
    const reply = await (await under({ kind: 'errors-partial', rows: 4 })).read()
    expect(reply).toMatchObject({ status: 200, errors: [{ message: 'Some rows could not be read.' }] })
    expect(reply.data.users.edges).toHaveLength(6)
  })
})

describe('lying pages', () => {
  test('drop-rows leaves out rows and nothing else', async () => {
    const { read } = await under({ kind: 'drop-rows', rows: 3 })
    const { data } = await read()
    running.plan({})
    const honest = (await read()).data.users
    expect({ ...data.users, edges: [] }).toEqual({ ...honest, edges: [] })
    expect(idsOf(data.users)).toEqual(truth().toSpliced(3, 3))
  })

  test('drop-nested leaves out one row of a nested list', async () => {
    const { read } = await under({ kind: 'drop-nested' })
    const lied = (await read()).data.users
    running.plan({})
    const honest = (await read()).data.users
    expect(idsOf(lied)).toEqual(idsOf(honest))
    expect(nestedRows(lied)).toBe(nestedRows(honest) - 1)
  })

  test('repeat-cursor gives back the cursor it was asked with', async () => {
    const { data } = await (await under({ kind: 'repeat-cursor' })).read()
    expect(data.users.pageInfo).toEqual({ hasNextPage: true, endCursor: after })
  })

  test('null-cursor promises more without a way to it', async () => {
    const { data } = await (await under({ kind: 'null-cursor' })).read()
    expect(data.users.pageInfo).toEqual({ hasNextPage: true, endCursor: null })
  })

  test('wrong-total is off by what it is told', async () => {
    expect((await (await under({ kind: 'wrong-total', by: -3 })).read()).data.users.totalCount).toBe(37)
  })

  test('null-node has an edge without a node', async () => {
    const { data } = await (await under({ kind: 'null-node' })).read()
    expect(data.users.edges.map((edge) => edge.node === null)).toEqual([
      true,
      ...Array.from({ length: 9 }, () => false),
    ])
  })
})

describe('refused mutations', () => {
  test('ok-false refuses without carrying out', async () => {
    const { write, group } = await under({ kind: 'ok-false', message: 'No.' })
    expect((await write()).data).toEqual({ groupUpdate: { ok: false, error: 'No.', entity: null } })
    expect(group.users).toEqual([])
  })

  test('ok-true-null-entity carries out and hides the entity', async () => {
    const { write, group } = await under({ kind: 'ok-true-null-entity' })
    expect((await write()).data).toEqual({ groupUpdate: { ok: true, error: null, entity: null } })
    expect(group.users).toHaveLength(1)
  })

  test.each(['ok-false', 'ok-true-null-entity', 'lost-answer'] as const)('%s leaves queries alone', async (kind) => {
    expect(idsOf((await (await under({ kind })).read()).data.users)).toEqual(truth())
    expect(running.counts().faults).toBe(0)
  })
})

test('every kind strikes a query or a mutation', async () => {
  running = await startTenant()
  for (const kind of FAULT_KINDS) {
    running.plan({ faults: [{ kind, delayMs: 1 }] })
    await ask(running, USERS, { first: 1, groups: 1 }).catch(() => undefined)
    await ask(running, ADD_MEMBERS, { id: 'x', users: [] }).catch(() => undefined)
  }
  expect(new Set(running.requests.map((request) => request.fault).filter(Boolean))).toEqual(new Set(FAULT_KINDS))
})
