import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Logger, silentLogger } from '../../../src/sdk/ground/ports.ts'
import { readSnapshot } from '../../support/snapshot-rows.ts'
import { type SyncOptions, syncTenant, temporaryFolder } from '../../tenant/sync-tenant.ts'
import { tenantOf } from '../../tenant/tenant-of.ts'
import { seedTenant } from '../../tenant/seed-tenant.ts'
import type { TenantOptions } from '../../tenant/start-tenant.ts'
import type { Tenant } from '../../tenant/tenant.ts'
import { truthOf } from '../../tenant/tenant-truth.ts'

async function sync(spoil: (tenant: Tenant) => void, options: SyncOptions & Pick<TenantOptions, 'faults'> = {}) {
  const tenant = seedTenant({ users: 230, groups: 5 })
  spoil(tenant)
  const { faults = [], ...more } = options
  const server = await tenantOf({ tenant, faults, habits: { unprintable: ['NEW'] } })
  const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
  const said: unknown[] = []
  const log: Logger = {
    ...silentLogger,
    warn: (_, about) => void (about?.['row'] && said.push([about['row'], about['field']])),
  }
  const result = await syncTenant(server, file, { workers: 1, attempts: 1, log, ...more }).catch(
    (error: unknown) => error,
  )
  return { tenant, server, file, said, result }
}

describe('a row with a value that the server cannot print', () => {
  it.each(['type', 'state'] as const)('is read without its %s, with a word, and all others whole', async (field) => {
    const { tenant, server, file, said, result } = await sync((t) => {
      t.users[137]![field] = 'NEW' as never
    })
    expect(result).toMatchObject({ kind: 'full' })
    expect(said).toEqual([[tenant.users[137]!.id, field]])
    expect(readSnapshot(file).grants).toEqual(truthOf(tenant).grants)
    expect(server.counts().total).toBeLessThanOrEqual(3 + 1 + 5)
  })

  it('is read wherever on the page it stands, and as often as it is there', async () => {
    const { tenant, said, file, result } = await sync((t) => {
      for (const index of [0, 1, 99, 100, 229]) t.users[index]!.type = 'NEW' as never
    })
    expect(result).toMatchObject({ kind: 'full' })
    expect(said).toEqual([0, 1, 99, 100, 229].map((index) => [tenant.users[index]!.id, 'type']))
    expect(readSnapshot(file).grants).toEqual(truthOf(tenant).grants)
  })

  it('keeps the sync unfinished where the value decides a grant, and is named', async () => {
    const { tenant, file, result } = await sync((t) => {
      t.users[137]!.role = 'NEW' as never
    })
    expect(result).toMatchObject({
      code: 'unavailable',
      detail: expect.stringContaining(`Twingate cannot show the field role of ${tenant.users[137]!.id}`) as string,
    })
    expect(readSnapshot(file, 'latest').syncs.map((one) => one.finished)).toEqual([false])
  })

  it('of a group costs one request a page of the users in it, and the grants are all there', async () => {
    const { tenant, server, said, file, result } = await sync((t) => {
      t.groups[2]!.type = 'NEW' as never
    })
    expect(result).toMatchObject({ kind: 'full' })
    expect(new Set(said.map(String))).toEqual(new Set([`${tenant.groups[2]!.id},type`]))
    expect(readSnapshot(file).grants).toEqual(truthOf(tenant).grants)
    expect(server.counts().total).toBeLessThanOrEqual(3 * 3 + 1 + 5)
  })

  it('of a group that is read from its own side is left out, too', async () => {
    const { tenant, file, result } = await sync(
      (t) => {
        t.groups[2]!.type = 'NEW' as never
      },
      { faults: [{ operation: 'Users', page: 1, attempt: 3, kind: 'drop-nested', rows: 1 }] },
    )
    expect(result).toMatchObject({ kind: 'full' })
    expect(readSnapshot(file).grants).toEqual(truthOf(tenant).grants)
  })

  it.each([
    ['member of a group', 'group', 'state'],
    ['holder of a role', 'role', 'type'],
  ] as const)('of a %s that is read alone is left out, with a word', async (_, kind, field) => {
    const { tenant, said, result } = await sync(
      (t) => {
        for (const user of t.users) user.role = 'DEVOPS'
        t.addMember(t.groups[0]!, t.users[3]!)
        t.users[3]![field] = 'NEW' as never
      },
      { targets: [kind === 'group' ? { type: 'group', id: idOfFirstGroup } : { type: 'role', id: 'devops' }] },
    )
    expect(result).toMatchObject({ kind: 'partial' })
    expect(said).toEqual([[tenant.users[3]!.id, field]])
  })
})

const idOfFirstGroup = seedTenant({ users: 1, groups: 1 }).groups[0]!.id
