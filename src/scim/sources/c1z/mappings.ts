import type { Source } from '../../source.ts'

/** `id` is what the synced system calls the object. Some connectors know a login, some an e-mail, most both. */
export const C1Z_MAPPINGS: Source['defaultMappings'] = {
  user: [
    { target: 'externalId', source: '[id]' },
    { target: 'userName', source: 'Coalesce([login], [email])' },
    { target: 'name.givenName', source: '[givenName]' },
    { target: 'name.familyName', source: '[familyName]' },
    { target: 'emails[type eq "work"].value', source: '[email]' },
  ],
  group: [
    { target: 'externalId', source: '[id]' },
    { target: 'displayName', source: '[displayName]' },
  ],
}
