import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { expandFile } from '../../src/sdk/snapshot/expand/expand-file.ts'
import { TYPE_IDS } from '../../src/twingate/type-ids.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import type { Verdict } from '../judges/verdict.ts'
import { demoTenant } from '../tenant/demo-tenant.ts'
import { seededRandom } from '../tenant/random.ts'
import { seedNetwork } from '../tenant/seed-network.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import { startTenant } from '../tenant/start-tenant.ts'
import { syncTenant, temporaryFolder } from '../tenant/sync-tenant.ts'
import type { Tenant } from '../tenant/tenant.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

/** A tenant of a few groups in which many people reach a resource by several paths, some edges end, and service accounts reach some, too. */
function randomTenant(seed: number): Tenant {
  const random = seededRandom(seed)
  const size = { users: 1 + random(60), groups: 1 + random(12), membershipsPerUser: random(5), seed }
  const tenant = seedTenant({ ...size, everyone: random(2) === 1 })
  const groupsPerResource = random(6)
  seedNetwork(tenant, { resources: 1 + random(20), remoteNetworks: 2, serviceAccounts: 3, groupsPerResource })
  const { network } = tenant
  for (const resource of network.resources) {
    const account = network.serviceAccounts[random(6)]
    if (account) network.allow(resource, account)
    for (const edge of resource.access) {
      if (random(3) === 0) edge.expiresAt = '2027-01-01T00:00:00Z'
      if (random(3) === 0) edge.accessPolicy = { mode: 'AUTO_LOCK', durationSeconds: 86_400 * (1 + random(30)) }
    }
  }
  return tenant
}

describe.skipIf(missing)(`our expansion beside that of the official engines ${missing ?? ''}`, () => {
  const tools = found as OfficialTools

  const tenants: readonly (readonly [string, () => Tenant])[] = [
    ['the demo tenant', demoTenant],
    ...Array.from({ length: 8 }, (_, i) => [`random tenant ${i + 1}`, () => randomTenant(i + 1)] as const),
  ]

  test.each(tenants)('holds the same rows, by SQLite and by Pebble, for %s', async (_, tenant) => {
    const folder = temporaryFolder(onTestFinished)
    const at = (name: string) => join(folder, `${name}.c1z`)
    const server = await startTenant({ tenant: tenant() })
    onTestFinished(() => server.close())
    await syncTenant(server, at('plain'), { types: Object.values(TYPE_IDS), expand: false })
    await expandFile({ file: at('plain'), out: at('ours') })
    copyFileSync(at('plain'), at('sqlite'))
    expect(await tools.baton(['to-pebble', '-f', at('plain'), '--out', at('pebble')])).toMatchObject({ exitCode: 0 })
    for (const engine of ['sqlite', 'pebble']) expect(await tools.expand(at(engine))).toMatchObject({ engine })

    const ours = contentOf(await tools.judge(at('ours')))
    expect(contentOf(await tools.judge(at('pebble')))).toEqual(ours)
    expect(contentOf(await tools.judge(at('sqlite')))).toEqual(ours)
    const before = contentOf(await tools.judge(at('plain')))
    if (tenant === demoTenant) expect(ours.grants.length).toBeGreaterThan(before.grants.length + 40)
  })
})

/** Every row of the sync, grants with their sources, metadata and annotations. What the file counts itself is held against them by the judge. */
function contentOf({ resourceTypes, resources, entitlements, grants, mismatches, syncId }: Verdict) {
  expect(mismatches).toEqual([])
  return { resourceTypes, resources, entitlements, grants, syncId }
}
