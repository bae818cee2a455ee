import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BatonPeer } from './baton-peer.ts'
import type { GoDaemonOptions } from './go-daemon.ts'
import type { RunningDaemon } from './running-daemon.ts'
import type { OfficialTools } from './official-tools.ts'
import { connectRaw, type RawClient } from './raw-client.ts'

/** A peer with folders of its own, and what works for it. */
export interface PeerFixture {
  readonly peer: BatonPeer
  /** Where uploads are. */
  readonly uploads: string
  /** Where the daemon has its temporary files. */
  readonly temp: string
  connect(authorization?: readonly string[]): Promise<RawClient>
  startDaemon(options?: Partial<GoDaemonOptions>): RunningDaemon
  /** Names of the rules broken so far, in order. */
  rules(): Promise<readonly string[]>
  /** Ends all that was started and removes the folders. */
  close(): Promise<void>
}

export async function openPeerFixture(tools: OfficialTools): Promise<PeerFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'peer-'))
  const [uploads, temp] = [join(folder, 'uploads'), join(folder, 'temp')]
  await mkdir(uploads)
  await mkdir(temp)
  const peer = await tools.startPeer({ certificates: folder, uploads })
  await peer.tell({ do: 'pace', idlePollMs: 20, busyPollMs: 0, nextHeartbeatMs: 1000 })
  const daemons: RunningDaemon[] = []
  const clients: RawClient[] = []
  return {
    peer,
    uploads,
    temp,
    async connect(authorization) {
      const client = await connectRaw(peer, authorization)
      clients.push(client)
      return client
    },
    startDaemon(options) {
      const daemon = tools.startGoDaemon(peer, { temp, ...options })
      daemons.push(daemon)
      return daemon
    },
    rules: async () => (await peer.violations()).map((text) => text.split(' ')[0] ?? ''),
    async close() {
      for (const client of clients) client.close()
      for (const daemon of daemons) await daemon.stop()
      await peer.close()
      await rm(folder, { recursive: true })
    },
  }
}
