import { lstatSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { snapshotPaths } from '../../../../../src/sdk/snapshot/file/snapshot-paths.ts'
import { SMALL, names, newFolder, openPacked, rowsOf, storeAt, syncOnce } from '../fixture.ts'

const storeOf = (file: string) => storeAt('', { file })

describe('a target that is a link', () => {
  it('stays a link: the file at its end is replaced, and nothing is left beside either', async () => {
    const [folder, home] = [newFolder(), newFolder()]
    const [link, file] = [join(folder, 'latest.c1z'), join(home, 'acme.c1z')]
    await syncOnce(storeOf(file))
    symlinkSync(file, link)
    await syncOnce(storeOf(link))
    expect(readlinkSync(link)).toBe(file)
    expect(rowsOf(openPacked(file), 'v1_sync_runs')).toHaveLength(2)
    expect([names(folder), names(home)]).toEqual([['latest.c1z'], ['acme.c1z']])
  })

  it('stays a link although the file at its end does not exist yet', async () => {
    const [folder, home] = [newFolder(), newFolder()]
    symlinkSync(join(home, 'first.c1z'), join(home, 'second.c1z'))
    symlinkSync(join(home, 'second.c1z'), join(folder, 'sync.c1z'))
    await syncOnce(storeOf(join(folder, 'sync.c1z')))
    expect(lstatSync(join(home, 'first.c1z')).isFile()).toBe(true)
    expect(lstatSync(join(folder, 'sync.c1z')).isSymbolicLink()).toBe(true)
    expect(rowsOf(openPacked(join(home, 'second.c1z')), 'v1_sync_runs')).toHaveLength(1)
  })

  it('shares its lock with every other name of the file', async () => {
    const [folder, home] = [newFolder(), newFolder()]
    const file = join(home, 'acme.c1z')
    symlinkSync('acme.c1z', join(home, 'near.c1z'))
    symlinkSync(join(home, 'near.c1z'), join(folder, 'far.c1z'))
    symlinkSync(home, join(folder, 'home'))
    const writer = await storeOf(file).begin('full', () => false)
    writer.write(SMALL, 'going')
    for (const name of [join(home, 'near.c1z'), join(folder, 'far.c1z'), join(folder, 'home/acme.c1z')])
      await expect(storeOf(name).begin('full', () => false)).rejects.toMatchObject({
        code: 'failed-precondition',
        detail: `another run is writing ${file}; wait for it to end or choose another --file`,
      })
    writer.release()
  })

  it('leads to the same helpers in a folder of their own', () => {
    const [folder, home, temp] = [newFolder(), newFolder(), newFolder()]
    symlinkSync(join(home, 'acme.c1z'), join(folder, 'sync.c1z'))
    expect(snapshotPaths(join(folder, 'sync.c1z'), temp)).toEqual(snapshotPaths(join(home, 'acme.c1z'), temp))
  })

  it('is refused where links lead in a circle', () => {
    const folder = newFolder()
    symlinkSync(join(folder, 'b'), join(folder, 'a'))
    symlinkSync(join(folder, 'a'), join(folder, 'b'))
    expect(() => snapshotPaths(join(folder, 'a'))).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        detail: 'its links lead in a circle; choose another --file',
      }) as Error,
    )
  })
})

describe('a name that is too long', () => {
  const tooLong = expect.objectContaining({
    code: 'invalid-argument',
    detail: 'its name is too long; choose a shorter --file',
  }) as Error

  it.each([240, 255, 300])('is refused at %i bytes, before anything is made', async (length) => {
    const folder = newFolder()
    await expect(storeOf(join(folder, 'n'.repeat(length))).begin('full', () => false)).rejects.toThrow(tooLong)
    expect(names(folder)).toEqual([])
  })

  it('is one whose helpers do not fit into the folder of large files', () => {
    const temp = newFolder()
    expect(() => snapshotPaths(join(newFolder(), 'n'.repeat(235)), temp)).toThrow(tooLong)
  })

  it('is none while the names of all helpers fit', async () => {
    const folder = newFolder()
    const name = 'n'.repeat(239)
    await syncOnce(storeOf(join(folder, name)))
    expect(names(folder)).toEqual([name])
  })

  it('can be a path, too', () => {
    const deep = join(newFolder(), ...Array.from({ length: 30 }, () => 'd'.repeat(200)))
    expect(() => mkdirSync(deep, { recursive: true })).toThrow('ENAMETOOLONG')
    expect(() => snapshotPaths(join(deep, 'sync.c1z'))).toThrow(tooLong)
  })
})
