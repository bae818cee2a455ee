import type {
  ManagedDeviceFacts,
  Profile,
  Resource,
  ResourceId,
  SecretFacts,
  Status,
  UserFacts,
} from '../../model/model.ts'
import type { TypedMessage } from '../../service/baton-service.ts'
import { message } from './message-of.ts'

type Value = TypedMessage['value']

export const resourceIdValue = ({ type, id }: ResourceId): Value => ({ resource_type: type, resource: id })

/**
 * `c1.connector.v2.Resource` with its trait, if it has one, as the first annotation, the same facts as in a snapshot.
 *
 * Why: profile, status and creation time stand twice, in the trait for readers of every version and in the resource's own fields for newer ones.
 */
export const resourceValue = (resource: Resource): Value => ({
  id: resourceIdValue(resource.id),
  ...(resource.parent && { parent_resource_id: resourceIdValue(resource.parent) }),
  display_name: resource.displayName,
  annotations: traitsOf(resource),
  ...(resource.description !== undefined && { description: resource.description }),
  ...profileOf(resource.profile),
  ...(resource.status && { status: statusValue('RESOURCE_STATUS', resource.status) }),
  ...createdAtOf(resource),
})

function traitsOf(resource: Resource): readonly TypedMessage[] {
  const { facts } = resource
  if (!facts) return []
  switch (facts.kind) {
    case 'user':
      return [message('UserTrait', userTrait(resource, facts))]
    case 'role':
      return [message('RoleTrait', profileOf(resource.profile))]
    case 'app':
      return [message('AppTrait', profileOf(resource.profile))]
    case 'secret':
      return [message('SecretTrait', secretTrait(resource, facts))]
    case 'managed_device':
      return [message('ManagedDeviceTrait', deviceTrait(facts))]
    case 'group':
      return [
        message('GroupTrait', {
          ...profileOf(resource.profile),
          ...(facts.sourceType !== undefined && { group_source_type: facts.sourceType }),
          ...(facts.rawSourceType !== undefined && { raw_group_source_type: facts.rawSourceType }),
        }),
      ]
  }
}

const secretTrait = (
  resource: Resource,
  { expiresAt, lastUsedAt, identity, credentialDetail }: SecretFacts,
): Value => ({
  ...profileOf(resource.profile),
  ...createdAtOf(resource),
  ...(expiresAt && { expires_at: expiresAt.toISOString() }),
  ...(lastUsedAt && { last_used_at: lastUsedAt.toISOString() }),
  ...(identity && { identity_id: resourceIdValue(identity) }),
  credential_type: 'CREDENTIAL_TYPE_STATIC_SECRET',
  ...(credentialDetail !== undefined && { credential_detail: credentialDetail }),
})

const deviceTrait = ({ serial, form, os }: ManagedDeviceFacts): Value => ({
  ...(serial !== undefined && { serial }),
  ...(form && { device_type: `DEVICE_TYPE_${form.toUpperCase()}` }),
  ...(os && {
    os: { type: `OS_TYPE_${os.type.toUpperCase()}`, ...(os.version !== undefined && { version: os.version }) },
  }),
})

const userTrait = (resource: Resource, { emails, accountType, login }: UserFacts): Value => ({
  emails: emails.map((address, index) => ({ address, is_primary: index === 0 })),
  ...(resource.status && { status: statusValue('STATUS', resource.status) }),
  ...profileOf(resource.profile),
  account_type: `ACCOUNT_TYPE_${accountType.toUpperCase()}`,
  login,
  ...createdAtOf(resource),
})

const profileOf = (profile: Profile): Value => (Object.keys(profile).length > 0 ? { profile: { ...profile } } : {})

const statusValue = (prefix: 'RESOURCE_STATUS' | 'STATUS', { state, details }: Status): Value => ({
  status: `${prefix}_${state.toUpperCase()}`,
  ...(details !== undefined && { details }),
})

const createdAtOf = ({ createdAt }: Resource): Value => (createdAt ? { created_at: createdAt.toISOString() } : {})
