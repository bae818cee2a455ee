import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { TENANT_KEYS } from '../tenant/api-keys.ts'
import { demoTenant } from '../tenant/demo-tenant.ts'
import { seedTenant } from '../tenant/seed-tenant.ts'
import type { Tenant } from '../tenant/tenant.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'

/** A small tenant, its review as CSV, and a reviewer who decides row by row. */
async function reviewed(
  decide: (row: string, i: number) => string,
  tenant: Tenant = seedTenant({ users: 6, groups: 2, membershipsPerUser: 2 }),
) {
  const place = createPlace(onTestFinished)
  for (const group of tenant.groups) group.type = 'MANUAL'
  const server = await place.serve({ tenant, keys: { ...TENANT_KEYS, [KEY]: 'provision' } })
  expect((await place.run(['sync'], { env: settingsFor(server.baseUrl) })).code).toBe(0)
  expect((await place.run(['report', '--csv', 'review'])).code).toBe(0)
  const [head = '', ...rows] = readFileSync(join(place.folder, 'review/access-review.csv'), 'utf8')
    .trimEnd()
    .split('\r\n')
  const file = place.input('decisions.csv', [head, ...rows.map((row, i) => `${decide(row, i)}${row}`)].join('\r\n'))
  const members = () => tenant.groups.map(({ users }) => users.length)
  const run = (...more: readonly string[]) =>
    place.run(['apply', '--from', file, ...more], { env: settingsFor(server.baseUrl) })
  return { rows, server, members, run }
}

const isMembership = (row: string): boolean => row.includes('bid:r:group/') && row.includes(',bid:r:user/')

describe('the decisions of an access review', () => {
  it('are carried out by apply: what is revoked goes, what is kept stays, and a second run finds it done', async () => {
    let revoked = 0
    const { members, run, server } = await reviewed((row) => (isMembership(row) && revoked++ < 3 ? 'revoke' : 'keep'))
    const before = members().reduce((a, b) => a + b)
    const planned = await run('--dry-run')
    expect([planned.code, server.counts().writes, planned.stdout.match(/^planned/gm)?.length]).toEqual([0, 0, 3])
    const { code, stdout, stderr } = await run()
    expect([code, stdout.match(/^revoked/gm)?.length, members().reduce((a, b) => a + b)]).toEqual([0, 3, before - 3])
    expect(stderr).toMatch(/^\d+ rows keep what is there$/m)
    expect((await run()).stdout.match(/^already-revoked/gm)?.length).toBe(3)
  })

  it('that end no membership are told with their lines and in the exit code, and the others are carried out', async () => {
    const { rows, members, run } = await reviewed((row) =>
      row.includes('bid:r:role/') || isMembership(row) ? 'revoke' : '',
    )
    const roles = rows.filter((row) => row.includes('bid:r:role/')).length
    expect(roles).toBeGreaterThan(0)
    const { code, stderr } = await run()
    expect([code, members()]).toEqual([9, [0, 0]])
    expect(stderr).toContain(`${roles} decisions were not carried out`)
    expect(stderr.match(/line \d+: bid:r:user\/\S+ keeps bid:r:role\//g)).toHaveLength(roles)
  })

  it.each(['group', 'service-account'])('end the access of a %s to a resource', async (type) => {
    const isEdge = (row: string): boolean => row.includes('bid:r:network-resource/') && row.includes(`,bid:r:${type}/`)
    let decided = 0
    const { run, server } = await reviewed((row) => (isEdge(row) && decided++ === 0 ? 'revoke' : 'keep'), demoTenant())
    const { code, stdout } = await run()
    expect([code, stdout.match(/^revoked/gm)?.length, server.counts().writes]).toEqual([0, 1, 1])
    expect((await run()).stdout).toMatch(/^already-revoked/)
  })

  it('change nothing where everything is kept', async () => {
    const { run, server } = await reviewed(() => 'keep')
    expect([(await run()).code, server.counts().writes]).toEqual([0, 0])
  })
})
