import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Runs } from '../../src/explorer/server/answers-work.ts'
import type { Overview } from '../../src/explorer/server/answers.ts'
import { answer, inTurn } from '../platform/service/replies.ts'
import { hasOpenssl } from '../support/certificates.ts'
import { createServicePlace } from '../support/service-place.ts'
import { startProgram, type RunningProgram } from '../support/run-program.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { READ_KEY } from '../tenant/api-keys.ts'
import { SCIM_TOKEN } from '../tenant/scim/endpoint.ts'
import { startTenant } from '../tenant/start-tenant.ts'
import { writeFileSync } from 'node:fs'

const EXAMPLES = join(import.meta.dirname, '../../examples/scim')
const PATIENCE = { timeout: 50_000, interval: 100 }

/** Comes in by the address that the page's process printed. */
async function enter(program: RunningProgram) {
  const url = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(await program.told(/\?token=\S+\n/))?.[0] ?? ''
  const { headers } = await fetch(url, { redirect: 'manual' })
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? ''
  return async <T>(path: string): Promise<T> =>
    (await (await fetch(new URL(path, url), { headers: { cookie } })).json()) as T
}

describe('the explorer beside what runs', () => {
  it('shows a schedule, its sync, and the file that it writes; both end together', async () => {
    const server = await startTenant()
    onTestFinished(() => server.close())
    const folder = temporaryFolder(onTestFinished)
    const program = startProgram(
      [
        '--domain',
        'acme',
        '--interval',
        '1h',
        '--explorer',
        '--explorer-port',
        '0',
        '--state-dir',
        join(folder, 'state'),
      ],
      { cwd: folder, atEnd: onTestFinished, env: { BATON_API_KEY: READ_KEY, BATON_BASE_URL: server.baseUrl } },
    )
    const ask = await enter(program)
    await expect
      .poll(async () => (await ask<Runs>('/api/runs')).daemons[0]?.lastSync?.grants, PATIENCE)
      .toBeGreaterThan(0)
    expect((await ask<Runs>('/api/runs')).daemons).toMatchObject([{ running: true, mode: 'schedule', ready: true }])
    expect((await ask<Overview>('/api/overview')).file.name).toBe('sync.c1z')
    program.kill('SIGTERM')
    expect((await program.ended).code).toBe(0)
    await expect(ask('/api/runs')).rejects.toThrow('fetch failed')
  })

  it.skipIf(!hasOpenssl())('shows service mode: connected, the task that it does, and what its sync held', async () => {
    const place = await createServicePlace(onTestFinished)
    const { promise: looked, resolve: release } = Promise.withResolvers<undefined>()
    const task = answer({ task: { id: '2Zb4yYxWvUtSrQpOnMlKjIhGfEd', sync_full: {} }, next_poll: { nanos: 1 } })
    place.stub.on.GetTask = inTurn(task, answer({ next_poll: { seconds: 1 } }))
    place.stub.on.FinishTask = (call) => void looked.then(() => answer()(call))
    const daemon = place.daemon(['--explorer', '--explorer-port', '0'])
    const ask = await enter(daemon)
    const shown = async () => (await ask<Runs>('/api/runs')).daemons[0]
    await expect.poll(async () => (await shown())?.lastSync?.grants, PATIENCE).toBeGreaterThan(0)
    expect(await shown()).toMatchObject({ running: true, mode: 'service', connection: 'connected', ready: true })
    release(undefined)
    await expect.poll(async () => (await shown())?.tasks, PATIENCE).toEqual([])
    daemon.kill('SIGTERM')
    expect((await daemon.ended).code).toBe(0)
    await expect(ask('/api/runs')).rejects.toThrow('fetch failed')
  })

  it('shows the cycles of scim run, with the log by object', async () => {
    const server = await startTenant()
    onTestFinished(() => server.close())
    const folder = temporaryFolder(onTestFinished)
    writeFileSync(join(folder, 'token'), SCIM_TOKEN, { mode: 0o600 })
    const files = ['people', 'groups', 'members'].flatMap((name) => [`--${name}`, join(EXAMPLES, `${name}.csv`)])
    const program = startProgram(
      [
        ...['scim', 'run', ...files, '--target', server.scimUrl, '--token-file', join(folder, 'token')],
        ...['--state', join(folder, 'state.db'), '--explorer', '--explorer-port', '0'],
      ],
      { cwd: folder, atEnd: onTestFinished },
    )
    const ask = await enter(program)
    await expect.poll(async () => (await ask<Runs>('/api/runs')).scim?.cycles[0]?.state, PATIENCE).toBe('succeeded')
    const { scim } = await ask<Runs>('/api/runs')
    expect(scim).toMatchObject({ running: true, code: 'Active', missing: null })
    expect(scim?.log.length).toBeGreaterThan(10)
    expect(scim?.log[0]?.steps.length).toBeGreaterThan(3)
    program.kill('SIGTERM')
    expect((await program.ended).code).toBe(0)
  })
})
