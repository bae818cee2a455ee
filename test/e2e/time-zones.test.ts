import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { expandedTruthOf } from '../tenant/tenant-truth.ts'
import { createPlace, settingsFor } from '../support/place.ts'

const Summary = z.object({ warnings: z.array(z.string()) })

describe('one file written in several time zones', () => {
  it.each([
    ['Asia/Tokyo', 'UTC'],
    ['UTC', 'America/Los_Angeles'],
    ['Pacific/Kiritimati', 'Pacific/Pago_Pago'],
  ])('shows the later sync: first %s, then %s', async (first, second) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    const run = async (zone: string) => {
      const ended = await place.run(['--output', 'json'], { env: { ...settingsFor(server.baseUrl), TZ: zone } })
      expect(ended).toMatchObject({ code: 0 })
      return Summary.parse(JSON.parse(ended.stdout))
    }
    await run(first)
    server.tenant.addUser({ number: 90_001 })
    expect((await run(second)).warnings).toEqual([])
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(server.tenant))
  })
})
