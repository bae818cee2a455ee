import { chmodSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { newFolder, SMALL, storeAt, syncOnce } from '../fixture.ts'

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

/** The process lets everybody read what it makes, as most shells do. */
function openMask() {
  const before = process.umask(0o022)
  onTestFinished(() => void process.umask(before))
}

describe('files with people in them', () => {
  it('are for their owner alone while a sync is collected', async () => {
    openMask()
    const folder = newFolder()
    const writer = await storeAt(folder).begin('full', () => false)
    writer.write(SMALL, 'half')
    const modes = readdirSync(folder)
      .filter((name) => !name.endsWith('.lock'))
      .map((name) => [name, modeOf(join(folder, name))])
    expect(modes.length).toBeGreaterThan(0)
    expect(modes.filter(([, mode]) => mode !== '600')).toEqual([])
    writer.release()
  })

  it('are for their owner alone when the snapshot is new', async () => {
    openMask()
    const folder = newFolder()
    await syncOnce(storeAt(folder))
    expect(modeOf(join(folder, 'sync.c1z'))).toBe('600')
  })

  it.each([0o644, 0o640, 0o600])('keep the mode %o of a snapshot that is there', async (mode) => {
    openMask()
    const folder = newFolder()
    await syncOnce(storeAt(folder))
    chmodSync(join(folder, 'sync.c1z'), mode)
    await syncOnce(storeAt(folder))
    expect(modeOf(join(folder, 'sync.c1z'))).toBe(mode.toString(8))
  })
})
