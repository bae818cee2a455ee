import { capabilitiesOf, type Connector } from '../../contract/connector.ts'
import type { ResourceType } from '../../model/model.ts'
import { type AccountField, type CredentialIssuer, hasAccountCreator } from '../../contract/provisioner.ts'
import type { TypedMessage } from '../../service/baton-service.ts'

const NO_PASSWORD = 'CAPABILITY_DETAIL_CREDENTIAL_OPTION_NO_PASSWORD'

/** Accounts are made without a password: an `AccountCreator` takes none and gives none. */
const ACCOUNT_CREDENTIALS = {
  capability_account_provisioning: {
    supported_credential_options: [NO_PASSWORD],
    preferred_credential_option: NO_PASSWORD,
  },
}

/** A secret that is a text; scopes mean nothing to it. */
const API_KEY = 'CAPABILITY_DETAIL_CREDENTIAL_OPTION_API_KEY'

/** The source makes the secret of a credential that replaces another. */
const ROTATED_CREDENTIALS = {
  capability_credential_rotation: {
    supported_credential_options: [API_KEY],
    preferred_credential_option: API_KEY,
  },
}

/**
 * What the connector is and can do, for the hello. Nothing is asked of the source.
 *
 * Shape: `c1.connector.v2.ConnectorMetadata`. The address of the guide is sent only where it is a whole one: the service refuses others.
 */
export function connectorMetadata(connector: Connector): TypedMessage {
  const { displayName, description, helpUrl } = connector.metadata
  const accounts = connector.syncers.find((syncer) => hasAccountCreator(syncer))
  return {
    type: 'c1.connector.v2.ConnectorMetadata',
    value: {
      display_name: displayName,
      help_url: helpUrl.startsWith('https://') ? helpUrl : '',
      description,
      capabilities: capabilitiesValue(connector),
      account_creation_schema: accounts && accountSchema(accounts.accountFields),
    },
  }
}

/** The fields of `c1.connector.v2.ConnectorCapabilities`. */
export function capabilitiesValue(connector: Connector): TypedMessage['value'] {
  const { types, connector: all } = capabilitiesOf(connector)
  return {
    resource_type_capabilities: types.map((entry) => ({
      resource_type: resourceTypeFields(entry.type),
      capabilities: entry.capabilities.map((capability) => `CAPABILITY_${capability}`),
      permissions: {},
      opt_in_required: entry.type.optIn,
      credential_issue: entry.credentials && credentialIssue(entry.credentials),
    })),
    connector_capabilities: all.map((capability) => `CAPABILITY_${capability}`),
    credential_details: {
      ...(all.includes('ACCOUNT_PROVISIONING') && ACCOUNT_CREDENTIALS),
      ...(all.includes('CREDENTIAL_ROTATION') && ROTATED_CREDENTIALS),
    },
  }
}

const credentialIssue = ({
  type,
  leastSeconds,
  mostSeconds,
}: CredentialIssuer['credentials']): TypedMessage['value'] => ({
  options: [
    {
      option: API_KEY,
      expiry: { min: { seconds: leastSeconds }, max: { seconds: mostSeconds } },
      resource_mode: 'CREDENTIAL_RESOURCE_MODE_DISCOVERABLE',
      secret_resource_type_id: type,
    },
  ],
  preferred_option: API_KEY,
})

const resourceTypeFields = (type: ResourceType): TypedMessage['value'] => ({
  id: type.id,
  display_name: type.displayName,
  traits: type.traits.map((trait) => `TRAIT_${trait.toUpperCase()}`),
  annotations: type.skipEntitlementsAndGrants
    ? [{ type: 'c1.connector.v2.SkipEntitlementsAndGrants', value: {} }]
    : undefined,
  description: type.description,
})

/** Fields in the order in which they are declared, beginning at 1. */
const accountSchema = (fields: readonly AccountField[]): TypedMessage['value'] => ({
  field_map: Object.fromEntries(
    fields.map((field, index) => [
      field.name,
      {
        display_name: field.displayName,
        required: field.required,
        description: field.description,
        placeholder: field.placeholder,
        order: index + 1,
        string_field: {},
      },
    ]),
  ),
})
