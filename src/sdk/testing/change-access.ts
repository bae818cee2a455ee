import type { Connector } from '../contract/connector.ts'
import { type HolderChange, hasProvisioner } from '../contract/provisioner.ts'
import { type Logger, silentLogger } from '../ground/ports.ts'
import { provisionHolders } from '../provision/provision-holders.ts'
import type { ChangeReport } from '../provision/report.ts'
import { NEVER, ONCE } from './no-waiting.ts'

export interface ChangeOptions {
  /** Judges only and changes nothing. @default false */
  readonly dryRun?: boolean
  /** @default nothing is logged */
  readonly log?: Logger
}

/**
 * Grants and revokes as the program does: all are judged first, and nothing is sent where one of them is refused.
 *
 * Shape: what became of each, in their order; a refusal is an outcome with its error. Nothing is retried.
 * Errors: a failure after which it is not known of every change what became of it.
 */
export async function changeAccess(
  connector: Connector,
  changes: readonly HolderChange[],
  { dryRun = false, log = silentLogger }: ChangeOptions = {},
): Promise<readonly ChangeReport[]> {
  const reports = new Map<HolderChange, ChangeReport>()
  const able = connector.syncers.filter((syncer) => hasProvisioner(syncer))
  try {
    await provisionHolders({
      changes,
      provisioners: new Map(able.map((syncer) => [syncer.type.id, syncer])),
      dryRun,
      retry: ONCE,
      call: { signal: NEVER, log },
      onReport: (report) => void reports.set(report.change, report),
    })
  } catch (error) {
    if (changes.some((change) => !reports.has(change))) throw error
  }
  return changes.flatMap((change) => reports.get(change) ?? [])
}
