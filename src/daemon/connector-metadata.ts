import { capabilitiesOf, type Connector } from '../sdk/connector.ts'
import type { ResourceType } from '../sdk/model.ts'
import { type AccountField, hasAccountCreator } from '../sdk/provisioner.ts'
import type { TypedMessage } from './baton-service.ts'
import { message } from './typed-message.ts'

const NO_PASSWORD = 'CAPABILITY_DETAIL_CREDENTIAL_OPTION_NO_PASSWORD'

/**
 * `c1.connector.v2.ConnectorMetadata`: names, what the connector can do, and the form for new accounts.
 *
 * Why: the service takes only an https address of the setup guide, so a path is left out. Source: baton-service.md §2.1, §7.
 */
export function connectorMetadata(connector: Connector): TypedMessage {
  const { displayName, description, helpUrl } = connector.metadata
  const capabilities = capabilitiesOf(connector)
  const fields = connector.syncers.flatMap((syncer) => (hasAccountCreator(syncer) ? syncer.accountFields : []))
  return message('ConnectorMetadata', {
    display_name: displayName,
    ...(helpUrl.startsWith('https://') && { help_url: helpUrl }),
    description,
    capabilities: {
      resource_type_capabilities: capabilities.types.map((entry) => ({
        resource_type: resourceTypeValue(entry.type),
        capabilities: entry.capabilities.map((capability) => `CAPABILITY_${capability}`),
        permissions: {},
      })),
      connector_capabilities: capabilities.connector.map((capability) => `CAPABILITY_${capability}`),
      credential_details: capabilities.connector.includes('ACCOUNT_PROVISIONING')
        ? {
            capability_account_provisioning: {
              supported_credential_options: [NO_PASSWORD],
              preferred_credential_option: NO_PASSWORD,
            },
          }
        : {},
    },
    ...(fields.length > 0 && {
      account_creation_schema: {
        field_map: Object.fromEntries(fields.map((field, i) => [field.name, formField(field, i)])),
      },
    }),
  })
}

const resourceTypeValue = (type: ResourceType): TypedMessage['value'] => ({
  id: type.id,
  display_name: type.displayName,
  traits: type.traits.map((trait) => `TRAIT_${trait.toUpperCase()}`),
  ...(type.skipEntitlementsAndGrants && { annotations: [message('SkipEntitlementsAndGrants')] }),
  description: type.description,
})

/** The empty `string_field` is what makes it a text. */
const formField = (field: AccountField, order: number): TypedMessage['value'] => ({
  display_name: field.displayName,
  required: field.required,
  description: field.description,
  ...(field.placeholder !== undefined && { placeholder: field.placeholder }),
  order,
  string_field: {},
})
