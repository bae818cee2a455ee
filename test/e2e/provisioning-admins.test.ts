import { describe, expect, it, onTestFinished } from 'vitest'
import { Tenant } from '../tenant/tenant.ts'
import { createPlace, KEY, settingsFor } from '../support/place.ts'

/** Two runs that each see two admins, and whose writes are both made before either is answered. */
async function bothAtOnce(mutation: string, argsFor: (id: string) => readonly string[]) {
  const tenant = new Tenant()
  const admins = [tenant.addUser({ role: 'ADMIN' }), tenant.addUser({ role: 'ADMIN' })]
  tenant.addUser()
  const place = createPlace(onTestFinished)
  const server = await place.serve({
    tenant,
    keys: { [KEY]: 'provision' },
    faults: [
      { operation: 'ActiveAdmins', kind: 'meet', parties: 2 },
      { operation: mutation, kind: 'meet', parties: 2 },
    ],
  })
  const env = settingsFor(server.baseUrl)
  const ended = await Promise.all(admins.map(({ id }) => place.run([...argsFor(id), '--output', 'json'], { env })))
  const told = ended.map(({ code, stdout }) => [code, JSON.parse(stdout).outcome as string])
  return { tenant, admins, told, stderr: ended.map((run) => run.stderr).join('') }
}

describe('the last two admins, taken by two runs at once,', () => {
  it('are both admins again where they were demoted', async () => {
    const { admins, told, stderr } = await bothAtOnce('UserRoleUpdate', (id) => ['role', id, 'MEMBER'])
    expect(told).toEqual([
      [10, 'failed'],
      [10, 'failed'],
    ])
    expect(admins.map(({ role }) => role)).toEqual(['ADMIN', 'ADMIN'])
    expect(stderr.match(/was made an active admin again, so that nothing is changed/g)).toHaveLength(2)
  })

  it('are both active again where they were disabled', async () => {
    const { admins, told } = await bothAtOnce('UserDetailsUpdate', (id) => ['account', 'disable', id])
    expect(told).toEqual([
      [10, 'failed'],
      [10, 'failed'],
    ])
    expect(admins.map(({ state }) => state)).toEqual(['ACTIVE', 'ACTIVE'])
  })

  it('are told with what to do now where they were deleted', async () => {
    const { tenant, told, stderr } = await bothAtOnce('UserDelete', (id) => ['account', 'delete', id])
    expect(told).toEqual([
      [10, 'failed'],
      [10, 'failed'],
    ])
    expect(tenant.users).toHaveLength(1)
    expect(stderr.match(/cannot be brought back: make an active user ADMIN now/g)).toHaveLength(2)
  })
})
