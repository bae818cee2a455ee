import { closeSync, existsSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Logger, silentLogger } from '../../../../../src/sdk/ground/ports.ts'
import { newFolder, SMALL, storeAt } from '../fixture.ts'

/** An unfinished sync that was let go of, as a killed process leaves it. */
async function leftBehind() {
  const folder = newFolder()
  const writer = await storeAt(folder).begin('full', () => false)
  writer.write(SMALL, 'half')
  writer.release()
  return { folder, work: join(folder, '.sync.c1z.work') }
}

function listening() {
  const said: unknown[] = []
  const log: Logger = { ...silentLogger, warn: (_, about) => void said.push(about) }
  return { log, said }
}

function overwrite(path: string, at: number, bytes: Buffer): void {
  const file = openSync(path, 'r+')
  writeSync(file, bytes, 0, bytes.length, at)
  closeSync(file)
}

const DAMAGE: readonly (readonly [string, (work: string) => void])[] = [
  ['its first page', (work) => overwrite(work, 0, Buffer.alloc(4_000, 7))],
  ['a page in its middle', (work) => overwrite(work, 3 * 8_192, Buffer.alloc(8_192, 7))],
  [
    'all of it',
    (work) => writeFileSync(work, 'this is no database, and longer than the header of one would be, by a good deal'),
  ],
]

describe('a damaged working file', () => {
  it.each(DAMAGE)('is named, put aside, and the sync starts over (%s)', async (_, damage) => {
    const { folder, work } = await leftBehind()
    expect(statSync(work).size).toBeGreaterThan(4 * 8_192)
    damage(work)
    const { log, said } = listening()
    const writer = await storeAt(folder, { log }).begin('full', () => true)
    expect(writer.checkpoint).toBe('')
    expect(said).toEqual([{ file: work, aside: `${work}.damaged` }])
    expect(existsSync(`${work}.damaged`)).toBe(true)
    writer.write(SMALL, 'done')
    await writer.finish()
    expect(readdirSync(folder)).toContain('sync.c1z')
  })

  it('is no word for one that is whole', async () => {
    const { folder } = await leftBehind()
    const { log, said } = listening()
    const writer = await storeAt(folder, { log }).begin('full', () => true)
    expect([writer.checkpoint, said]).toEqual(['half', []])
    writer.release()
  })
})
