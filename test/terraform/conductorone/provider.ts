import schemaJson from './schema.json' with { type: 'json' }
import type { Provider } from '../provider.ts'
import type { ProviderSchema } from '../provider-schema.ts'
import { requestableEntries, visibilityBindings } from './access-profile.ts'
import { credential } from './credential.ts'
import { dataSources } from './data-sources.ts'
import { appEntitlement } from './entitlement.ts'
import { BATON, integration, TWINGATE } from './integration.ts'
import { connectorOwner } from './owner.ts'
import type { Platform } from './platform.ts'
import { storedResource } from './stored-resource.ts'

/** Attribute names, types and flags of the provider, version 1.5.0. */
export const conductoroneSchema = schemaJson as unknown as ProviderSchema

/** Stand-in for the provider `conductorone/conductorone` over a platform in memory. */
export const conductoroneProvider = (platform: Platform): Provider => ({
  source: 'conductorone/conductorone',
  schema: conductoroneSchema,
  resources: {
    conductorone_app: storedResource(platform, 'app', { replacing: [['match_baton_ref']] }),
    conductorone_integration_baton: integration(platform, BATON),
    conductorone_integration_twingate: integration(platform, TWINGATE),
    conductorone_connector_credential: credential(platform),
    conductorone_connector_owner_user: connectorOwner(platform),
    conductorone_policy: storedResource(platform, 'policy'),
    conductorone_app_entitlement: appEntitlement(platform),
    conductorone_app_resource: storedResource(platform, 'resource', {
      replacing: [['app_resource_type_id']],
      keepsOnUpdate: ['id'],
    }),
    conductorone_custom_app_entitlement: storedResource(platform, 'entitlement', {
      replacing: [['app_resource_id'], ['app_resource_type_id']],
      keepsOnUpdate: ['id'],
    }),
    conductorone_access_profile: storedResource(platform, 'profile'),
    conductorone_access_profile_requestable_entries: requestableEntries(platform),
    conductorone_access_profile_visibility_bindings: visibilityBindings(platform),
  },
  dataSources: dataSources(platform, conductoroneSchema),
})
