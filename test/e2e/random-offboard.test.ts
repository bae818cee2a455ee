import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { createPlace, KEY, settingsFor } from '../support/place.ts'
import type { TenantOptions } from '../tenant/start-tenant.ts'
import { Tenant } from '../tenant/tenant.ts'

/** What somebody holds who leaves; Eve, who stays, holds the same. */
const held = fc.record({
  type: fc.constantFrom('MANUAL' as const, 'SYNCED' as const),
  role: fc.constantFrom('MEMBER', 'DEVOPS', 'SUPPORT', 'ADMIN'),
  state: fc.constantFrom('ACTIVE' as const, 'PENDING' as const, 'DISABLED' as const),
  groups: fc.array(fc.constantFrom('MANUAL' as const, 'SYNCED' as const, 'SYSTEM' as const), { maxLength: 5 }),
  devices: fc.array(fc.constantFrom('ACTIVE' as const, 'BLOCKED' as const, 'ARCHIVED' as const), { maxLength: 4 }),
  requests: fc.array(fc.constantFrom('PENDING' as const, 'APPROVED' as const, 'REJECTED' as const), { maxLength: 3 }),
})
type Held = typeof held extends fc.Arbitrary<infer T> ? T : never

function site({ type, role, state, groups, devices, requests }: Held) {
  const tenant = new Tenant()
  const { network } = tenant
  tenant.addUser({ firstName: 'Root', email: 'root@acme.example', role: 'ADMIN' })
  const people = ['Ada', 'Eve'].map((firstName) =>
    tenant.addUser({ firstName, email: `${firstName.toLowerCase()}@acme.example`, type, role, state }),
  )
  const wiki = network.addResource(network.addRemoteNetwork(), { name: 'Wiki' })
  const teams = groups.map((kind, i) => tenant.addGroup({ name: `Team ${i}`, type: kind }))
  for (const person of people) {
    for (const team of teams) if (team.type !== 'SYSTEM') tenant.addMember(team, person)
    devices.forEach((activeState, i) => network.addDevice(person, { name: `${person.firstName} ${i}`, activeState }))
    for (const status of requests) network.addRequest(person, wiki, 'for Friday').status = status
  }
  const ofPerson = (name: string) => {
    const person = people.find(({ firstName }) => firstName === name)
    return {
      ...{ state: person?.state, role: person?.role },
      groups: person?.groups.filter((group) => group.type !== 'SYSTEM').map((group) => group.name),
      devices: network.devices.filter(({ user }) => user === person).map(({ activeState }) => activeState),
      requests: network.requests.filter(({ user }) => user === person).map(({ status }) => status),
    }
  }
  return { tenant, ofPerson }
}

async function offboard(what: Held, faults: Pick<TenantOptions, 'every'>, runs: number): Promise<void> {
  const place = createPlace(onTestFinished)
  const { tenant, ofPerson } = site(what)
  const server = await place.serve({ tenant, keys: { [KEY]: 'provision' }, ...faults })
  const [ada, eve] = [ofPerson('Ada'), ofPerson('Eve')]
  const env = settingsFor(server.baseUrl)
  let code: number | null = null
  for (let i = 0; i < runs; i++) {
    code = (await place.run(['offboard', 'ada@acme.example', '--yes'], { env })).code
    if (code === 0 || code === 9) break
  }
  const isSynced = what.type === 'SYNCED'
  // The account and the groups of an identity provider are its own, and who was only invited cannot be disabled: 9 says that they are left.
  const keepsState = what.state !== 'ACTIVE' || isSynced
  const isLeft = (keepsState && what.state !== 'DISABLED') || what.groups.includes('SYNCED')
  expect([what, code]).toEqual([what, isLeft ? 9 : 0])
  expect([what, ofPerson('Ada')]).toEqual([
    what,
    {
      state: keepsState ? ada.state : 'DISABLED',
      role: 'MEMBER',
      groups: ada.groups?.filter((name) => tenant.groups.find((group) => group.name === name)?.type === 'SYNCED'),
      devices: ada.devices.map(() => 'ARCHIVED'),
      requests: ada.requests.map((status) => (status === 'PENDING' ? 'REJECTED' : status)),
    },
  ])
  expect([what, ofPerson('Eve')]).toEqual([what, eve])
  await server.close()
}

it('whatever a person holds, offboard ends all that Twingate lets be ended, and touches nobody else', async () => {
  const property = fc.asyncProperty(held, (what) => offboard(what, {}, 1))
  await expect(fc.assert(property, { numRuns: 10, endOnFailure: true })).resolves.toBeUndefined()
}, 300_000)

it('the same holds after some runs where every seventh request fails or loses its answer', async () => {
  const every = { nth: 7, kinds: ['lost-answer', '503', 'reset', 'errors-200', 'truncated-json'] } as const
  const property = fc.asyncProperty(held, (what) => offboard(what, { every }, 5))
  await expect(fc.assert(property, { numRuns: 3, endOnFailure: true })).resolves.toBeUndefined()
}, 300_000)
