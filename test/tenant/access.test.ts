import { afterEach, expect, test } from 'vitest'
import { PROVISION_KEY, READ_KEY, WRITE_KEY } from './api-keys.ts'
import { type RunningTenant, startTenant, type TenantOptions } from './start-tenant.ts'
import { ask } from './ask.ts'
import { ADD_MEMBERS } from './documents.ts'

let running: RunningTenant | undefined

const start = async (options: TenantOptions = {}) => {
  running = await startTenant(options)
  return running
}

afterEach(() => running?.close())

const COUNT = '{ users { totalCount } }'

test.each([undefined, '', 'wrong', '__proto__'])('the key %j is refused with 401', async (key) => {
  const server = await start()
  expect((await ask(server, COUNT, {}, { key })).status).toBe(401)
  expect(server.requests).toMatchObject([{ status: 401, keyOk: false }])
})

test.each([READ_KEY, WRITE_KEY, PROVISION_KEY])('%s may read', async (key) => {
  expect(await ask(await start(), COUNT, {}, { key })).toMatchObject({
    status: 200,
    data: { users: { totalCount: 40 } },
  })
})

const addMember = async (server: RunningTenant, key: string) => {
  const group = server.tenant.groupByName('Nobody yet')
  const reply = await ask(server, ADD_MEMBERS, { id: group?.id, users: [server.tenant.users[0]?.id] }, { key })
  return { reply, members: group?.users.length }
}

test('a read key is refused a mutation with 403, which then changes nothing', async () => {
  const { reply, members } = await addMember(await start(), READ_KEY)
  expect([reply.status, members]).toEqual([403, 0])
})

test('a read key can be refused a mutation under HTTP 200', async () => {
  const { reply, members } = await addMember(await start({ refusal: 'errors-200' }), READ_KEY)
  expect(reply).toMatchObject({ status: 200, data: null, errors: [{ message: expect.stringContaining('permit') }] })
  expect(members).toBe(0)
})

test.each([WRITE_KEY, PROVISION_KEY])('%s may write', async (key) => {
  const { reply, members } = await addMember(await start(), key)
  expect([reply.status, members]).toEqual([200, 1])
})

test.each(['/api/graphql', '/', '/api/graphql/x', '/api/graphql/?a=1'])('the path %s does not exist', async (path) => {
  expect((await ask(await start(), COUNT, {}, { path })).status).toBe(404)
})

test('only POST is answered', async () => {
  const reply = await ask(await start(), COUNT, {}, { method: 'GET' })
  expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST'])
})

test('a body that is no GraphQL request answers 400', async () => {
  const server = await start()
  const response = await fetch(server.url, { method: 'POST', headers: { 'x-api-key': READ_KEY }, body: 'hello' })
  expect(response.status).toBe(400)
})

test.each(['POST', 'HEAD', 'GET'])('a moved tenant answers %s with 308 before it looks at the key', async (method) => {
  const redirectTo = 'https://acme.us1.example/api/graphql/'
  const reply = await ask(await start({ redirectTo }), COUNT, {}, { method, key: undefined })
  expect([reply.status, reply.headers.get('location')]).toEqual([308, redirectTo])
})

test('the log holds no key', async () => {
  const server = await start()
  await ask(server, COUNT, {}, { key: WRITE_KEY })
  expect(JSON.stringify(server.requests)).not.toContain(WRITE_KEY)
})

test('a closed tenant no longer answers, not even on a kept connection', async () => {
  const server = await start()
  await ask(server, COUNT)
  await server.close()
  await expect(ask(server, COUNT)).rejects.toThrow('fetch failed')
})
