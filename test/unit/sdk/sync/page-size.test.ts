import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readSnapshot } from '../../../support/snapshot-rows.ts'
import { syncTenant, temporaryFolder } from '../../../tenant/sync-tenant.ts'
import { tenantOf } from '../../../tenant/tenant-of.ts'
import { edgeTenant } from '../../../tenant/edge-tenant.ts'
import { seedTenant } from '../../../tenant/seed-tenant.ts'
import type { TenantOptions } from '../../../tenant/start-tenant.ts'

/** The sizes of pages that are asked for alone; of others see together.test.ts. */
async function sync(options: TenantOptions) {
  const server = await tenantOf({ tenant: edgeTenant(), ...options })
  const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
  const result = await syncTenant(server, file, { oneListingARequest: true })
  return { server, result, grants: readSnapshot(file).grants }
}

const sizesOf = ({ server }: Awaited<ReturnType<typeof sync>>, operation: string) =>
  server.requests.filter((request) => request.operation === operation).map(({ variables }) => variables['first'])

describe('pages', () => {
  it.each([50, 30])(
    'become smaller where the API refuses more than %i rows with an error, also of nested lists',
    async (firstLimit) => {
      const whole = await sync({})
      const small = await sync({ habits: { firstLimit } })
      expect(small.grants).toEqual(whole.grants)
      expect(small.result.kind).toBe('full')
    },
  )

  it('ask no third time for what was refused twice', async () => {
    const tenant = seedTenant({ users: 450, groups: 3 })
    const sizes = sizesOf(await sync({ tenant, habits: { firstLimit: 50 } }), 'Users')
    expect(sizes.filter((size) => size === 100)).toHaveLength(2)
    expect(sizes.length).toBeLessThanOrEqual(2 + 2 + Math.ceil(450 / 50))
  })

  it.each([
    ['Query cost 600 is over the limit', 'INTERNAL_SERVER_ERROR'],
    ['Query cost 600 is over the limit', 'GRAPHQL_VALIDATION_FAILED'],
    ['Syntax Error: Query Cost limit of 5000 exceeded, found 6000.', undefined],
  ])('become smaller where they cost too much, in the words %j (code %s)', async (refusal, code) => {
    const result = await sync({ habits: { firstLimit: 20, overLimit: { message: refusal, ...(code && { code }) } } })
    expect(result.grants).toEqual((await sync({})).grants)
  })

  it('of one row that are refused end the sync as before, after two requests more', async () => {
    const server = await tenantOf({ habits: { firstLimit: 0 } })
    const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
    await expect(syncTenant(server, file, { workers: 1, attempts: 1, oneListingARequest: true })).rejects.toMatchObject(
      { code: 'unavailable' },
    )
    expect(server.requests.map(({ variables }) => variables['first'])).toEqual([100, 1, 1])
  })

  it('are large again after an error that passed', async () => {
    const sizes = sizesOf(await sync({ faults: [{ operation: 'Users', kind: 'errors-200', times: 1 }] }), 'Users')
    expect(sizes).toEqual([100, 1, 50, 100, 100])
  })
})
