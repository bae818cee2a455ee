import { describe, expect, test } from 'vitest'
import { officialTools } from '../judges/official-tools.ts'

const found = await officialTools()

describe('official tools', () => {
  test('without Go the result says what to install', async () => {
    expect(await officialTools({ PATH: '/nowhere' })).toEqual({
      missing: expect.stringMatching(/^Go is missing: .*PATH/),
    })
  })

  test('without Go on a CI machine they are an error, so that no check is skipped there', async () => {
    await expect(officialTools({ PATH: '/nowhere', CI: 'true' })).rejects.toThrow('Go is missing')
  })

  test.skipIf('missing' in found)('a refused command is told by its exit code and words', async () => {
    if ('missing' in found) return
    const { exitCode, stderr } = await found.baton(['resources', '--file', '/nowhere/sync.c1z'])
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('does not exist')
  })
})
