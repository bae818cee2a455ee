import { addDemoNetwork } from './demo-network.ts'
import type { NewUser, TenantGroup } from './model.ts'
import { Tenant } from './tenant.ts'
import { SEED_EPOCH_MS, timestamp } from './timestamp.ts'

type Row = readonly [firstName: string, lastName: string, fields?: NewUser]

const synced = { type: 'SYNCED' } as const

const idp = (originId: string) => ({ type: 'SYNCED', originId }) as const

/** Forty people; whatever a row leaves out is an ordinary active member with an address made from the name. */
const PEOPLE: readonly Row[] = [
  ['Ada', 'Okafor', { role: 'ADMIN' }],
  ['Bruno', 'Keller', { role: 'ADMIN', ...synced }],
  ['Chen', 'Wei', { role: 'DEVOPS' }],
  ['Dilnoza', 'Karimova', { role: 'DEVOPS', ...synced }],
  ['Emil', 'Sandberg', { role: 'SUPPORT' }],
  ['Fatima', 'Zahra', { role: 'ACCESS_REVIEWER', ...synced }],
  ['Goran', 'Ilic', { role: 'HELPDESK' }],
  ['Hana', 'Novak', { state: 'PENDING' }],
  ['Ivo', 'Petrov', { state: 'PENDING', role: 'SUPPORT' }],
  ['Jaya', 'Raman', { state: 'DISABLED', ...synced }],
  ['Kofi', 'Mensah', { state: 'DISABLED', role: 'ADMIN' }],
  ['Lena', 'Fischer', { email: null, ...synced }],
  ['', '', { email: 'nameless@acme.example' }],
  ['', '', { email: null, ...synced }],
  ['Conan', "O'Brien", { email: "conan.o'brien@acme.example" }],
  ['Robert "Bobby"', '); DROP TABLE users;--', { email: 'bobby@acme.example' }],
  ['Line\nbreak', 'Tab\tbed', { email: 'line.break@acme.example' }],
  ['🦊 Fox', 'Émoji', { email: 'fox@acme.example' }],
  ['نور', 'الهاشمي', { email: 'noor@acme.example', ...synced }],
  ['\u202egnp.exe', 'Override', { email: 'rtl@acme.example' }],
  ['<b>Mallory</b>', '${jndi}', { email: '"mallory, m"@acme.example' }],
  ['Nadia', 'Haddad', { email: 'Nadia.HADDAD@ACME.example' }],
  ['Olu', 'Adeyemi', synced],
  ['Pia', 'Lund', synced],
  ['Quentin', 'Moreau', synced],
  ['Rosa', 'Delgado', synced],
  ['Sven', 'Berg', synced],
  ['Tala', 'Santos', synced],
  ['Uma', 'Iyer', synced],
  ['Viktor', 'Horvath', synced],
  ['Wanda', 'Nowak', synced],
  ['Xavier', 'Roche', synced],
  ['Yuki', 'Tanaka', synced],
  ['Zoe', 'Papadaki', synced],
  ['Zoe', 'Papadaki', { email: 'zoe.papadaki.2@acme.example' }],
  ['Arjun', 'Mehta'],
  ['Bella', 'Costa'],
  ['Carl', 'Jensen'],
  ['Deniz', 'Yilmaz'],
  ['Esra', 'Aydin'],
]

/**
 * A small company with one of everything that trips a connector: every state, type and role, a role outside the schema,
 * missing addresses and names, hostile text, an inactive group, an empty group and two groups of one name.
 */
export const demoTenant = (): Tenant => {
  const tenant = new Tenant()
  PEOPLE.forEach(([firstName, lastName, fields], index) => {
    tenant.addUser({
      number: 101 + index,
      email: `${firstName}.${lastName}@acme.example`.toLowerCase(),
      firstName,
      lastName,
      createdAt: timestamp(SEED_EPOCH_MS + index * 86_400_000),
      ...fields,
    })
  })
  const people = (from: number, to: number) => tenant.users.slice(from - 101, to - 100)
  const fill = (group: TenantGroup, ...ranges: readonly (readonly [number, number])[]) => {
    for (const [from, to] of ranges) for (const user of people(from, to)) tenant.addMember(group, user)
  }

  tenant.addGroup({ number: 11, name: 'Everyone', type: 'SYSTEM' })
  fill(tenant.addGroup({ number: 12, name: 'Engineering', ...idp('00g1eng') }), [101, 106], [123, 131])
  fill(tenant.addGroup({ number: 13, name: 'Finance', ...idp('00g2fin') }), [110, 112], [132, 134])
  fill(tenant.addGroup({ number: 14, name: 'On-call', securityPolicy: tenant.policies[1] }), [103, 104], [136, 138])
  fill(tenant.addGroup({ number: 15, name: 'Database admins', securityPolicy: tenant.policies[1] }), [101, 103])
  fill(tenant.addGroup({ number: 16, name: 'Contractors' }), [108, 109], [135, 140])
  tenant.addGroup({ number: 17, name: 'Nobody yet' })
  fill(tenant.addGroup({ number: 18, name: 'Old office', isActive: false }), [110, 111], [120, 122])
  fill(tenant.addGroup({ number: 19, name: 'Support', ...idp('00g3sup') }), [105, 105], [107, 107], [113, 114])
  fill(tenant.addGroup({ number: 20, name: 'Support' }), [105, 107])
  fill(tenant.addGroup({ number: 21, name: 'R&D "north"\n🧪 مختبر' }), [115, 121])
  fill(tenant.addGroup({ number: 22, name: 'Left the directory', isActive: false, ...idp('00g4old') }), [134, 134])
  addDemoNetwork(tenant)
  return tenant
}
