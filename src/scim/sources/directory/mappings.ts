import type { Source } from '../../source.ts'

/** Mappings of directories. `id` is the key of the entry, whatever attribute holds it. */
export const LDAP_MAPPINGS: Source['defaultMappings'] = {
  user: [
    { target: 'externalId', source: '[id]' },
    { target: 'userName', source: '[mail]' },
    { target: 'emails[type eq "work"].value', source: '[mail]' },
    { target: 'name.givenName', source: '[givenName]' },
    { target: 'name.familyName', source: '[sn]' },
  ],
  group: [
    { target: 'externalId', source: '[id]' },
    { target: 'displayName', source: '[cn]' },
  ],
}
