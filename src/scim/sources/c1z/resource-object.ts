import { decodeResource } from '../../../sdk/wire/rows/decode-resource.ts'
import { groupTraitOf, userTraitOf } from '../../../sdk/wire/rows/decode-traits.ts'
import type { JsonObject, StoredResource, StoredUserTrait } from '../../../sdk/wire/rows/stored.ts'
import type { Kind, SourceValue } from '../../model.ts'
import type { SourceObject } from '../../source.ts'
import { addProfile, PROFILE, profileText } from './profile-attributes.ts'

/** Keys by which connectors spell names in profiles. */
const GIVEN_NAME = ['first_name', 'given_name', 'firstName', 'givenName']
const FAMILY_NAME = ['last_name', 'family_name', 'surname', 'lastName', 'familyName']

/** What the attributes of one object are read from. */
interface Parts {
  readonly resource: StoredResource
  readonly trait: StoredUserTrait | undefined
  readonly profile: JsonObject | undefined
  readonly status: StoredResource['status']
  readonly sourceType?: string | undefined
  readonly rawSourceType?: string | undefined
}

type Readers = Readonly<Record<string, (parts: Parts) => SourceValue | undefined>>

/** What both kinds have. `id` is the resource's own, `resourceType` its type. */
const COMMON: Readers = {
  id: ({ resource }) => resource.id?.id,
  resourceType: ({ resource }) => resource.id?.type,
  displayName: ({ resource }) => resource.displayName,
  description: ({ resource }) => resource.description,
  parentId: ({ resource }) => resource.parent?.id,
  parentType: ({ resource }) => resource.parent?.type,
  externalId: ({ resource }) => resource.externalId?.id,
}

const OF: Readonly<Record<Kind, Readers>> = {
  user: {
    ...COMMON,
    login: ({ trait }) => trait?.login,
    loginAliases: ({ trait }) => trait?.loginAliases,
    email: ({ trait }) =>
      trait?.emails.find(({ isPrimary, address }) => isPrimary && address !== '')?.address ?? emailsOf(trait)[0],
    emails: ({ trait }) => emailsOf(trait),
    givenName: ({ trait, profile }) => trait?.structuredName?.givenName || profileText(profile, GIVEN_NAME),
    familyName: ({ trait, profile }) => trait?.structuredName?.familyName || profileText(profile, FAMILY_NAME),
    middleNames: ({ trait }) => trait?.structuredName?.middleNames,
    accountType: ({ trait }) => trait?.accountType,
    employeeIds: ({ trait }) => trait?.employeeIds,
    status: ({ status }) => status?.state,
    statusDetails: ({ status }) => status?.details,
    createdAt: ({ resource, trait }) => (resource.createdAt ?? trait?.createdAt)?.toISOString(),
    lastLogin: ({ trait }) => trait?.lastLogin?.toISOString(),
    mfaEnabled: ({ trait }) => trait?.mfaEnabled,
    ssoEnabled: ({ trait }) => trait?.ssoEnabled,
  },
  group: {
    ...COMMON,
    sourceType: ({ sourceType }) => sourceType,
    rawSourceType: ({ rawSourceType }) => rawSourceType,
  },
}

/** By what people call an object, and what the default mapping takes. */
const USUAL: Readonly<Record<Kind, readonly string[]>> = {
  user: ['displayName', 'email', 'familyName', 'givenName', 'id', 'login'],
  group: ['displayName', 'id'],
}

/** Gives the object of a row; its key is unique in the file. Errors: `data-loss` for a damaged row. */
export type ReadObject = (key: string, data: Uint8Array) => SourceObject

/**
 * Reads objects of a kind: their usual attributes and those that are `wanted`, `undefined` for all.
 *
 * Why: each attribute is stored, read and compared for a hundred thousand people. They come in the order of their names, as they are stored.
 */
export function objectReader(kind: Kind, wanted: readonly string[] | undefined): ReadObject {
  const names = wanted && new Set([...USUAL[kind], ...wanted])
  const readers = Object.entries(OF[kind])
    .filter(([name]) => names?.has(name) !== false)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const isOfProfile = wanted === undefined || wanted.some((name) => name.startsWith(PROFILE))
  return (key, data) => {
    const parts = partsOf(kind, decodeResource(data))
    const attributes: Record<string, SourceValue> = {}
    for (const [name, read] of readers) put(attributes, name, read(parts))
    if (isOfProfile) addProfile(attributes, parts.profile, names)
    const state = kind === 'user' ? parts.status?.state : undefined
    return state === undefined ? { id: key, attributes } : { id: key, attributes, enabled: state === 'enabled' }
  }
}

function partsOf(kind: Kind, resource: StoredResource): Parts {
  const { status, profile } = resource
  if (kind === 'group') {
    const trait = groupTraitOf(resource)
    const { sourceType, rawSourceType } = trait ?? {}
    return { resource, trait: undefined, profile: profile ?? trait?.profile, status, sourceType, rawSourceType }
  }
  const trait = userTraitOf(resource)
  return {
    ...{ resource, trait, profile: profile ?? trait?.profile },
    status: status?.state === undefined ? (trait?.status ?? status) : status,
  }
}

const emailsOf = (trait: StoredUserTrait | undefined): readonly string[] =>
  trait?.emails.map(({ address }) => address).filter((address) => address !== '') ?? []

/** Leaves out what is absent: no value, an empty text, an empty list. */
function put(attributes: Record<string, SourceValue>, name: string, value: SourceValue | undefined): void {
  if (value === undefined || value === '' || (typeof value === 'object' && value.length === 0)) return
  attributes[name] = value
}
