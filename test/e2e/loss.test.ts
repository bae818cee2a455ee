import { describe, expect, it, onTestFinished } from 'vitest'
import { readSnapshot } from '../support/snapshot-rows.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { Tenant } from '../tenant/tenant.ts'
import { createPlace, settingsFor } from '../support/place.ts'

describe('a loss is never told as a finished sync', () => {
  it('where the key sees an empty network, by the sync and by validate', async () => {
    const place = createPlace(onTestFinished)
    const server = await place.serve({ tenant: new Tenant() })
    const env = settingsFor(server.baseUrl)
    const says = /user listing: it is empty, although .*; the sync is left unfinished.*run again$/
    const ended = await place.run([], { env })
    expect([ended.code, ended.stdout]).toEqual([10, ''])
    expect(ended.stderr).toMatch(new RegExp(says, 'm'))
    expect(ended.stderr).not.toMatch(/Sync complete|goes on from there/)
    const trial = await place.run(['validate'], { env })
    expect([trial.code, trial.stdout]).toEqual([10, ''])
    expect(trial.stderr).toMatch(/counts 0 users and 0 groups for this key/)
  })

  it('beyond --max-shrink, wherever the limit is set', async () => {
    const place = createPlace(onTestFinished)
    const server = await place.serve({ tenant: seedTenant({ users: 40, groups: 12 }) })
    const env = settingsFor(server.baseUrl)
    expect(await place.run([], { env })).toMatchObject({ code: 0 })
    for (const user of server.tenant.users.slice(20)) server.tenant.removeUser(user)
    for (const refused of [
      { args: ['--max-shrink', '30%'], env },
      { args: [], env: { ...env, BATON_MAX_SHRINK: '30%' } },
    ]) {
      const ended = await place.run(refused.args, { env: refused.env })
      expect(ended.code).toBe(9)
      expect(ended.stderr).toMatch(/user resources went from 40 to 20.*more than --max-shrink allows/)
    }
    expect(readSnapshot(place.file).syncs.map(({ finished }) => finished)).toEqual([true, false])
    expect(await place.run(['--max-shrink', '60%'], { env })).toMatchObject({ code: 0 })
    expect(readSnapshot(place.file).resources.filter((id) => id.startsWith('user:'))).toHaveLength(20)
  })

  it('by a limit that is no percentage', async () => {
    const place = createPlace(onTestFinished)
    const server = await place.serve()
    for (const limit of ['30', '101%', 'a third']) {
      const ended = await place.run(['--max-shrink', limit], { env: settingsFor(server.baseUrl) })
      expect([ended.code, ended.stderr]).toEqual([
        3,
        expect.stringMatching(/--max-shrink .*must be a percentage from 0% to 100%, for example 30%/),
      ])
    }
  })
})
