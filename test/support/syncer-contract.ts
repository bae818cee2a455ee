import { describe, expect, it } from 'vitest'
import { TYPE_IDS } from '../../src/twingate/type-ids.ts'
import { silentLogger } from '../../src/sdk/ground/ports.ts'
import { hasGet, hasHolders, type PageCall, type ResourceSyncer } from '../../src/sdk/contract/syncer.ts'
import { contractFaults } from '../../src/sdk/testing/contract-faults.ts'

/** How the contract gets a syncer over a tenant with data, and over one that fails in a given way. */
export interface SyncerSetting {
  readonly syncer: () => Promise<ResourceSyncer>
  /** A syncer whose peer answers everything with a fault; absent where the type asks nobody. */
  readonly failing?: (kind: string) => Promise<ResourceSyncer>
  /** An id of an existing resource, and one that is well-formed and does not exist. */
  readonly ids: () => { readonly existing: string; readonly missing: string }
}

/** What must hold for every syncer of every connector: the engine relies on it. */
export function describeSyncerContract(name: string, { syncer, failing, ids }: SyncerSetting): void {
  const callOf = (more: Partial<PageCall> = {}): PageCall => ({
    token: '',
    size: 100,
    signal: new AbortController().signal,
    log: silentLogger,
    scope: { types: new Set(Object.values(TYPE_IDS)), entitlements: true, grants: true },
    ...more,
  })

  describe(`syncer contract: ${name}`, () => {
    it('gives the same rows with pages of any size, each resource once, with an id and a name, and finds them again', async () => {
      const found = await syncer()
      expect((await found.list(callOf())).resources.length).toBeGreaterThan(0)
      expect(await contractFaults({ syncers: [found] }, Object.values(TYPE_IDS))).toEqual([])
    })

    it('refuses a token it did not make', async () => {
      const reader = await syncer()
      if (failing)
        await expect(reader.list(callOf({ token: 'foreign' }))).rejects.toMatchObject({ code: 'invalid-argument' })
      expect(reader.type.id).toBe(name)
    })

    it('finds one resource by id, and nothing for an id that is gone', async () => {
      const found = await syncer()
      if (!hasGet(found)) throw new Error('has no get')
      const { existing, missing } = ids()
      const page = await found.get(existing, callOf())
      expect(page?.resources.some((r) => r.id.id === existing && r.id.type === name)).toBe(true)
      expect(await found.get(missing, callOf())).toBeUndefined()
    })

    it('counts as many holders as it lists from the resource side', async () => {
      const found = await syncer()
      if (!hasHolders(found)) return expect(found.type.skipEntitlementsAndGrants).toBe(true)
      const { existing } = ids()
      const held: string[] = []
      let count = -1
      for (let token: string | undefined = ''; token !== undefined;) {
        const page = await found.holders(existing, callOf({ token, size: 7 }))
        const on = page?.grants.filter((grant) => grant.resource.type === name && grant.resource.id === existing) ?? []
        held.push(...on.map((grant) => grant.principal.id))
        count = page?.holders[0]?.count ?? count
        token = page?.next
      }
      expect(new Set(held).size).toBe(count)
      return undefined
    })

    if (!failing) return

    it('stops at once when told to', async () => {
      const stop = new AbortController()
      stop.abort()
      const reader = await syncer()
      await expect(reader.list(callOf({ signal: stop.signal }))).rejects.toMatchObject({
        name: expect.any(String) as string,
      })
    })

    it.each([
      ['401', 'unauthenticated'],
      ['403', 'permission-denied'],
      ['500', 'unavailable'],
      ['502-html', 'unavailable'],
      ['html-200', 'unavailable'],
      ['html-404', 'not-found'],
      ['errors-200', 'unavailable'],
      ['errors-partial', 'unavailable'],
      ['reset', 'unavailable'],
      ['reset-mid-body', 'unavailable'],
      ['truncated-json', 'unavailable'],
      ['repeat-cursor', 'unavailable'],
      ['null-cursor', 'unavailable'],
      ['null-node', 'unavailable'],
    ])('fails under %s with %s and gives no row', async (kind, code) => {
      const reader = await failing(kind)
      const first = await reader
        .list(callOf({ size: 5 }))
        .then(
          // A repeated cursor shows only on the second page.
          (page) => (page.next === undefined ? page : reader.list(callOf({ size: 5, token: page.next }))),
          (error: unknown) => Promise.reject(error as Error),
        )
        .catch((error: unknown) => error)
      expect(first).toMatchObject({ code })
    })
  })
}
