import { describe, expect, it } from 'vitest'
import { userResource } from '../../../src/resources/user.ts'
import type { SizedCall } from '../../../src/sdk/contract/syncer.ts'
import { call, clientOf } from '../../tenant/tenant-client.ts'
import { tenantOf } from '../../tenant/tenant-of.ts'
import { seedTenant } from '../../tenant/seed-tenant.ts'
import type { TenantOptions } from '../../tenant/start-tenant.ts'

type Apply = NonNullable<TenantOptions['changes']>[number]['apply']

const scope = { types: new Set(['user', 'group']), entitlements: true, grants: true }

/** Reads 120 users two by two, which makes 60 places, and asks for the ids. */
async function sweep(options: TenantOptions = {}) {
  const tenant = seedTenant({ users: 120, groups: 3, membershipsPerUser: 1 })
  const server = await tenantOf({ tenant, ...options })
  const users = userResource(clientOf(server))
  const sized: SizedCall = { ...call, scope, size: 2 }
  const places: string[] = []
  for (let token: string | undefined = ''; token !== undefined;) {
    const page = await users.list({ ...sized, token })
    places.push(page.place!)
    token = page.next
  }
  const list = await users.ids({ ...call, scope, places, counted: [tenant.groups[0]!.id] })
  return { tenant, list, asked: server.requests.filter(({ operation }) => operation === 'UserIds') }
}

describe('the ids of a listing', () => {
  it('come with 50 pages in a request, and the counts with the last', async () => {
    const { tenant, list, asked } = await sweep()
    expect(list?.ids).toEqual(tenant.users.map(({ id }) => id))
    expect(list?.holders.map(({ count }) => count)).toEqual([tenant.groups[0]!.users.length])
    expect(asked).toHaveLength(2)
  })

  it('are all that was there at one moment, whatever came and went since the pages were read', async () => {
    const { tenant, list } = await sweep({
      changes: [
        {
          when: { operation: 'UserIds', attempt: 1 },
          apply(t) {
            t.removeUser(t.users[3]!)
            for (let i = 0; i < 150; i++) t.addUser()
          },
        },
      ],
    })
    expect(list?.ids).toEqual(tenant.users.map(({ id }) => id))
  })

  const goes: Apply = (t) => t.removeUser(t.users[3]!)
  const movesOn: Apply = (t) => t.users.push(...t.users.splice(3, 1))
  const between = (attempt: number, apply: Apply) =>
    ({ when: { operation: 'UserIds', attempt }, at: 'after', apply }) as const

  it.each([
    ['goes', goes],
    ['moves on', movesOn],
  ])('are asked for again, the oldest first, where a row %s between two requests', async (_, apply) => {
    const { tenant, list, asked } = await sweep({ changes: [between(1, apply)] })
    expect(list?.ids).toEqual(tenant.users.map(({ id }) => id))
    expect(list?.holders.map(({ count }) => count)).toEqual([tenant.groups[0]!.users.length])
    expect(asked).toHaveLength(3)
  })

  it('prove nothing where a row moves on between any two requests', async () => {
    const before = (attempt: number) => ({ when: { operation: 'UserIds', attempt }, apply: movesOn }) as const
    const changes = [between(1, movesOn), before(2), between(2, movesOn), before(3)]
    const { list, asked } = await sweep({ changes })
    expect(list).toBeUndefined()
    expect(asked).toHaveLength(5)
  })

  it('prove nothing where the API counts otherwise', async () => {
    const faults = [{ operation: 'UserIds', kind: 'drop-rows', rows: 1 }] as const
    expect((await sweep({ faults })).list).toBeUndefined()
  })

  it('are asked for in smaller parts where so many are refused', async () => {
    const faults = [{ operation: 'UserIds', kind: 'errors-200', times: 2 }] as const
    const { tenant, list } = await sweep({ faults })
    expect(list?.ids).toEqual(tenant.users.map(({ id }) => id))
    // The counts were given up first.
    expect(list?.holders).toEqual([])
  })
})
