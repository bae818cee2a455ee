import type { Profile, Resource, ResourceId, Status, UserFacts } from '../../model/model.ts'
import type { TypedMessage } from '../../service/baton-service.ts'
import { message } from './message-of.ts'

type Value = TypedMessage['value']

export const resourceIdValue = ({ type, id }: ResourceId): Value => ({ resource_type: type, resource: id })

/**
 * `c1.connector.v2.Resource` with its trait as the first annotation, the same facts as in a snapshot.
 *
 * Why: profile, status and creation time stand twice, in the trait for readers of every version and in the resource's own fields for newer ones.
 */
export const resourceValue = (resource: Resource): Value => ({
  id: resourceIdValue(resource.id),
  ...(resource.parent && { parent_resource_id: resourceIdValue(resource.parent) }),
  display_name: resource.displayName,
  annotations: [traitOf(resource)],
  ...(resource.description !== undefined && { description: resource.description }),
  ...profileOf(resource.profile),
  ...(resource.status && { status: statusValue('RESOURCE_STATUS', resource.status) }),
  ...createdAtOf(resource),
})

function traitOf(resource: Resource): TypedMessage {
  const { facts } = resource
  if (facts.kind === 'user') return message('UserTrait', userTrait(resource, facts))
  if (facts.kind === 'role') return message('RoleTrait', profileOf(resource.profile))
  return message('GroupTrait', {
    ...profileOf(resource.profile),
    ...(facts.sourceType !== undefined && { group_source_type: facts.sourceType }),
    ...(facts.rawSourceType !== undefined && { raw_group_source_type: facts.rawSourceType }),
  })
}

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
