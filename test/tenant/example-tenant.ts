import { Tenant } from './tenant.ts'

/** Everybody and everything that the examples of docs/change-access.md name, with the numbers behind their ids. */
export function exampleTenant(): Tenant {
  const tenant = new Tenant()
  tenant.addUser({ number: 1, firstName: 'Ada', lastName: 'Okafor', email: 'ada@acme.example', role: 'ADMIN' })
  tenant.addUser({ number: 2, firstName: 'Grace', lastName: 'Hopper', email: 'grace@acme.example' })
  tenant.addUser({ number: 3, firstName: 'Conan', lastName: "O'Brien", email: 'conan@acme.example' })
  const engineering = tenant.addGroup({ number: 10, name: 'Engineering' })
  tenant.addGroup({ number: 11, name: 'On-call' })
  const { network } = tenant
  const database = network.addResource(network.addRemoteNetwork({ number: 31 }), {
    number: 71,
    name: 'Production database',
  })
  network.allow(database, engineering)
  const [, grace] = tenant.users
  if (!grace) throw new Error('no users')
  network.addDevice(grace, { number: 81, name: 'laptop' })
  network.addRequest(grace, database, 'on call', 1)
  network.addRequest(grace, database, 'by mistake', 2)
  const pipeline = network.addServiceAccount({ number: 51, name: 'Deploy pipeline' })
  network.addKey(pipeline, { number: 61, name: 'Day' })
  network.addKey(pipeline, { number: 62, name: 'Unused' })
  network.addKey(network.addServiceAccount({ number: 52, name: 'Backup' }), { number: 63, name: 'Nightly' })
  return tenant
}
