import type { Source } from '../../source.ts'

/** Source: "Tutorial: Configure Twingate for automatic user provisioning", steps 9 and 11; the object id stays when a person is renamed. */
export const GRAPH_MAPPINGS: Source['defaultMappings'] = {
  user: [
    { target: 'externalId', source: '[objectId]' },
    { target: 'userName', source: '[userPrincipalName]' },
    { target: 'emails[type eq "work"].value', source: '[mail]' },
    { target: 'name.givenName', source: '[givenName]' },
    { target: 'name.familyName', source: '[surname]' },
  ],
  group: [
    { target: 'externalId', source: '[objectId]' },
    { target: 'displayName', source: '[displayName]' },
  ],
}
