import { patientProvisioners } from '../../provision/patient-provisioners.ts'
import { provisionHolders } from '../../provision/provision-holders.ts'
import type { ChangeReport } from '../../provision/report.ts'
import type { HolderChange } from '../../contract/provisioner.ts'
import { changeRetryPolicy } from '../../pacing/send-or-look.ts'
import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import type { TaskRun } from '../task-handler.ts'

/** Carries out one change as the command line does, with the same guards, and gives what became of it. Errors: the refusal or failure. */
export async function changeHolder(
  { connector, sleep, retries }: ServiceModeOptions,
  change: HolderChange,
  { signal, log }: TaskRun,
): Promise<ChangeReport | undefined> {
  let told: ChangeReport | undefined
  await provisionHolders({
    changes: [change],
    provisioners: patientProvisioners(connector, sleep),
    dryRun: false,
    retry: retries?.change ?? changeRetryPolicy,
    call: { signal, log },
    onReport: (report) => (told = report),
  })
  return told
}
