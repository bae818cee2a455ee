import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { writeHandMadeSnapshot } from '../judges/hand-made-snapshot.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { syncTenant, temporaryFolder } from '../tenant/sync-tenant.ts'
import { startTenant } from '../tenant/start-tenant.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

/** The Go SDK writes the local wall clock of the process, this program writes UTC. */
describe.skipIf(missing)(`a file that the official syncer writes as well ${missing ?? ''}`, () => {
  const tools = found as OfficialTools

  async function prepared() {
    const server = await startTenant()
    onTestFinished(() => server.close())
    const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
    return { file, sync: () => syncTenant(server, file), shown: async () => (await tools.judge(file)).syncId }
  }

  test.each(['Asia/Tokyo', 'UTC', 'America/Los_Angeles'])(
    'shows our sync after an official one made in %s',
    async (zone) => {
      const { file, sync, shown } = await prepared()
      await writeHandMadeSnapshot(file, { startedAt: new Date(Date.now() - 2 * 24 * 3_600_000) })
      const official = await tools.resume(file, zone)
      expect(await shown()).toBe(official.finishedSyncId)
      const { syncId, warnings } = await sync()
      expect([await shown(), warnings.length]).toEqual([syncId, zone === 'Asia/Tokyo' ? 1 : 0])
    },
  )

  test.each(['Asia/Tokyo', 'UTC'])('shows an official sync made in %s after ours', async (zone) => {
    const { file, sync, shown } = await prepared()
    const { syncId } = await sync()
    const official = await tools.resume(file, zone)
    expect(official.finishedSyncId).not.toBe(syncId)
    expect(await shown()).toBe(official.finishedSyncId)
  })

  test('hides an official sync made west of Greenwich after ours, which the official reader says itself', async () => {
    const { file, sync, shown } = await prepared()
    const { syncId } = await sync()
    await expect(tools.resume(file, 'America/Los_Angeles')).rejects.toThrow('no sync was finished')
    expect(await shown()).toBe(syncId)
    const later = await sync()
    expect(await shown()).toBe(later.syncId)
  })
})
