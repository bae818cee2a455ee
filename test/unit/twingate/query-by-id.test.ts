import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { accessRequestActions } from '../../../src/resources/access-request.ts'
import { deviceActions } from '../../../src/resources/device-actions.ts'
import { findAction } from '../../../src/sdk/provision/require-part.ts'
import { call, clientOf } from '../../tenant/tenant-client.ts'
import { syncTenant, temporaryFolder } from '../../tenant/sync-tenant.ts'
import { groupCalled, tenantOf } from '../../tenant/tenant-of.ts'

const slip = (text: string) => Buffer.from(text).toString('base64')

describe('a sync of single resources', () => {
  it.each([
    ["Field 'id' expected a number but got '3O'.", false],
    ['Must receive a User id', true],
    ['Incorrect padding', true],
  ])(
    'finishes nothing for an id that the API refuses with %j (errors without a path: %s)',
    async (unreadableId, pathless) => {
      const server = await tenantOf({ habits: { unreadableId, pathless } })
      const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
      const { id } = groupCalled(server, 'Contractors')
      const targets = [
        { type: 'group', id },
        { type: 'group', id: slip('Group:2a') },
        { type: 'user', id: slip('User:3O') },
      ]
      await expect(syncTenant(server, file, { targets })).rejects.toMatchObject({
        code: 'not-found',
        detail: expect.stringMatching(
          `^"${slip('Group:2a')}" is not the id of a group; .*; "${slip('User:3O')}" is not the id of a user; `,
        ) as string,
      })
      expect(existsSync(file)).toBe(false)
    },
  )

  it('finishes nothing for an id under which the API finds another resource', async () => {
    const server = await tenantOf({ habits: { looseIds: true } })
    const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
    const targets = [
      { type: 'user', id: slip('User:0101') },
      { type: 'group', id: slip('Group:016') },
    ]
    await expect(syncTenant(server, file, { targets })).rejects.toMatchObject({
      code: 'not-found',
      detail: expect.stringMatching(
        /Twingate gives VXNlcjoxMDE= for it.*; .*Twingate gives R3JvdXA6MTY= for it/,
      ) as string,
    })
    expect(existsSync(file)).toBe(false)
  })

  it('fails where the API refuses every id', async () => {
    const server = await tenantOf({ faults: [{ operation: 'User', kind: 'errors-200' }] })
    const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
    const targets = [{ type: 'user', id: server.tenant.users[0]?.id ?? '' }]
    await expect(syncTenant(server, file, { targets })).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('an action on one thing', () => {
  it.each([
    [deviceActions, 'archive_device', 'device_id', 'Device:abc'],
    [accessRequestActions, 'approve_access_request', 'access_request_id', 'AccessRequest:abc'],
  ] as const)(
    'takes an id that the API refuses in other words for one that is not there',
    async (actionsOf, name, argument, id) => {
      const server = await tenantOf({ habits: { unreadableId: 'Incorrect padding' } })
      const action = findAction(actionsOf(clientOf(server)), name)
      await expect(action.plan({ [argument]: slip(id) }, call)).rejects.toMatchObject({ code: 'not-found' })
    },
  )
})
