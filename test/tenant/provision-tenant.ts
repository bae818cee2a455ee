import { provisionHolders } from '../../src/sdk/provision/provision-holders.ts'
import type { ChangeReport } from '../../src/sdk/provision/report.ts'
import { accessChange } from '../../src/resources/access-change.ts'
import { groupMembership } from '../../src/resources/group-membership.ts'
import { roleAssignment } from '../../src/resources/role-assignment.ts'
import { ConnectorError } from '../../src/sdk/ground/errors.ts'
import type { HolderChange, ProvisionCall } from '../../src/sdk/contract/provisioner.ts'
import { call, clientOf, type ClientPlan } from './tenant-client.ts'
import type { RunningTenant } from './start-tenant.ts'

export const membership = (kind: HolderChange['kind'], group: string, user: string): HolderChange => ({
  kind,
  resource: { type: 'group', id: group },
  slug: 'member',
  principal: { type: 'user', id: user },
})

export const holding = (kind: HolderChange['kind'], role: string, user: string): HolderChange => ({
  ...membership(kind, role, user),
  resource: { type: 'role', id: role },
})

export interface ProvisionResult {
  readonly reports: readonly ChangeReport[]
  readonly outcomes: readonly string[]
  readonly error: ConnectorError | undefined
  /** Mutations the server executed or refused, those refused for their rate left out. */
  readonly writes: number
}

export interface ProvisionPlan extends ClientPlan {
  readonly dryRun?: boolean
  readonly attempts?: number
  readonly call?: ProvisionCall
}

/** Runs the real engine and provisioners against a running tenant. */
export async function provisionTenant(
  server: RunningTenant,
  changes: readonly HolderChange[],
  plan: ProvisionPlan = {},
): Promise<ProvisionResult> {
  const client = clientOf(server, plan)
  const { attempts = 4 } = plan
  const retry = { attempts, attemptsIfMalformed: attempts, firstWaitMs: 1, mostWaitMs: 5 }
  const reports: ChangeReport[] = []
  const before = server.requests.length
  const error = await provisionHolders({
    changes,
    provisioners: new Map([
      ['group', groupMembership(client)],
      ['role', roleAssignment(client, retry)],
      ['network-resource', accessChange(client)],
    ]),
    dryRun: plan.dryRun ?? false,
    retry,
    call: plan.call ?? call,
    onReport: (report) => reports.push(report),
  }).then(
    () => undefined,
    (caught: unknown) => ConnectorError.from(caught, 'test'),
  )
  const made = server.requests.slice(before).filter((request) => request.mutation && !request.limited)
  return { reports, outcomes: reports.map((report) => report.outcome), error, writes: made.length }
}
