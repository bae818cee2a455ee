import { patientProvisioners } from '../../provision/patient-provisioners.ts'
import { provisionHolders } from '../../provision/provision-holders.ts'
import type { ChangeReport } from '../../provision/report.ts'
import type { HolderChange } from '../../contract/provisioner.ts'
import { changeRetryPolicy } from '../../pacing/send-or-look.ts'
import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import type { TaskRun } from '../task-handler.ts'
import { ConnectorError } from '../../ground/errors.ts'
import { type EntitlementName, formatEntitlementId, parseEntitlementId, parseGrantId } from '../../model/ids.ts'
import type { ResourceId } from '../../model/model.ts'
import type { EntitlementRef, GrantRef } from '../baton-service.ts'

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

const isWhole = (id: ResourceId | undefined): id is ResourceId => id !== undefined && id.type !== '' && id.id !== ''

/**
 * The resource and the slug of an entitlement: from its parts, else from its id, which is made of them.
 *
 * Errors: `invalid-argument` where neither tells, `not-found` for an id of an unknown type.
 */
export function entitlementNameOf({ id, slug, resource }: EntitlementRef, types: readonly string[]): EntitlementName {
  if (!isWhole(resource)) return parseEntitlementId(id, types)
  if (slug !== '') return { resource, slug }
  const prefix = formatEntitlementId(resource, '')
  if (id.startsWith(prefix) && id.length > prefix.length) return { resource, slug: id.slice(prefix.length) }
  return parseEntitlementId(id, types)
}

/** The principal as it is named. Errors: `invalid-argument` for one without type or id. */
export function principalOf(principal: ResourceId): ResourceId {
  if (isWhole(principal)) return principal
  throw new ConnectorError('invalid-argument', 'read task', 'the principal has no id or no resource type')
}

/**
 * What a grant is made of: from its parts, and from its id only where they are missing.
 *
 * Why: the service may send a constant as the id of a grant it knows by its ends alone (baton-service.md §6.1).
 */
export function grantNameOf(
  { id, entitlement, principal }: GrantRef,
  types: readonly string[],
): EntitlementName & { readonly principal: ResourceId } {
  if (!entitlement || !isWhole(principal)) return parseGrantId(id, types)
  return { ...entitlementNameOf(entitlement, types), principal }
}
