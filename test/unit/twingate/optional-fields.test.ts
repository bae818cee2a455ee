import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { groupLifecycle } from '../../../src/resources/group-lifecycle.ts'
import { type Logger, silentLogger } from '../../../src/sdk/ground/ports.ts'
import { answerErrors } from '../../../src/twingate/graphql-errors.ts'
import { createFieldKeeper, fragmentOn } from '../../../src/twingate/optional-fields.ts'
import { readSnapshot } from '../../support/snapshot-rows.ts'
import { connectorFor } from '../../support/run-daemon-with.ts'
import { syncTenant, temporaryFolder } from '../../tenant/sync-tenant.ts'
import { call, clientOf, noTime } from '../../tenant/tenant-client.ts'
import { tenantOf, writes } from '../../tenant/tenant-of.ts'

/** Keeps the fields that warnings name. */
function listening() {
  const fields: unknown[] = []
  const types: unknown[] = []
  const log: Logger = {
    ...silentLogger,
    warn(_, about) {
      if (about?.['field']) fields.push(about['field'])
      if (about?.['type']) types.push(about['type'])
    },
  }
  return { log, fields, types }
}

async function sync(withoutFields: readonly string[], more: readonly string[] = []) {
  const server = await tenantOf({ habits: { withoutFields } })
  const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
  const { log, fields, types } = listening()
  const result = syncTenant(server, file, { log, types: ['user', 'group', 'role', ...more] })
  return { server, file, fields, types, result }
}

const PROFILE = ['Group.createdAt', 'Group.originId', 'Group.securityPolicy', 'Group.updatedAt'].concat([
  ...['User.createdAt', 'User.updatedAt'],
])

describe('a field that the API no longer knows', () => {
  it('and that follows from another is not asked for', async () => {
    const { result, fields } = await sync(['User.isAdmin'])
    expect((await result).kind).toBe('full')
    expect(fields).toEqual([])
  })

  it.each([...PROFILE.map((field) => [field]), PROFILE])(
    'is left out, once and with a warning (%s)',
    async (...without) => {
      const whole = await sync([])
      const less = await sync(without)
      expect((await less.result).counts).toEqual((await whole.result).counts)
      expect(less.fields.map(String).toSorted()).toEqual(without)
      expect(readSnapshot(less.file).grants).toEqual(readSnapshot(whole.file).grants)
      expect(less.server.counts().total - whole.server.counts().total).toBeLessThanOrEqual(2)
    },
  )

  it('leaves a type empty, with a warning, where the API does not have the type at all', async () => {
    const types = [
      'connector',
      'gateway',
      'network-resource',
      'remote-network',
      'service-account',
      'service-account-key',
    ]
    const roots = ['connectors', 'gateways', 'resources', 'remoteNetworks', 'serviceAccounts']
    const whole = await (await sync([], types)).result
    const less = await sync(
      roots.map((root) => `QueriesRoot.${root}`),
      types,
    )
    const { counts } = await less.result
    expect(types.map((type) => (whole.counts.resources[type] ?? 0) > 0)).toEqual(types.map(() => true))
    expect(types.map((type) => counts.resources[type] ?? 0)).toEqual(types.map(() => 0))
    expect(['user', 'group', 'role'].map((type) => counts.resources[type])).toEqual(
      ['user', 'group', 'role'].map((type) => whole.counts.resources[type]),
    )
    expect(less.types.map(String).toSorted()).toEqual(types.toSorted())
  })

  it('keeps no change from being made, and makes none twice', async () => {
    const server = await tenantOf({ habits: { withoutFields: ['Group.originId'] } })
    await groupLifecycle(clientOf(server), { sleep: noTime }).create('Auditors', call)
    expect(server.tenant.groups.filter(({ name }) => name === 'Auditors')).toHaveLength(1)
    expect(writes(server)).toEqual(['GroupCreate', 'GroupCreate'])
  })

  it.each(['User.role', 'User.state', 'User.type', 'User.groups', 'Group.type', 'Group.isActive', 'Group.users'])(
    'fails the sync where rows need it, and already the trial of the key (%s)',
    async (field) => {
      const { server, result } = await sync([field])
      await expect(result).rejects.toMatchObject({ code: 'internal' })
      await expect(connectorFor(server).validate(call)).rejects.toMatchObject({ code: 'internal' })
    },
  )

  it('is found by its name where the refusal names no place of the document', async () => {
    const { log, fields } = listening()
    const sent: string[] = []
    const document = `{ group { ...F } }\n${fragmentOn('F', 'Group', ['id', 'originId', 'securityPolicy { id }'])}`
    await createFieldKeeper().fit(document, log, async (text) => {
      sent.push(text)
      if (text.includes('originId'))
        throw answerErrors(
          [{ message: 'Cannot query field "originId" on type "Group".' }],
          { operation: 'Group', document: '' },
          false,
        )
      return Promise.resolve()
    })
    expect(fields).toEqual(['Group.originId'])
    expect(sent.map((text) => text.includes('securityPolicy'))).toEqual([true, true])
  })
})
