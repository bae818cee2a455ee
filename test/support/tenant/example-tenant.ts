import { Tenant } from './tenant.ts'

/** Everybody and everything that the examples of docs/change-access.md name, with the numbers behind their ids. */
export function exampleTenant(): Tenant {
  const tenant = new Tenant()
  tenant.addUser({ number: 1, firstName: 'Ada', lastName: 'Okafor', email: 'ada@acme.example', role: 'ADMIN' })
  tenant.addUser({ number: 2, firstName: 'Grace', lastName: 'Hopper', email: 'grace@acme.example' })
  tenant.addUser({ number: 3, firstName: 'Conan', lastName: "O'Brien", email: 'conan@acme.example' })
  tenant.addGroup({ number: 10, name: 'Engineering' })
  return tenant
}
