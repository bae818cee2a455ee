import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const room = join(import.meta.dirname, '../../../../src/sdk/ground/room-for-rows.ts')

/** Bytes of the young generation in a process that keeps it small, after these calls. */
async function youngAfter(calls: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    `import v8 from 'node:v8'
    v8.setFlagsFromString('--semi-space-growth-factor=1')
    const { makeRoomForRows } = await import(${JSON.stringify(room)})
    ${calls}
    console.log(v8.getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size)`,
  ])
  return Number(stdout)
}

const MB = 1024 * 1024

describe('room for rows', () => {
  it('is not made for few', async () => {
    expect(await youngAfter('for (let row = 1; row < 5000; row++) makeRoomForRows(row)')).toBeLessThan(2 * MB)
  })

  it.each([
    ['one by one', 'for (let row = 1; row <= 5000; row++) makeRoomForRows(row)'],
    ['in batches', 'for (let row = 300; row <= 6000; row += 300) makeRoomForRows(row, 300)'],
  ])('is made for many, told %s', async (_, calls) => {
    expect(await youngAfter(calls)).toBeGreaterThanOrEqual(8 * MB)
  })
})
