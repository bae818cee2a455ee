import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSnapshot } from '../support/snapshot-rows.ts'
import type { KeyLevel } from '../tenant/api-keys.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { expandedTruthOf } from '../tenant/tenant-truth.ts'
import { toldIn } from '../support/expect-refusal.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'

/** A tenant of nine pages of users whose key is exchanged while the fifth is asked for; `exchange` puts the new one into the file. */
async function rotated(atEnd: Parameters<typeof createPlace>[0], exchange: (path: string, next: string) => void) {
  const place = createPlace(atEnd)
  const next = `${KEY}-2`
  const keys: Record<string, KeyLevel> = { [KEY]: 'read' }
  const tenant = seedTenant({ users: 900, groups: 150, membershipsPerUser: 4 })
  const path = place.input('key', KEY)
  const server = await place.serve({
    ...{ tenant, keys },
    changes: [
      {
        when: { operation: 'Users', page: 4 },
        apply() {
          delete keys[KEY]
          keys[next] = 'read'
          exchange(path, next)
        },
      },
    ],
  })
  const { BATON_API_KEY: _, ...env } = settingsFor(server.baseUrl)
  const ended = await place.run(['--output', 'json'], { env: { ...env, BATON_API_KEY_FILE: path } })
  return { place, server, tenant, ended }
}

describe.concurrent('an API key that is exchanged during a sync', () => {
  it('is read again from its file, and the sync goes on without a gap', async ({ onTestFinished }) => {
    const { place, server, tenant, ended } = await rotated(onTestFinished, (path, next) =>
      writeFileSync(path, `${next}\n`),
    )
    expect([ended.code, toldIn(ended)]).toEqual([0, []])
    expect(ended.stderr).toContain('the API key was exchanged')
    expect(readSnapshot(place.file)).toMatchObject(expandedTruthOf(tenant))
    const refused = server.requests.filter((request) => !request.keyOk).length
    expect(refused, 'each of the two workers may run into it once').toBeGreaterThanOrEqual(1)
    expect(refused).toBeLessThanOrEqual(2)
  })

  it.for([
    ['is not exchanged in the file', () => {}],
    ['is empty for the moment', (path: string) => writeFileSync(path, '')],
  ] as const)(
    'ends the sync with the sentence of the refusal where it %s',
    async ([, exchange], { onTestFinished }) => {
      const { server, ended } = await rotated(onTestFinished, exchange)
      expect([ended.code, toldIn(ended)]).toEqual([16, [expect.stringContaining('the API key was refused (401)')]])
      expect(server.requests.filter((request) => !request.keyOk).length).toBeLessThanOrEqual(2)
    },
  )
})
