import { patientProvisioners } from '../../provision/patient-provisioners.ts'
import { provisionHolders } from '../../provision/provision-holders.ts'
import type { ChangeOutcome } from '../../provision/report.ts'
import type { HolderChange } from '../../sdk/provisioner.ts'
import { changeRetryPolicy } from '../../sdk/send-or-look.ts'
import type { ServiceModeOptions } from '../daemon-options.ts'
import type { TaskRun } from './task-handler.ts'

/** Carries out one change as the command line does, with the same guards. Errors: the refusal or failure. */
export async function changeHolder(
  { connector, sleep, retries }: ServiceModeOptions,
  change: HolderChange,
  { signal, log }: TaskRun,
): Promise<ChangeOutcome | undefined> {
  let outcome: ChangeOutcome | undefined
  await provisionHolders({
    changes: [change],
    provisioners: patientProvisioners(connector, sleep),
    dryRun: false,
    retry: retries?.change ?? changeRetryPolicy,
    call: { signal, log },
    onReport: (report) => (outcome = report.outcome),
  })
  return outcome
}
