import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StatusDocument, statusPath } from '../../src/sdk/service/watch/status-file.ts'
import { until } from '../support/service-place.ts'
import { startTenant, type RunningTenant, type TenantOptions } from '../tenant/start-tenant.ts'
import type { BatonPeer } from './baton-peer.ts'
import type { OfficialTools } from './official-tools.ts'
import { startOwnDaemon } from './own-daemon.ts'
import type { RunningDaemon } from './running-daemon.ts'

/** A peer and a tenant with folders of their own, and our daemon between them. */
export interface OwnFixture {
  readonly peer: BatonPeer
  readonly tenant: RunningTenant
  readonly stateDir: string
  /** For the test's own files. */
  readonly folder: string
  /** Starts the daemon; it is killed at the end of the test if it still runs. */
  start(env?: Readonly<Record<string, string>>): RunningDaemon
  /** What it tells of itself; `undefined` before it does. */
  status(): Promise<StatusDocument | undefined>
  /** Files in the state directory but for `status.json` and what becomes it. */
  left(): Promise<readonly string[]>
  /** Resolves when the lock alone is left. A result is acknowledged before its file is removed. */
  tidied(): Promise<unknown>
}

type AtEnd = (cleanUp: () => Promise<void>) => void

/** Answers come fast, so that tests do not wait for polls. */
const PACE = { do: 'pace', idlePollMs: 50, busyPollMs: 0, nextHeartbeatMs: 1000 } as const

export async function openOwnFixture(
  tools: OfficialTools,
  atEnd: AtEnd,
  options: TenantOptions = {},
): Promise<OwnFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'own-'))
  const [uploads, stateDir] = [join(folder, 'uploads'), join(folder, 'state')]
  await mkdir(uploads)
  await mkdir(stateDir)
  const tenant = await startTenant(options)
  const peer = await tools.startPeer({ certificates: folder, uploads })
  await peer.tell(PACE)
  const daemons: RunningDaemon[] = []
  const left = async () => (await readdir(stateDir)).filter((name) => !name.startsWith('status.json'))
  atEnd(async () => {
    for (const daemon of daemons) {
      daemon.signal('SIGKILL')
      await daemon.ended
    }
    await peer.close()
    await tenant.close()
    await rm(folder, { recursive: true })
  })
  return {
    ...{ peer, tenant, stateDir, folder },
    start(env = {}) {
      const daemon = startOwnDaemon(peer, { stateDir, tenant, env })
      daemons.push(daemon)
      return daemon
    },
    async status() {
      const text = await readFile(statusPath(stateDir), 'utf8').catch(() => undefined)
      return text === undefined ? undefined : StatusDocument.parse(JSON.parse(text))
    },
    left,
    tidied: () => until(async () => ((await left()).join() === 'daemon.lock' ? true : undefined)),
  }
}
