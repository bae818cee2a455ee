import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { expandedTruthOf } from '../tenant/tenant-truth.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import type { TenantOptions } from '../tenant/start-tenant.ts'
import { toldIn } from '../support/expect-refusal.ts'
import { createPlace, refuseKey, settingsFor } from '../support/place.ts'
import { until } from '../support/service-place.ts'

async function scheduled(atEnd: Parameters<typeof createPlace>[0], options: TenantOptions = {}) {
  const place = createPlace(atEnd)
  const tenant = await place.serve(options)
  const stateDir = temporaryFolder(atEnd)
  const port = await freePort()
  const env = {
    ...settingsFor(tenant.baseUrl),
    BATON_STATE_DIR: stateDir,
    BATON_HEALTH_CHECK: 'true',
    BATON_HEALTH_CHECK_PORT: String(port),
  }
  const ask = async (path: string) => {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`)
      return { status: answer.status, body: await answer.text() }
    } catch {
      return undefined
    }
  }
  /** Waits until so many syncs are finished. */
  const synced = (count: number) =>
    until(async () => {
      const told = /^baton_sync_duration_seconds_count (\d+)$/m.exec((await ask('/metrics'))?.body ?? '')
      return Number(told?.[1] ?? 0) >= count ? true : undefined
    })
  return { place, tenant, env, ask, synced, stateDir }
}

describe.concurrent('the schedule', () => {
  it('syncs again and again into one file, is ready, and ends with 0 on SIGTERM', async ({ onTestFinished }) => {
    const { place, tenant, env, ask, synced, stateDir } = await scheduled(onTestFinished)
    const daemon = place.start(['--interval', '1s'], { env })
    await synced(1)
    expect((await ask('/ready'))?.status).toBe(200)
    tenant.tenant.removeUser(tenant.tenant.users[3]!)
    const truth = expandedTruthOf(tenant.tenant)
    await synced(3)
    expect(readSnapshot(place.file)).toMatchObject(truth)
    expect(readSnapshot(place.file).syncs.filter(({ finished }) => finished).length, 'retention').toBe(2)
    const status = await until(async () => {
      const ended = await place.run(['status', '--output', 'json'], { env })
      return ended.stdout.includes('lastSync') ? ended : undefined
    })
    expect(status.code).toBe(0)
    expect(JSON.parse(status.stdout)).toMatchObject({ mode: 'schedule', running: true, ready: true })
    daemon.kill('SIGTERM')
    const ended = await daemon.ended
    expect([ended.code, ended.stdout, toldIn(ended)]).toEqual([0, '', []])
    refuseKey(ended, stateDir)
    expect(readdirSync(stateDir)).toEqual(['status.json'])
  })

  it('is not ready after a sync that failed, says why, and is again after the next', async ({ onTestFinished }) => {
    const { place, tenant, env, ask, synced } = await scheduled(onTestFinished)
    const daemon = place.start(['--interval', '1s'], { env })
    await synced(1)
    tenant.plan({ faults: [{ kind: '403', operation: 'Groups' }] })
    const { body } = await until(async () => {
      const answer = await ask('/ready')
      return answer?.status === 503 ? answer : undefined
    })
    expect(body).toContain('the last sync failed: the API key may not do this (403)')
    const status = await until(async () => {
      const ended = await place.run(['status'], { env })
      return ended.code === 14 ? ended : undefined
    })
    expect(status.stdout).toContain('The daemon runs, but the last sync failed')
    tenant.plan({})
    await until(async () => ((await ask('/ready'))?.status === 200 ? true : undefined))
    daemon.kill('SIGTERM')
    expect((await daemon.ended).code).toBe(0)
  })

  it('ends with the sentence where there is no folder for the file', async ({ onTestFinished }) => {
    const { place, env } = await scheduled(onTestFinished)
    const ended = await place.run(['--interval', '1h', '--file', 'nowhere/sync.c1z'], { env })
    expect([ended.code, toldIn(ended)]).toEqual([5, [expect.stringMatching(/the folder .*nowhere does not exist/)]])
  })

  it('ends with the refusal where the first sync shows that the key is wrong', async ({ onTestFinished }) => {
    const { place, env } = await scheduled(onTestFinished, { keys: {} })
    const ended = await place.run(['--interval', '1h'], { env })
    expect([ended.code, toldIn(ended)]).toEqual([16, [expect.stringContaining('the API key was refused (401)')]])
  })
})
