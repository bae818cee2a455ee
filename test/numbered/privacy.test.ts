import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createPlace, settingsFor } from '../support/place.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'

/** As most shells do: everybody may read what is made. */
const OPEN_MASK = ['sh', '-c', 'umask 022; exec "$@"', 'sh']

it('26: files with people in them are for their owner alone', async ({ onTestFinished }) => {
  const place = createPlace(onTestFinished)
  const server = await place.serve({ tenant: seedTenant({ users: 350, groups: 20 }) })
  const modes: Record<string, string> = {}
  const look = (): void => {
    for (const name of readdirSync(place.folder).filter((file) => !file.endsWith('.lock')))
      modes[name.replace('.sync.c1z.work', 'working file')] = (
        statSync(join(place.folder, name)).mode & 0o777
      ).toString(8)
  }
  server.plan({ changes: [{ when: { operation: 'Users', page: 2 }, apply: look }] })
  expect(await place.run([], { env: settingsFor(server.baseUrl), under: OPEN_MASK })).toMatchObject({ code: 0 })
  look()
  expect(modes).toMatchObject({ 'working file': '600', 'sync.c1z': '600' })
  expect(new Set(Object.values(modes))).toEqual(new Set(['600']))
})

it('28: a file with a sync of another network is refused, with both names', async ({ onTestFinished }) => {
  const place = createPlace(onTestFinished)
  const server = await place.serve()
  const env = settingsFor(server.baseUrl)
  expect(await place.run([], { env })).toMatchObject({ code: 0 })
  const before = place.contents()
  const { code, stderr } = await place.run([], { env: { ...env, BATON_DOMAIN: 'globex' } })
  expect({ code, acme: /\bacme\b/.test(stderr), globex: /\bglobex\b/.test(stderr) }).toEqual({
    ...{ code: 9, acme: true, globex: true },
  })
  expect(place.contents()).toEqual(before)
})
