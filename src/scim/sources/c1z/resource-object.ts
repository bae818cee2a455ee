import { decodeResource } from '../../../sdk/wire/rows/decode-resource.ts'
import { groupTraitOf, userTraitOf } from '../../../sdk/wire/rows/decode-traits.ts'
import type { JsonObject, StoredResource, StoredUserTrait } from '../../../sdk/wire/rows/stored.ts'
import type { SourceValue } from '../../model.ts'
import type { SourceObject } from '../../source.ts'
import { addProfile, profileText } from './profile-attributes.ts'

/** Keys by which connectors spell names in profiles. */
const GIVEN_NAME = ['first_name', 'given_name', 'firstName', 'givenName']
const FAMILY_NAME = ['last_name', 'family_name', 'surname', 'lastName', 'familyName']

type Attributes = Record<string, SourceValue>

/** A user from its row. `key` is unique in the file. Errors: `data-loss` for a damaged row. */
export function userObject(key: string, data: Uint8Array): SourceObject {
  const resource = decodeResource(data)
  const trait = userTraitOf(resource)
  const status = resource.status?.state === undefined ? (trait?.status ?? resource.status) : resource.status
  const profile = resource.profile ?? trait?.profile
  const attributes = common(resource)
  if (trait) addTrait(attributes, trait)
  put(attributes, 'givenName', givenName(trait, profile))
  put(attributes, 'familyName', familyName(trait, profile))
  put(attributes, 'status', status?.state)
  put(attributes, 'statusDetails', status?.details)
  put(attributes, 'createdAt', (resource.createdAt ?? trait?.createdAt)?.toISOString())
  addProfile(attributes, profile)
  const state = status?.state
  return state === undefined ? { id: key, attributes } : { id: key, attributes, enabled: state === 'enabled' }
}

/** A group from its row. `key` is unique in the file. Errors: `data-loss` for a damaged row. */
export function groupObject(key: string, data: Uint8Array): SourceObject {
  const resource = decodeResource(data)
  const trait = groupTraitOf(resource)
  const attributes = common(resource)
  put(attributes, 'sourceType', trait?.sourceType)
  put(attributes, 'rawSourceType', trait?.rawSourceType)
  addProfile(attributes, resource.profile ?? trait?.profile)
  return { id: key, attributes }
}

/** What both kinds have. `id` is the resource's own, `resourceType` its type. */
function common({ id, parent, displayName, description, externalId }: StoredResource): Attributes {
  const attributes: Attributes = {}
  put(attributes, 'id', id?.id)
  put(attributes, 'resourceType', id?.type)
  put(attributes, 'displayName', displayName)
  put(attributes, 'description', description)
  put(attributes, 'parentId', parent?.id)
  put(attributes, 'parentType', parent?.type)
  put(attributes, 'externalId', externalId?.id)
  return attributes
}

function addTrait(attributes: Attributes, trait: StoredUserTrait): void {
  const emails = trait.emails.map(({ address }) => address).filter((address) => address !== '')
  const primary = trait.emails.find(({ isPrimary, address }) => isPrimary && address !== '')?.address
  put(attributes, 'login', trait.login)
  put(attributes, 'loginAliases', trait.loginAliases)
  put(attributes, 'email', primary ?? emails[0])
  put(attributes, 'emails', emails)
  put(attributes, 'middleNames', trait.structuredName?.middleNames)
  put(attributes, 'accountType', trait.accountType)
  put(attributes, 'employeeIds', trait.employeeIds)
  put(attributes, 'lastLogin', trait.lastLogin?.toISOString())
  put(attributes, 'mfaEnabled', trait.mfaEnabled)
  put(attributes, 'ssoEnabled', trait.ssoEnabled)
}

const givenName = (trait: StoredUserTrait | undefined, profile: JsonObject | undefined): string =>
  trait?.structuredName?.givenName || profileText(profile, GIVEN_NAME)

const familyName = (trait: StoredUserTrait | undefined, profile: JsonObject | undefined): string =>
  trait?.structuredName?.familyName || profileText(profile, FAMILY_NAME)

/** Leaves out what is absent: no value, an empty text, an empty list. */
function put(attributes: Attributes, name: string, value: SourceValue | undefined): void {
  if (value === undefined || value === '' || (typeof value === 'object' && value.length === 0)) return
  attributes[name] = value
}
