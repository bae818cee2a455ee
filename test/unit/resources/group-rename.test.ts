import { describe, expect, it } from 'vitest'
import { planGroupRename, renameGroup } from '../../../src/resources/group-rename.ts'
import type { RetryPolicy } from '../../../src/sdk/pacing/retry.ts'
import { call, clientOf, type ClientPlan } from '../../tenant/tenant-client.ts'
import { groupCalled, tenantOf, writes } from '../../tenant/tenant-of.ts'
import { READ_KEY } from '../../tenant/api-keys.ts'
import { globalId } from '../../tenant/global-id.ts'
import type { TenantOptions } from '../../tenant/start-tenant.ts'

const quick: RetryPolicy = { attempts: 4, attemptsIfMalformed: 3, firstWaitMs: 1, mostWaitMs: 2 }

async function setting(options: TenantOptions = {}, plan: ClientPlan = {}) {
  const server = await tenantOf(options)
  const client = clientOf(server, plan)
  const idOf = (name: string) => ({ type: 'group', id: groupCalled(server, name).id })
  return {
    server,
    rename: (group: string, name: string) => renameGroup(client, idOf(group), name, call, quick),
    planFor: (group: string, name: string) => planGroupRename(client, idOf(group), name, call, quick),
    planForId: (id: string, type = 'group') => planGroupRename(client, { type, id }, 'New', call, quick),
  }
}

describe('renameGroup', () => {
  it('gives the new name and keeps the members', async () => {
    const { server, rename } = await setting()
    const group = groupCalled(server, 'Contractors')
    const members = group.users.length
    expect(await rename('Contractors', ' Partners "A" 🦊 ')).toBe('renamed')
    expect(group).toMatchObject({ name: 'Partners "A" 🦊', users: { length: members } })
  })

  it('sends nothing where the group has the name already', async () => {
    const { server, rename, planFor } = await setting()
    expect(await rename('Contractors', 'Contractors')).toBe('already-named')
    expect(await planFor('Contractors', 'Contractors')).toMatchObject({ verdict: 'settled' })
    expect(writes(server)).toEqual([])
  })

  it.each([
    ['Engineering', 'New', 'failed-precondition', 'identity provider'],
    ['Everyone', 'New', 'failed-precondition', 'built in'],
    ['Contractors', 'On-call', 'already-exists', 'id '],
    ['Contractors', '  ', 'invalid-argument', 'blank'],
  ])('refuses to call %s %j with %s', async (group, name, code, words) => {
    const { server, rename, planFor } = await setting()
    const detail = expect.stringContaining(words) as string
    expect(await planFor(group, name)).toMatchObject({ verdict: 'refused', error: { code, detail } })
    await expect(rename(group, name)).rejects.toMatchObject({ code, detail })
    expect(writes(server)).toEqual([])
  })

  it.each([globalId('Group', 999_999), 'nonsense'])('does not know the group %s', async (id) => {
    const { planForId } = await setting()
    expect(await planForId(id)).toMatchObject({ verdict: 'refused', error: { code: 'not-found' } })
  })

  it('refuses another type of resource', async () => {
    const { planForId } = await setting()
    expect(await planForId('x', 'user')).toMatchObject({ verdict: 'refused', error: { code: 'invalid-argument' } })
  })

  it('plans without sending a mutation', async () => {
    const { server, planFor } = await setting()
    expect(await planFor('Contractors', 'New')).toMatchObject({
      verdict: 'needed',
      before: 'name "Contractors"',
      after: 'name "New"',
    })
    expect(writes(server)).toEqual([])
  })

  it('sends no second time when the answer was lost and the name is there', async () => {
    const { server, rename } = await setting({ faults: [{ operation: 'GroupRename', kind: 'lost-answer', times: 1 }] })
    expect(await rename('Contractors', 'New')).toBe('renamed')
    expect(writes(server)).toEqual(['GroupRename'])
  })

  it('sends again when nothing was done', async () => {
    const { server, rename } = await setting({ faults: [{ operation: 'GroupRename', kind: '500', times: 1 }] })
    expect(await rename('Contractors', 'New')).toBe('renamed')
    expect(server.tenant.groupByName('New')).toBeDefined()
    expect(writes(server)).toEqual(['GroupRename', 'GroupRename'])
  })

  it('passes the server’s refusal on', async () => {
    const { rename } = await setting({ faults: [{ operation: 'GroupRename', kind: 'ok-false', message: 'No.' }] })
    await expect(rename('Contractors', 'New')).rejects.toMatchObject({ detail: 'Twingate refused: No.' })
  })

  it.each(['http-403', 'errors-200'] as const)('says that a read key needs another level (%s)', async (refusal) => {
    const { rename } = await setting({ refusal }, { key: READ_KEY })
    await expect(rename('Contractors', 'New')).rejects.toMatchObject({
      code: 'permission-denied',
      detail: expect.stringContaining('needs the level Read & Write') as string,
    })
  })
})
