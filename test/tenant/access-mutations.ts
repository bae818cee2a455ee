import { answer, found, Refusal } from './payload.ts'
import type { TenantAccess, TenantAccessPolicy } from './tenant-network.ts'
import type { Tenant } from './tenant.ts'
import { timestamp } from './timestamp.ts'

interface AccessInput {
  readonly principalId: string
  readonly securityPolicyId?: string | null
  readonly expiresAt?: string | null
  readonly accessPolicy?: TenantAccessPolicy | null
  readonly approvalMode?: TenantAccess['approvalMode']
}

const DAY_SECONDS = 86_400

/** The resolvers that add, change and remove single edges of access. A refused mutation changes nothing. */
export const accessMutations = (tenant: Tenant) => {
  const resourceOf = (id: string) =>
    found(
      tenant.network.resources.find((resource) => resource.id === id),
      id,
      'resourceId',
      'Resource',
    )
  const principalOf = (id: string) =>
    found(
      tenant.group(id) ?? tenant.network.serviceAccounts.find((account) => account.id === id),
      id,
      'principalId',
      'Principal',
    )
  const policyOf = (id: string) =>
    found(
      tenant.policies.find((policy) => policy.id === id),
      id,
      'securityPolicyId',
      'SecurityPolicy',
    )

  /** Keys that are left out stay as they are, and `null` clears. */
  const fieldsOf = ({ securityPolicyId, expiresAt, accessPolicy, approvalMode }: AccessInput) => {
    const { mode, durationSeconds } = accessPolicy ?? {}
    if (mode === 'AUTO_LOCK' && !(Number(durationSeconds) >= DAY_SECONDS))
      throw new Refusal('Auto-lock duration must be at least 24 hours.')
    return {
      ...(securityPolicyId !== undefined && {
        securityPolicy: securityPolicyId === null ? null : policyOf(securityPolicyId),
      }),
      ...(expiresAt !== undefined && { expiresAt: expiresAt && timestamp(Date.parse(expiresAt)) }),
      ...(accessPolicy !== undefined && { accessPolicy }),
      ...(approvalMode !== undefined && { approvalMode }),
    }
  }

  return {
    resourceAccessAdd: (_: unknown, args: { readonly resourceId: string; readonly access: readonly AccessInput[] }) =>
      answer(() => {
        const resource = resourceOf(args.resourceId)
        const edges = args.access.map((edge) => ({ node: principalOf(edge.principalId), fields: fieldsOf(edge) }))
        for (const { node, fields } of edges) tenant.network.allow(resource, node, fields)
        return resource
      }),

    resourceAccessRemove: (
      _: unknown,
      args: { readonly resourceId: string; readonly principalIds: readonly string[] },
    ) =>
      answer(() => {
        const resource = resourceOf(args.resourceId)
        for (const node of args.principalIds.map(principalOf)) tenant.network.deny(resource, node)
        return resource
      }),
  }
}
