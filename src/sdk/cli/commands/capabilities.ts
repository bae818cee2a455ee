import type { Connector } from '../../contract/connector.ts'
import { capabilitiesOf } from '../../contract/connector.ts'
import type { CredentialIssuer } from '../../contract/provisioner.ts'
import type { ResourceType } from '../../model/model.ts'

const PACKAGE = 'type.googleapis.com/c1.connector.v2'

const NO_PASSWORD = 'CAPABILITY_DETAIL_CREDENTIAL_OPTION_NO_PASSWORD'

/** Accounts are made without a password: an `AccountCreator` takes none and gives none. */
const ACCOUNT_CREDENTIALS = {
  capabilityAccountProvisioning: {
    supportedCredentialOptions: [NO_PASSWORD],
    preferredCredentialOption: NO_PASSWORD,
  },
}

const API_KEY = 'CAPABILITY_DETAIL_CREDENTIAL_OPTION_API_KEY'

/** The source makes the secret of a credential that replaces another. */
const ROTATED_CREDENTIALS = {
  capabilityCredentialRotation: {
    supportedCredentialOptions: [API_KEY],
    preferredCredentialOption: API_KEY,
  },
}

/**
 * What the connector can do, as `c1.connector.v2.ConnectorCapabilities` in protobuf's JSON.
 *
 * Shape: two spaces of indent, no line break at the end, keys in field order: byte for byte the same for the same connector.
 * Source: baton-sdk `pkg/cli/commands.go`.
 */
export function capabilitiesJson(connector: Connector): string {
  const capabilities = capabilitiesOf(connector)
  const document = {
    '@type': `${PACKAGE}.ConnectorCapabilities`,
    resourceTypeCapabilities: capabilities.types.map((entry) => ({
      resourceType: resourceTypeJson(entry.type),
      capabilities: entry.capabilities.map((capability) => `CAPABILITY_${capability}`),
      permissions: {},
      ...(entry.type.optIn && { optInRequired: true }),
      ...(entry.credentials && { credentialIssue: credentialIssueJson(entry.credentials) }),
    })),
    connectorCapabilities: capabilities.connector.map((capability) => `CAPABILITY_${capability}`),
    credentialDetails: {
      ...(capabilities.connector.includes('ACCOUNT_PROVISIONING') && ACCOUNT_CREDENTIALS),
      ...(capabilities.connector.includes('CREDENTIAL_ROTATION') && ROTATED_CREDENTIALS),
    },
  }
  return JSON.stringify(document, null, 2)
}

const credentialIssueJson = ({ type, leastSeconds, mostSeconds }: CredentialIssuer['credentials']): object => ({
  options: [
    {
      option: API_KEY,
      expiry: { min: `${leastSeconds}s`, max: `${mostSeconds}s` },
      resourceMode: 'CREDENTIAL_RESOURCE_MODE_DISCOVERABLE',
      secretResourceTypeId: type,
    },
  ],
  preferredOption: API_KEY,
})

const resourceTypeJson = (type: ResourceType): object => ({
  id: type.id,
  displayName: type.displayName,
  ...(type.traits.length > 0 && { traits: type.traits.map((trait) => `TRAIT_${trait.toUpperCase()}`) }),
  ...(type.skipEntitlementsAndGrants && { annotations: [{ '@type': `${PACKAGE}.SkipEntitlementsAndGrants` }] }),
  ...(type.description !== '' && { description: type.description }),
})
