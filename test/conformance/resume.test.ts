import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HAND_MADE_SYNC_ID, writeHandMadeSnapshot } from '../judges/hand-made-snapshot.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined
const EIGHT_DAYS = 8 * 24 * 3_600_000

describe.skipIf(missing)(`resume ${missing ?? ''}`, () => {
  const tools = found as OfficialTools
  let file: string
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'resume-'))
    file = join(directory, 'sync.c1z')
  })
  afterEach(() => rm(directory, { recursive: true }))

  test.each(['', '{"version":1}', '{"own":{"cursor":"abc"}}'])(
    'the official syncer starts over under the same id from the checkpoint %j',
    async (checkpoint) => {
      await writeHandMadeSnapshot(file, { startedAt: new Date(), unfinished: { checkpoint } })
      const outcome = await tools.resume(file)
      expect(outcome).toMatchObject({ finishedSyncId: HAND_MADE_SYNC_ID, sameSync: true, sealedPart: false })
      expect(outcome.difference.extra).toEqual(['resource group:g1', 'resource user:u1', 'entitlement group:g1:member'])
      expect(outcome.before.map(({ endedAt }) => endedAt)).toEqual([''])
      expect(outcome.after.map(({ endedAt }) => endedAt)).not.toContain('')
    },
  )

  test('a checkpoint whose plan leaves out a listing seals a part, and the outcome says so', async () => {
    const checkpoint = JSON.stringify({
      actions_map: { '0000000001': { id: '0000000001', operation: 'list-resource-types' } },
      action_order: ['0000000001'],
      current_action_id: 2,
      version: 1,
    })
    await writeHandMadeSnapshot(file, { startedAt: new Date(), unfinished: { checkpoint } })
    const outcome = await tools.resume(file)
    expect(outcome).toMatchObject({ sameSync: true, sealedPart: true })
    expect(outcome.difference.missing).toContain('resource user:toy-user-1')
  })

  test('a sync older than a week stays unfinished beside a new one', async () => {
    const startedAt = new Date(Date.now() - EIGHT_DAYS)
    await writeHandMadeSnapshot(file, { startedAt, unfinished: { checkpoint: '' } })
    const outcome = await tools.resume(file)
    expect(outcome).toMatchObject({ sameSync: false, sealedPart: false })
    expect(outcome.after.map(({ id, endedAt }) => [id, endedAt === ''])).toEqual([
      [HAND_MADE_SYNC_ID, true],
      [outcome.finishedSyncId, false],
    ])
  })

  test('a checkpoint that is no JSON is refused with the reason', async () => {
    await writeHandMadeSnapshot(file, { startedAt: new Date(), unfinished: { checkpoint: 'abc' } })
    await expect(tools.resume(file)).rejects.toThrow('syncer token corrupt')
  })
})
