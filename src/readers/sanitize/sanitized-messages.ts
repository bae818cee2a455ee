import * as n from '../../sdk/wire/rows/field-numbers.ts'
import { varintKeys, WireReader } from '../../sdk/wire/rows/wire-reader.ts'
import { WireWriter } from '../../sdk/wire/rows/wire-writer.ts'
import type { Pseudonyms } from './pseudonyms.ts'
import { type MessageRules, rewriteMessage } from './rewrite-message.ts'
import { sanitizedStruct } from './sanitized-struct.ts'

const CHILD_RESOURCE_TYPE = { resourceTypeId: 1 } as const
const PREFIX = 'c1.connector.v2.'

/** The messages of rows with pseudonyms in place of names, addresses, ids, values and annotations. Errors of all: as `WireReader`. */
export class SanitizedMessages {
  readonly #names: Pseudonyms
  readonly #annotations: Readonly<Record<string, MessageRules>>

  constructor(names: Pseudonyms) {
    this.#names = names
    this.#annotations = this.#annotationRules()
  }

  resourceType(bytes: Uint8Array): Uint8Array {
    return rewriteMessage(bytes, this.#typeRules())
  }

  resource(bytes: Uint8Array): Uint8Array {
    return rewriteMessage(bytes, this.#resourceRules(bytes))
  }

  entitlement(bytes: Uint8Array): Uint8Array {
    return rewriteMessage(bytes, this.#entitlementRules())
  }

  grant(bytes: Uint8Array, id: string): Uint8Array {
    const entry: MessageRules = { [n.MAP_ENTRY.key]: { text: this.#names.entitlementId }, [n.MAP_ENTRY.value]: 'keep' }
    return rewriteMessage(bytes, {
      [n.GRANT.entitlement]: { message: this.#entitlementRules() },
      [n.GRANT.principal]: { bytes: (principal) => this.resource(principal) },
      [n.GRANT.id]: { text: () => id },
      [n.GRANT.annotations]: { bytes: (any) => this.#annotation(any) },
      [n.GRANT.sources]: { message: { [n.GRANT_SOURCES.sources]: { message: entry } } },
    })
  }

  expandable(bytes: Uint8Array): Uint8Array {
    return rewriteMessage(bytes, this.#annotations['GrantExpandable'] ?? {})
  }

  /** An annotation of a kind that is known; `undefined` for all others. */
  #annotation(any: Uint8Array): Uint8Array | undefined {
    const reader = new WireReader(any)
    let url = ''
    let value: Uint8Array = new Uint8Array()
    for (let key = reader.next(); key !== 0; key = reader.next()) {
      if (key === n.ANY.typeUrl * 8 + 2) url = reader.text()
      else if (key === n.ANY.value * 8 + 2) value = reader.bytes()
      else reader.skip()
    }
    const name = url.slice(url.lastIndexOf('/') + 1)
    const rules = name.startsWith(PREFIX) ? this.#annotations[name.slice(PREFIX.length)] : undefined
    if (!rules) return undefined
    const writer = new WireWriter()
    writer.text(n.ANY.typeUrl, `type.googleapis.com/${name}`)
    const rewritten = rewriteMessage(value, rules)
    if (rewritten.length > 0) writer.bytes(n.ANY.value, rewritten)
    return writer.take()
  }

  #typeRules(): MessageRules {
    let id = ''
    return {
      [n.RESOURCE_TYPE.id]: { text: (text) => (id = text) },
      [n.RESOURCE_TYPE.displayName]: { text: () => id },
      [n.RESOURCE_TYPE.traits]: 'keep',
      [n.RESOURCE_TYPE.annotations]: { bytes: (any) => this.#annotation(any) },
      [n.RESOURCE_TYPE.sourcedExternally]: 'keep',
    }
  }

  #resourceRules(bytes: Uint8Array): MessageRules {
    const type = typeIn(bytes)
    return {
      [n.RESOURCE.id]: { message: this.#idRules() },
      [n.RESOURCE.parentResourceId]: { message: this.#idRules() },
      [n.RESOURCE.displayName]: { text: (name) => this.#names.name(name, type) },
      [n.RESOURCE.annotations]: { bytes: (any) => this.#annotation(any) },
      [n.RESOURCE.description]: { text: this.#names.text },
      [n.RESOURCE.batonResource]: 'keep',
      [n.RESOURCE.externalId]: {
        message: {
          [n.EXTERNAL_ID.id]: { text: this.#names.id },
          [n.EXTERNAL_ID.description]: { text: this.#names.text },
        },
      },
      [n.RESOURCE.creationSource]: 'keep',
      [n.RESOURCE.profile]: this.#struct(),
      [n.RESOURCE.status]: this.#status(),
      [n.RESOURCE.createdAt]: this.#time(),
    }
  }

  #entitlementRules(): MessageRules {
    return {
      [n.ENTITLEMENT.resource]: { bytes: (resource) => this.resource(resource) },
      [n.ENTITLEMENT.id]: { text: this.#names.entitlementId },
      [n.ENTITLEMENT.displayName]: { text: this.#names.slug },
      [n.ENTITLEMENT.description]: { text: this.#names.text },
      [n.ENTITLEMENT.grantableTo]: { bytes: (type) => this.resourceType(type) },
      [n.ENTITLEMENT.annotations]: { bytes: (any) => this.#annotation(any) },
      [n.ENTITLEMENT.purpose]: 'keep',
      [n.ENTITLEMENT.slug]: { text: this.#names.slug },
    }
  }

  #annotationRules(): Readonly<Record<string, MessageRules>> {
    const [text, struct, time] = [{ text: this.#names.text }, this.#struct(), this.#time()]
    const immutable = { [n.IMMUTABLE.sourceId]: { text: this.#names.id }, [n.IMMUTABLE.metadata]: struct }
    const name = Object.fromEntries(Object.values(n.STRUCTURED_NAME).map((number) => [number, text]))
    return {
      UserTrait: {
        [n.USER_TRAIT.emails]: { message: { [n.EMAIL.address]: text, [n.EMAIL.isPrimary]: 'keep' } },
        [n.USER_TRAIT.status]: this.#status(),
        [n.USER_TRAIT.profile]: struct,
        [n.USER_TRAIT.accountType]: 'keep',
        [n.USER_TRAIT.login]: text,
        [n.USER_TRAIT.loginAliases]: text,
        [n.USER_TRAIT.createdAt]: time,
        [n.USER_TRAIT.lastLogin]: time,
        [n.USER_TRAIT.mfaStatus]: { message: { [n.MFA_STATUS.mfaEnabled]: 'keep' } },
        [n.USER_TRAIT.ssoStatus]: { message: { [n.SSO_STATUS.ssoEnabled]: 'keep' } },
        [n.USER_TRAIT.structuredName]: { message: name },
        [n.USER_TRAIT.employeeIds]: text,
      },
      GroupTrait: { [n.GROUP_TRAIT.profile]: struct },
      RoleTrait: { [n.ROLE_TRAIT.profile]: struct },
      AppTrait: { [n.APP_TRAIT.profile]: struct, [n.APP_TRAIT.flags]: 'keep' },
      SecretTrait: {
        [n.SECRET_TRAIT.profile]: struct,
        [n.SECRET_TRAIT.createdAt]: time,
        [n.SECRET_TRAIT.expiresAt]: time,
        [n.SECRET_TRAIT.lastUsedAt]: time,
        [n.SECRET_TRAIT.createdById]: { message: this.#idRules() },
        [n.SECRET_TRAIT.identityId]: { message: this.#idRules() },
        [n.SECRET_TRAIT.credentialType]: 'keep',
      },
      ManagedDeviceTrait: {
        [n.MANAGED_DEVICE_TRAIT.serial]: text,
        [n.MANAGED_DEVICE_TRAIT.deviceType]: 'keep',
        [n.MANAGED_DEVICE_TRAIT.model]: 'keep',
        [n.MANAGED_DEVICE_TRAIT.vendor]: 'keep',
        [n.MANAGED_DEVICE_TRAIT.os]: { message: { [n.DEVICE_OS.type]: 'keep', [n.DEVICE_OS.version]: 'keep' } },
      },
      SkipEntitlementsAndGrants: {},
      SkipGrants: {},
      SkipEntitlements: {},
      ChildResourceType: { [CHILD_RESOURCE_TYPE.resourceTypeId]: 'keep' },
      EntitlementImmutable: immutable,
      GrantImmutable: immutable,
      GrantMetadata: { [n.GRANT_METADATA.metadata]: struct },
      GrantExpandable: {
        [n.GRANT_EXPANDABLE.entitlementIds]: { text: this.#names.entitlementId },
        [n.GRANT_EXPANDABLE.shallow]: 'keep',
        [n.GRANT_EXPANDABLE.resourceTypeIds]: 'keep',
      },
    }
  }

  #idRules(): MessageRules {
    return {
      [n.RESOURCE_ID.resourceType]: 'keep',
      [n.RESOURCE_ID.resource]: { text: this.#names.id },
      [n.RESOURCE_ID.batonResource]: 'keep',
    }
  }

  #struct() {
    return { bytes: (struct: Uint8Array) => sanitizedStruct(struct, this.#names) }
  }

  #status() {
    return { message: { [n.STATUS.status]: 'keep', [n.STATUS.details]: { text: this.#names.text } } } as const
  }

  #time() {
    return { bytes: (time: Uint8Array) => movedTime(time, this.#names.movedSeconds) }
  }
}

/** The type in a resource's own id, which begins it. */
function typeIn(resource: Uint8Array): string {
  const reader = new WireReader(resource)
  for (let key = reader.next(); key !== 0; key = reader.next()) {
    if (key !== n.RESOURCE.id * 8 + 2) reader.skip()
    else
      return reader.message((id) => {
        let type = ''
        for (let inner = id.next(); inner !== 0; inner = id.next()) {
          if (inner === n.RESOURCE_ID.resourceType * 8 + 2) type = id.text()
          else id.skip()
        }
        return type
      })
  }
  return 'resource'
}

const SECONDS = varintKeys(n.TIMESTAMP).seconds

function movedTime(bytes: Uint8Array, by: number): Uint8Array {
  const [reader, writer] = [new WireReader(bytes), new WireWriter()]
  let seconds = 0
  for (let key = reader.next(); key !== 0; key = reader.next()) {
    if (key === SECONDS) seconds = reader.int64()
    else reader.skip()
  }
  writer.int64(n.TIMESTAMP.seconds, seconds + by)
  return writer.take()
}
