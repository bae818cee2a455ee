import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openUpdate } from '../../../../../src/sdk/snapshot/write/open-update.ts'
import { randomBytes } from 'node:crypto'
import { silentLogger } from '../../../../../src/sdk/ground/ports.ts'
import { newFolder, SMALL, storeAt, syncOnce } from '../fixture.ts'

async function syncOf(folder: string, source: string | undefined): Promise<void> {
  const writer = await storeAt(folder).begin('full', () => false, source)
  writer.write(SMALL, 'done')
  await writer.finish()
}

describe('a file of another network', () => {
  it.each(['full', 'partial', 'resources_only'] as const)(
    'is refused with both names and stays as it was (%s)',
    async (kind) => {
      const folder = newFolder()
      const file = join(folder, 'sync.c1z')
      await syncOf(folder, 'demo')
      const before = readFileSync(file)
      const refused = storeAt(folder).begin(kind, () => false, 'acme')
      await expect(refused).rejects.toMatchObject({
        code: 'failed-precondition',
        detail: `${file} holds a sync of demo, and this run is of acme; choose another --file for acme, or move this one away first`,
      })
      expect(readFileSync(file)).toEqual(before)
      await syncOf(folder, 'demo')
    },
  )

  it('is not brought up to date either', async () => {
    const folder = newFolder()
    await syncOf(folder, 'demo')
    const clock = { now: () => new Date(), monotonicMs: () => 0 }
    const options = { file: join(folder, 'sync.c1z'), clock, random: randomBytes, log: silentLogger }
    await expect(openUpdate({ ...options, source: 'acme' })).rejects.toMatchObject({ code: 'failed-precondition' })
    const update = await openUpdate({ ...options, source: 'demo' })
    update.writer.write({}, '')
    await update.writer.finish()
    // What it holds now is of the same network as before.
    await expect(storeAt(folder).begin('full', () => false, 'acme')).rejects.toThrow('holds a sync of demo')
  })

  it('is known only where the file says so: one of another program is added to', async () => {
    const folder = newFolder()
    await syncOnce(storeAt(folder))
    await syncOf(folder, 'acme')
    await expect(syncOf(folder, 'demo')).rejects.toThrow('holds a sync of acme')
  })
})
