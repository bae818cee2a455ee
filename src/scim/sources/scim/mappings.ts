import type { Source } from '../../source.ts'

/** `id` is the server's own and never changes; its `externalId` belongs to whoever writes there. */
export const SCIM_MAPPINGS: Source['defaultMappings'] = {
  user: [
    { target: 'externalId', source: '[id]' },
    { target: 'userName', source: '[userName]' },
    { target: 'name.givenName', source: '[name.givenName]' },
    { target: 'name.familyName', source: '[name.familyName]' },
    { target: 'emails[type eq "work"].value', source: 'Coalesce([emails.work], [email])' },
  ],
  group: [
    { target: 'externalId', source: '[id]' },
    { target: 'displayName', source: '[displayName]' },
  ],
}
