import type { FaultAction } from '../tenant/faults.ts'
import type { RunningTenant } from '../tenant/start-tenant.ts'
import { startOwnDaemon } from './own-daemon.ts'
import { ownTasks } from './own-tasks.ts'
import type { ServiceSubject } from './service-script.ts'

const slow = (delayMs: number): FaultAction => ({ kind: 'slow', delayMs })

/** Our program over a fresh demo tenant, which it may change. */
export const ownSubject = (tenant: RunningTenant): ServiceSubject => ({
  name: 'baton-twingate',
  start(peer, { temp, provisioning, slowPages, slowChanges }) {
    const faults = [...(slowPages ? [slow(800)] : []), ...(slowChanges ? [slow(1000)] : [])]
    tenant.plan({ faults })
    return startOwnDaemon(peer, { stateDir: temp, tenant, provisioning })
  },
  tasks: {
    grant: (number) => ownTasks.grant(137 + number),
    revoke: () => ownTasks.revoke(),
    createAccount: () => ownTasks.createAccount('dana'),
    deleteUser: () => ownTasks.deleteUser(),
    grantToNobody: () => ownTasks.grant(999),
  },
  stays: ['status.json'],
  patienceMs: 90_000,
  limitMs: 180_000,
})
