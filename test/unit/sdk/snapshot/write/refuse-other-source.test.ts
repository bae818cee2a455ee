import { readFileSync, renameSync } from 'node:fs'
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

  it('is known by its people where the file does not say so', async () => {
    const folder = newFolder()
    const file = join(folder, 'sync.c1z')
    await syncOnce(storeAt(folder))
    const before = readFileSync(file)
    const others = async (): Promise<void> => {
      const writer = await storeAt(folder).begin('full', () => true, 'acme')
      const strangers = SMALL.resources!.map((one) => ({ ...one, id: { ...one.id, id: `${one.id.id} of acme` } }))
      writer.write({ ...SMALL, resources: strangers, entitlements: [], grants: [] }, 'done')
      await writer.finish()
    }
    await expect(others()).rejects.toMatchObject({
      code: 'failed-precondition',
      detail: `${file} holds a sync that does not say of which network it is, and nobody in it is in acme; choose another --file for acme, or move this one away, and run again`,
    })
    expect(readFileSync(file)).toEqual(before)
    renameSync(file, `${file}.old`)
    await others()
    await expect(syncOf(folder, 'demo')).rejects.toThrow('holds a sync of acme')
  })

  it('is taken for the same where somebody is in both, and is named from then on', async () => {
    const folder = newFolder()
    await syncOnce(storeAt(folder))
    await syncOf(folder, 'acme')
    await expect(syncOf(folder, 'demo')).rejects.toThrow('holds a sync of acme')
  })
})
