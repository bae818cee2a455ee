import type { Connector } from '../contract/connector.ts'
import type { Sleep } from '../ground/ports.ts'
import { hasProvisioner, type Provisioner } from '../contract/provisioner.ts'
import { GRACE_MS, withGrace } from '../pacing/with-grace.ts'

/** Whoever can change access, by resource type. A write in flight is given a moment to end when the work is told to stop. */
export const patientProvisioners = (connector: Connector, sleep: Sleep): ReadonlyMap<string, Provisioner> =>
  new Map(
    connector.syncers.flatMap((syncer) =>
      hasProvisioner(syncer) ? [[syncer.type.id, patient(syncer, sleep)] as const] : [],
    ),
  )

const patient = (provisioner: Provisioner, sleep: Sleep): Provisioner => ({
  mostPerWrite: provisioner.mostPerWrite,
  plan: (changes, call) => provisioner.plan(changes, call),
  apply: (changes, call) =>
    withGrace(call.signal, sleep, GRACE_MS, (signal) => provisioner.apply(changes, { ...call, signal })),
})
