import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { hasTerminal, TERMINAL } from '../support/terminal.ts'
import { createPlace, settingsFor } from '../support/place.ts'
import { until } from '../support/service-place.ts'

/** A schedule that syncs every second, and what tells how far it is. */
async function scheduled(atEnd: Parameters<typeof createPlace>[0], under: readonly string[] = []) {
  const place = createPlace(atEnd)
  const server = await place.serve()
  const env = { ...settingsFor(server.baseUrl), BATON_STATE_DIR: temporaryFolder(atEnd) }
  const log = join(temporaryFolder(atEnd), 'run.log')
  const daemon = place.start(['--interval', '1s', '--log-path', log], { env, under })
  /** Waits for so many syncs more. */
  const syncs = (more: number) => {
    const goal = server.counts().total + 2 * more
    return until(() => (server.counts().total >= goal ? true : undefined))
  }
  const status = async () => {
    const { code, stdout } = await place.run(['status', '--output', 'json'], { env })
    return { code, pid: (JSON.parse(stdout) as { readonly pid?: number }).pid }
  }
  return { daemon, log, syncs, status }
}

const linesIn = (path: string): number => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0)

describe.concurrent('a log that is moved away', () => {
  it.for([
    { name: 'nothing else', signals: [] },
    { name: 'SIGHUP', signals: ['SIGHUP'] },
    { name: 'SIGUSR2', signals: ['SIGUSR2'] },
  ] as const)('is followed by a new one after $name', async ({ signals }, { onTestFinished }) => {
    const { daemon, log, syncs } = await scheduled(onTestFinished)
    await until(() => (linesIn(log) > 0 ? true : undefined))
    renameSync(log, `${log}.1`)
    const moved = linesIn(`${log}.1`)
    for (const signal of signals) daemon.kill(signal)
    await until(() => (linesIn(log) > 0 ? true : undefined))
    await syncs(1)
    expect(daemon.isRunning()).toBe(true)
    expect(linesIn(`${log}.1`)).toBeLessThanOrEqual(moved + 1)
    for (const line of readFileSync(log, 'utf8').trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg')
    daemon.kill('SIGTERM')
    expect(await daemon.ended).toMatchObject({ code: 0, stderr: '' })
  })
})

describe.skipIf(!hasTerminal).concurrent('a terminal that is closed', () => {
  it('ends the daemon that runs on it', async ({ onTestFinished }) => {
    const { daemon, status, syncs } = await scheduled(onTestFinished, TERMINAL)
    await syncs(1)
    await until(async () => ((await status()).code === 0 ? true : undefined))
    daemon.kill('SIGKILL')
    const { pid } = await until(async () => {
      const found = await status()
      return found.code === 5 ? found : undefined
    })
    expect(existsSync(`/proc/${pid}`)).toBe(false)
  })

  it('does not end one under nohup', async ({ onTestFinished }) => {
    const { daemon, status, syncs } = await scheduled(onTestFinished, [...TERMINAL, 'nohup'])
    await syncs(1)
    const { pid } = await until(async () => {
      const found = await status()
      return found.code === 0 ? found : undefined
    })
    onTestFinished(() => {
      if (existsSync(`/proc/${pid}`)) process.kill(pid!, 'SIGKILL')
    })
    daemon.kill('SIGKILL')
    await daemon.ended
    await syncs(3)
    expect((await status()).code).toBe(0)
    process.kill(pid!, 'SIGTERM')
    await until(async () => ((await status()).code === 5 ? true : undefined))
  })
})
