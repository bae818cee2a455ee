import type { ConfigOf, Field } from '../../sdk/settings/field.ts'
import { ON_LEAVE } from './config.ts'
import { readTargetUrl } from '../target/target-url.ts'

/** The configuration that is read where nothing else is said. */
export const DEFAULT_CONFIG = 'scim.yaml'

const sources = ['flag'] as const

/** How every `scim` command learns what to provision: a file, or flags for a start without one. */
export const SCIM_FIELDS = [
  {
    name: 'config',
    kind: 'string',
    displayName: 'Configuration',
    description: `What to provision, from where and to where; ./${DEFAULT_CONFIG} unless given`,
    path: 'file',
    env: 'BATON_SCIM_CONFIG',
    sources: ['flag', 'env'],
  },
  {
    name: 'people',
    kind: 'string',
    displayName: 'People',
    description: 'csv file with the columns externalId, userName, givenName, familyName, email, active',
    path: 'file',
    sources,
  },
  {
    name: 'groups',
    kind: 'string',
    displayName: 'Groups',
    description: 'csv file with the columns externalId, displayName; only with --people and --members',
    path: 'file',
    sources,
  },
  {
    name: 'members',
    kind: 'string',
    displayName: 'Members',
    description: 'csv file with the columns group, member: external ids of both; only with --groups',
    path: 'file',
    sources,
  },
  {
    name: 'source',
    kind: 'string',
    displayName: 'Source',
    description:
      'In place of --people: a snapshot of any Baton connector (.c1z), or .json, .ndjson, .ldif; - is standard input',
    path: 'file',
    sources,
  },
  {
    name: 'target',
    kind: 'string',
    displayName: 'Target',
    description: 'Address of the SCIM endpoint, for example https://acme.twingate.com/api/scim/v2',
    sources,
    check: (text) => {
      const result = readTargetUrl(text)
      return 'problem' in result ? result.problem : undefined
    },
  },
  {
    name: 'token-file',
    kind: 'string',
    displayName: 'Token file',
    description:
      'File that holds the token of the target; else the variable BATON_SCIM_TOKEN, or the file scim-token in $CREDENTIALS_DIRECTORY',
    path: 'file',
    sources,
  },
  {
    name: 'state',
    kind: 'string',
    displayName: 'State file',
    description: 'File in which the engine remembers what it has done; made when it is missing',
    path: 'file',
    sources,
  },
  {
    name: 'on-leave',
    kind: 'string',
    displayName: 'On leave',
    description: 'What happens to users who are no longer at the source; disable unless given',
    allowed: ON_LEAVE,
    sources,
  },
] as const satisfies readonly Field[]

export type ScimSettings = ConfigOf<typeof SCIM_FIELDS>
