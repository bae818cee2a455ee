import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { makeCredentials } from '../platform/service/client-credentials.ts'
import { answer, hang, inTurn, refuse } from '../platform/service/replies.ts'
import type { Fields } from '../platform/service/messages.ts'
import { freePort } from '../support/free-port.ts'
import type { KeyLevel } from '../tenant/api-keys.ts'
import { hasOpenssl } from '../support/certificates.ts'
import { toldIn } from '../support/expect-refusal.ts'
import { KEY, refuseKey } from '../support/place.ts'
import { createServicePlace, type ServicePlace, until } from '../support/service-place.ts'

const SYNC = '2Zb4yYxWvUtSrQpOnMlKjIhGfEd'

const idle = answer({ next_poll: { seconds: 1 } })

/** Hands out one task, then nothing. */
const once = (task: Fields) => inTurn(answer({ task, next_poll: { nanos: 1 } }), idle)

const isReady = async (place: ServicePlace): Promise<true | undefined> =>
  (await place.ask('/ready'))?.status === 200 ? true : undefined

/** The request that finished a task, as soon as there is one. */
const finished = (place: ServicePlace, id: string): Promise<Fields> =>
  until(
    () => place.stub.calls.find(({ method, request }) => method === 'FinishTask' && request['task_id'] === id)?.request,
  )

const sample = async (place: ServicePlace, name: string): Promise<number> => {
  const { body = '' } = (await place.ask('/metrics')) ?? {}
  const line = body.split('\n').find((text) => text.startsWith(`${name} `))
  return Number(line?.split(' ').at(-1) ?? Number.NaN)
}

/** What `status` prints once it says that the daemon is connected, which the file tells within a second. */
const connected = (place: ServicePlace, env: Readonly<Record<string, string>>) =>
  until(async () => {
    const ended = await place.run(['status', '--output', 'json'], { env })
    return ended.code === 0 ? ended : undefined
  })

describe.skipIf(!hasOpenssl()).concurrent('service mode', () => {
  it('lives before it is connected, is ready after hello, and ends with 0 on SIGTERM', async ({ onTestFinished }) => {
    const place = await createServicePlace(onTestFinished)
    place.stub.on.Hello = hang
    place.stub.on.GetTask = idle
    const daemon = place.daemon()
    await until(() => place.ask('/live'))
    expect((await place.ask('/ready'))?.status).toBe(503)
    expect((await place.run(['health-check', '--endpoint', 'live'], { env: place.env })).code).toBe(0)
    const early = await place.run(['health-check', '--endpoint', 'ready'], { env: place.env })
    expect([early.code, toldIn(early)]).toEqual([14, [expect.stringContaining('not connected to the platform yet')]])
    expect((await place.run(['status'], { env: place.env })).code).toBe(14)

    await place.stub.stop()
    place.stub.on.Hello = answer()
    await place.stub.start()
    await until(() => isReady(place))
    const { stdout } = await connected(place, place.env)
    expect(JSON.parse(stdout)).toMatchObject({ running: true, connection: 'connected', mode: 'service', tasks: [] })
    daemon.kill('SIGTERM')
    const ended = await daemon.ended
    expect([ended.code, ended.stdout, toldIn(ended)]).toEqual([0, '', []])
    refuseKey(ended, place.stateDir)
    const [first = ''] = ended.stderr.split('\n').filter((line) => line.includes('"service mode starts"'))
    expect(JSON.parse(first)).toMatchObject({
      ...{ client_id: place.stub.credentials.clientId, state_dir: place.stateDir, provisioning: false },
    })
    expect((await place.run(['status'], { env: place.env })).code).toBe(5)
    expect(readdirSync(place.stateDir), 'the lock is gone').toEqual(['status.json'])
  })

  it('counts a sync it was asked for, shows it in status, and keeps nothing of it', async ({ onTestFinished }) => {
    const place = await createServicePlace(onTestFinished)
    place.stub.on.GetTask = once({ id: SYNC, sync_full: {} })
    const daemon = place.daemon()
    expect(await finished(place, SYNC)).toMatchObject({ success: expect.anything() as unknown })
    const [upload] = place.stub.uploads
    await until(async () => ((await sample(place, 'baton_undelivered_results')) === 0 ? true : undefined))
    expect({
      done: await sample(place, 'baton_tasks_total{kind="sync-full",outcome="success"}'),
      running: await sample(place, 'baton_tasks_running{kind="sync-full"}'),
      users: await sample(place, 'baton_sync_resources{type="user"}'),
      bytes: await sample(place, 'baton_upload_bytes_total'),
      syncs: await sample(place, 'baton_sync_duration_seconds_count'),
      requests: (await sample(place, 'baton_twingate_requests_total')) > 0,
    }).toEqual({
      done: 1,
      running: 0,
      users: place.tenant.tenant.users.length,
      bytes: upload?.bytes,
      syncs: 1,
      requests: true,
    })
    const { stdout } = await until(async () => {
      const ended = await place.run(['status', '--output', 'json'], { env: place.env })
      return ended.stdout.includes('"lastSync"') && /"tasks":\s*\[\]/.test(ended.stdout) ? ended : undefined
    })
    expect(JSON.parse(stdout)).toMatchObject({
      tasks: [],
      lastSync: { resources: { user: place.tenant.tenant.users.length }, bytes: upload?.bytes },
    })
    daemon.kill('SIGINT')
    expect((await daemon.ended).code).toBe(0)
    expect(readdirSync(place.stateDir)).toEqual(['status.json'])
  })

  it('tells more of a task that the platform wants to debug, and of no other', async ({ onTestFinished }) => {
    const place = await createServicePlace(onTestFinished)
    const other = SYNC.replace('2', '3')
    place.stub.on.GetTask = inTurn(
      answer({ task: { id: SYNC, debug: true, sync_full: {} }, next_poll: { nanos: 1 } }),
      answer({ task: { id: other, sync_full: {} }, next_poll: { nanos: 1 } }),
      idle,
    )
    const daemon = place.daemon()
    await Promise.all([finished(place, SYNC), finished(place, other)])
    daemon.kill('SIGTERM')
    const { stderr } = await daemon.ended
    const lines = stderr.split('\n').filter((line) => line.startsWith('{'))
    const log = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const debugged = log.filter(({ level }) => level === 'debug')
    expect(new Set(debugged.map((line) => line['task_id']))).toEqual(new Set([SYNC]))
    expect(debugged.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['task started', 'Twingate answered']))
    expect(log.filter(({ msg }) => msg === 'task done').map((line) => line['task_id'])).toEqual(
      expect.arrayContaining([SYNC, other]),
    )
    expect(stderr).not.toContain(KEY)
  })

  it('goes on with an exchanged API key without a restart, and counts no refusal', async ({ onTestFinished }) => {
    const keys: Record<string, KeyLevel> = { [KEY]: 'read' }
    const place = await createServicePlace(onTestFinished, { keys })
    const path = place.input('key', KEY)
    place.stub.on.GetTask = idle
    const daemon = place.daemon([], { BATON_API_KEY: '', BATON_API_KEY_FILE: path })
    await until(() => isReady(place))
    delete keys[KEY]
    keys[`${KEY}-2`] = 'read'
    writeFileSync(path, `${KEY}-2`)
    place.stub.on.GetTask = once({ id: SYNC, sync_full: {} })
    expect(await finished(place, SYNC)).toMatchObject({ success: expect.anything() as unknown })
    expect(await sample(place, 'baton_auth_failures_total{peer="twingate"}')).toBe(0)
    daemon.kill('SIGTERM')
    const ended = await daemon.ended
    expect(ended.code).toBe(0)
    expect(ended.stderr).not.toContain(KEY)
  })

  it('goes on with an exchanged client secret without a restart', async ({ onTestFinished }) => {
    const place = await createServicePlace(onTestFinished)
    place.stub.on.GetTask = idle
    const daemon = place.daemon()
    await until(() => isReady(place))
    const { clientId } = place.stub.credentials
    const { clientSecret, publicKey } = makeCredentials('localhost')
    place.stub.tokens.clients.set(clientId, publicKey)
    place.stub.tokens.honoured.clear()
    place.input('client-secret', `${clientSecret}\n`)
    place.stub.on.GetTask = once({ id: SYNC, sync_full: {} })
    expect(await finished(place, SYNC)).toMatchObject({ success: expect.anything() as unknown })
    daemon.kill('SIGTERM')
    const ended = await daemon.ended
    expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('reading the client secret again')])
    expect(ended.stderr).not.toContain(clientSecret)
  })

  it('ends at once on a second signal', async ({ onTestFinished }) => {
    const place = await createServicePlace(onTestFinished)
    place.stub.on.GetTask = once({ id: SYNC, sync_full: {} })
    place.stub.on.FinishTask = hang
    const daemon = place.daemon()
    await finished(place, SYNC)
    daemon.kill('SIGTERM')
    await until(async () => ((await place.ask('/ready'))?.status === 503 ? true : undefined))
    daemon.kill('SIGTERM')
    expect((await daemon.ended).code).toBe(1)
  })

  it.for([
    [
      'a client id of another form',
      { BATON_CLIENT_ID: 'me' },
      3,
      /--client-id \(BATON_CLIENT_ID\): must look like name-/,
    ],
    [
      'a secret of another form',
      { BATON_CLIENT_SECRET: 'x', BATON_CLIENT_SECRET_FILE: '' },
      3,
      /must look like secret-token:/,
    ],
    ['a host that is none', { BATON_C1_API_HOST: 'https://x' }, 3, /BATON_C1_API_HOST: must be a host/],
    ['a state directory that is a file', { BATON_STATE_DIR: '/dev/null' }, 3, /the folder \/dev\/null is a file/],
    ['an address of another machine', { BATON_HEALTH_CHECK_BIND_ADDRESS: '192.0.2.1' }, 3, /is not an address of this/],
  ] as const)('refuses %s before anything is sent', async ([, extra, code, says], { onTestFinished }) => {
    const place = await createServicePlace(onTestFinished)
    const ended = await place.run([], { env: { ...place.env, ...extra } })
    expect([ended.code, toldIn(ended)]).toEqual([code, [expect.stringMatching(says)]])
    expect([place.stub.connections, place.tenant.requests.length]).toEqual([0, 0])
  })

  it('refuses a second daemon in the same state directory, and a port that is taken', async ({ onTestFinished }) => {
    const place = await createServicePlace(onTestFinished)
    place.stub.on.GetTask = idle
    place.daemon()
    await until(() => isReady(place))
    const second = await place.run([], { env: place.env })
    expect([second.code, toldIn(second)]).toEqual([9, [expect.stringMatching(/another daemon works in .*--state-dir/)]])
    const elsewhere = { ...place.env, BATON_STATE_DIR: `${place.stateDir}/other` }
    const third = await place.run([], { env: elsewhere })
    expect([third.code, toldIn(third)]).toEqual([9, [expect.stringMatching(/is in use by another program/)]])
    expect(existsSync(`${place.stateDir}/other/daemon.lock`)).toBe(false)
  })

  it('ends with the refusal where the platform does not know the client', async ({ onTestFinished }) => {
    const place = await createServicePlace(onTestFinished)
    place.stub.on.Hello = refuse(7, 'no such connector')
    const ended = await place.run([], { env: place.env })
    expect([ended.code, toldIn(ended)]).toEqual([7, [expect.stringContaining('no such connector')]])
    expect(ended.stderr).not.toContain('has no effect')
  })

  it('says that a temporary directory has no effect where a state directory is named', async ({ onTestFinished }) => {
    const place = await createServicePlace(onTestFinished)
    place.stub.on.Hello = refuse(7, 'no such connector')
    const { stderr } = await place.run([], { env: { ...place.env, BATON_TMPDIR: place.stateDir } })
    expect(stderr).toMatch(/"level":"warn".*--c1z-temp-dir \(BATON_TMPDIR\) has no effect/)
  })

  it('makes a state directory for its owner only where none is named', async ({ onTestFinished }) => {
    const place = await createServicePlace(onTestFinished)
    place.stub.on.GetTask = idle
    const env = { BATON_STATE_DIR: '', BATON_TMPDIR: place.stateDir, BATON_HEALTH_CHECK_PORT: String(await freePort()) }
    const daemon = place.daemon([], env)
    const name = await until(() => readdirSync(place.stateDir).find((file) => file.startsWith('baton-twingate-')))
    await until(() => (existsSync(`${place.stateDir}/${name}/status.json`) ? true : undefined))
    expect(statSync(`${place.stateDir}/${name}`).mode & 0o777).toBe(0o700)
    const { stdout } = await connected(place, { ...place.env, ...env })
    expect(JSON.parse(stdout)).toMatchObject({ running: true })
    daemon.kill('SIGTERM')
    await daemon.ended
  })
})
