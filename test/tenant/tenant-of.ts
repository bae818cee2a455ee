import { onTestFinished } from 'vitest'
import { demoTenant } from './demo-tenant.ts'
import type { TenantGroup, TenantUser } from './model.ts'
import { startTenant, type RunningTenant, type TenantOptions } from './start-tenant.ts'

/** A running tenant of the demo company that is closed at the end of the test. */
export async function tenantOf(options: TenantOptions = {}): Promise<RunningTenant> {
  const server = await startTenant({ tenant: demoTenant(), ...options })
  onTestFinished(() => server.close())
  return server
}

/** A user of the demo company by the first name. */
export function person(server: RunningTenant, firstName: string): TenantUser {
  const user = server.tenant.users.find((candidate) => candidate.firstName === firstName)
  if (!user) throw new Error(`nobody is called ${firstName}`)
  return user
}

export function groupCalled(server: RunningTenant, name: string): TenantGroup {
  const group = server.tenant.groupByName(name)
  if (!group) throw new Error(`no group is called ${name}`)
  return group
}

/** Names of the mutations that the server saw, refused ones included. */
export const writes = (server: RunningTenant): readonly string[] =>
  server.requests.filter((request) => request.mutation).map((request) => request.operation)
