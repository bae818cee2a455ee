import { describe, expect, onTestFinished, test } from 'vitest'
import { createPlace, KEY, settingsFor } from '../support/place.ts'
import { grantsOutput, resourcesOutput, syncsOutput } from '../judges/baton-output.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { runBatonJson } from '../judges/run-baton.ts'
import { truthOf } from '../tenant/tenant-truth.ts'
import { Tenant } from '../tenant/tenant.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

async function site() {
  const tenant = new Tenant()
  tenant.addUser({ firstName: 'Ada', lastName: 'Okafor', email: 'ada@acme.example', role: 'ADMIN' })
  const user = tenant.addUser({ firstName: 'Grace', lastName: 'Hopper', email: 'grace@acme.example' })
  const group = tenant.addGroup({ name: 'Engineering' })
  const place = createPlace(onTestFinished)
  const server = await place.serve({ tenant, keys: { [KEY]: 'provision' } })
  const succeed = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await place.run(args, { env: settingsFor(server.baseUrl) })
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
    return stdout
  }
  return { place, tenant, user, group, succeed, server }
}

/** Source: the vendor's CI, connector-cli-and-sync.md §8. */
describe.skipIf(missing)(`the vendor's round trips ${missing ?? ''}`, () => {
  const tools = found as OfficialTools

  const holders = async (file: string, entitlement: string): Promise<readonly string[]> =>
    (await runBatonJson(tools, grantsOutput, file, ['grants', '-e', entitlement])).grants.map(
      (grant) => grant.principal.id.resource,
    )

  test.each([
    ['a group', 'group'],
    ['a role', 'role'],
  ])('a grant of %s is in the next sync, a revoke is not, and both succeed twice', async (_, kind) => {
    const { place, user, group, succeed } = await site()
    const entitlement = kind === 'group' ? `group:${group.id}:member` : 'role:support:member'
    const grant = ['--grant-entitlement', entitlement, '--grant-principal', user.id, '--grant-principal-type', 'user']
    const revoke = ['--revoke-grant', `${entitlement}:user:${user.id}`]
    await succeed()
    await succeed(...grant)
    await succeed()
    expect(await holders(place.file, entitlement)).toEqual([user.id])
    await succeed(...grant)
    await succeed(...revoke)
    await succeed(...revoke)
    await succeed()
    expect(await holders(place.file, entitlement)).toEqual([])
    await succeed(...grant)
  })

  test('an account is created by e-mail, found, disabled, enabled and deleted twice', async () => {
    const { place, tenant, succeed } = await site()
    await succeed('--create-account-email', 'new@acme.example')
    const account = async () => {
      await succeed()
      return (await tools.judge(place.file)).resources.find((resource) => resource.emails?.includes('new@acme.example'))
    }
    const { id = '' } = (await account()) ?? {}
    const created = tenant.user(id)
    expect(created?.state).toBe('PENDING')
    // An invited user becomes active by signing in, which no API call does.
    created!.state = 'ACTIVE'
    const args = ['--invoke-action-args', JSON.stringify({ user_id: id })]
    await succeed('--invoke-action', 'disable_user', ...args)
    expect((await account())?.status).toBe('RESOURCE_STATUS_DISABLED')
    await succeed('--invoke-action', 'enable_user', ...args)
    expect((await account())?.status).toBe('RESOURCE_STATUS_ENABLED')
    const remove = ['--delete-resource', id, '--delete-resource-type', 'user']
    await succeed(...remove)
    await succeed(...remove)
    expect(await account()).toBeUndefined()
  })

  /** What the official command shows of a file without any flag. */
  const shown = async (file: string) => ({
    resources: (await runBatonJson(tools, resourcesOutput, file, ['resources'])).resources
      .map(({ resource: { id } }) => `${id.resourceType}:${id.resource}`)
      .sort(),
    grants: (await runBatonJson(tools, grantsOutput, file, ['grants'])).grants.map(({ grant }) => grant.id).sort(),
  })

  const truth = (tenant: Tenant) => {
    const { resources, grants } = truthOf(tenant)
    return { resources, grants }
  }

  const nameOf = async (file: string, id: string): Promise<string | undefined> =>
    (await runBatonJson(tools, resourcesOutput, file, ['resources'])).resources.find(
      ({ resource }) => resource.id.resource === id,
    )?.resource.displayName

  test('--update-file leaves the whole and present picture after every change', async () => {
    const { place, tenant, user, group, succeed } = await site()
    tenant.addMember(tenant.addGroup({ name: 'Everyone', type: 'SYSTEM' }), user)
    const leaver = tenant.addUser({ firstName: 'Kofi', lastName: 'Mensah', email: 'kofi@acme.example' })
    tenant.addMember(group, leaver)
    await succeed()
    const steps: readonly (readonly string[])[] = [
      ['grant', 'Engineering', user.id],
      ['role', user.id, 'DEVOPS'],
      ['account', 'update', user.id, '--last-name', 'Murray'],
      ['account', 'delete', leaver.id],
      ['account', 'create', 'new@acme.example'],
      ['group', 'create', 'Sales'],
      ['group', 'rename', 'Sales', 'Support'],
      ['revoke', 'Engineering', user.id],
      ['group', 'delete', 'Engineering'],
    ]
    for (const step of steps) {
      await succeed(...step, '--update-file')
      expect([step, await shown(place.file)]).toEqual([step, truth(tenant)])
    }
    expect(await nameOf(place.file, user.id)).toBe('Grace Murray')
    expect((await tools.judge(place.file, { deep: true })).mismatches).toEqual([])
    const { syncs } = await runBatonJson(tools, syncsOutput, place.file, ['syncs'])
    expect(syncs.map(({ syncType }) => syncType)).toEqual(['full', 'full'])
  })
})
