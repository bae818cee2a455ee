import { chmodSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../tenant/sync-tenant.ts'
import { createPlace, settingsFor } from '../support/place.ts'
import { until } from '../support/service-place.ts'

interface Told {
  readonly running: boolean
  readonly stateDir?: string
  readonly lastSync?: { readonly file: string; readonly resources: Readonly<Record<string, number>> }
}

describe('status without a word on which daemon', () => {
  it('finds those of this user that run, and no other', async ({ onTestFinished }) => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    const env = { ...settingsFor(server.baseUrl), TMPDIR: temporaryFolder(onTestFinished) }
    const status = async (...args: readonly string[]) => {
      const { code, stdout } = await place.run(['status', '--output', 'json', ...args], { env })
      const lines = stdout.trim().split('\n')
      return { code, told: lines.map((line) => JSON.parse(line) as Told) }
    }
    /** Waits until so many daemons have told of a sync. */
    const synced = (count: number) =>
      until(async () => {
        const { code, told } = await status()
        const done = told.filter(({ lastSync }) => lastSync !== undefined)
        return code === 0 && done.length === count ? told : undefined
      })

    const none = await place.run(['status'], { env })
    expect([none.code, none.stdout]).toEqual([5, expect.stringContaining('no daemon of this user was found')])

    const first = place.start(['--interval', '1h', '-f', 'acme.c1z'], { env })
    const [alone] = await synced(1)
    expect(alone?.lastSync).toMatchObject({ file: `${place.folder}/acme.c1z`, resources: { user: 40, group: 12 } })
    expect((await place.run(['status'], { env })).stdout).toMatch(/^state +\/\S+\/baton-twingate-[\da-f]{12}$/m)

    const second = place.start(['--interval', '1h', '-f', 'other.c1z'], { env })
    const both = await synced(2)
    expect(new Set(both.map(({ lastSync }) => lastSync?.file)).size).toBe(2)
    expect((await status('-f', 'other.c1z')).told.map(({ lastSync }) => lastSync?.file)).toEqual([
      `${place.folder}/other.c1z`,
    ])
    expect((await status('-f', 'third.c1z')).code).toBe(5)

    second.kill('SIGTERM')
    expect(await second.ended).toMatchObject({ code: 0 })
    expect((await status()).told.map(({ stateDir }) => stateDir)).toEqual([alone?.stateDir])
    // Where others could have put something into it, nothing in it is believed.
    chmodSync(alone?.stateDir ?? '', 0o777)
    expect(dirname(alone?.stateDir ?? '')).toBe(env.TMPDIR)
    expect((await status()).code).toBe(5)

    first.kill('SIGTERM')
    const ended = await first.ended
    const lines = ended.stderr.split('\n').filter((line) => line.startsWith('{'))
    const done = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    expect(done.find(({ msg }) => msg === 'scheduled sync done')).toMatchObject({
      resources: { user: 40, group: 12 },
      grants: { group: expect.any(Number), role: expect.any(Number) },
    })
  })
})
