import type { Source } from '../source.ts'

/** Mappings of the sources whose attributes have the names of the csv columns. */
export const FLAT_MAPPINGS: Source['defaultMappings'] = {
  user: [
    { target: 'externalId', source: '[externalId]' },
    { target: 'userName', source: '[userName]' },
    { target: 'name.givenName', source: '[givenName]' },
    { target: 'name.familyName', source: '[familyName]' },
    { target: 'emails[type eq "work"].value', source: '[email]' },
  ],
  group: [
    { target: 'externalId', source: '[externalId]' },
    { target: 'displayName', source: '[displayName]' },
  ],
}
