import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Field } from '../sdk/settings/field.ts'
import { parseBaseUrl, parseDomain } from '../twingate/endpoint.ts'

/** What is wrong with a secret that travels in a header; it never quotes it. */
const headerProblem = (value: string): string | undefined =>
  /^[\x21-\x7e]+$/.test(value) ? undefined : 'must be one line of plain characters without spaces'

/** Twingate's own settings. Names are the Go connector's and stay. */
export const TWINGATE_FIELDS = [
  {
    name: 'domain',
    kind: 'string',
    displayName: 'Network',
    description: "Twingate network: its name (acme), host (acme.twingate.com) or the admin console's address",
    placeholder: 'acme',
    required: true,
    export: 'gui',
    check: (value) => refusalOf(() => parseDomain(value)),
  },
  {
    name: 'api-key',
    kind: 'string',
    displayName: 'API key',
    description: 'API key from the admin console: Settings, API; the permission Read is enough to sync',
    required: true,
    secret: true,
    export: 'gui',
    check: headerProblem,
  },
  {
    name: 'base-url',
    kind: 'string',
    displayName: 'Base URL',
    description: 'Ask this address instead of the network itself: a proxy or a test tenant',
    placeholder: 'https://proxy.example.com',
    check: (value) => refusalOf(() => parseBaseUrl(value)),
  },
  {
    name: 'device-posture',
    kind: 'int',
    displayName: 'Device posture',
    description: 'Read the posture of at most this many devices, one request each, those seen last first',
    min: 0,
    max: 1_000_000,
    default: 0,
    export: 'ops',
  },
  {
    name: 'scim-url',
    kind: 'string',
    displayName: 'SCIM address',
    description: 'Create and end accounts of the identity provider at this SCIM endpoint; with --scim-token',
    placeholder: 'https://acme.twingate.com/api/scim/v2',
    export: 'ops',
  },
  {
    name: 'scim-token',
    kind: 'string',
    displayName: 'SCIM token',
    description: 'Token of the SCIM endpoint, from the admin console: Settings, Identity Provider',
    secret: true,
    export: 'ops',
    check: headerProblem,
  },
  {
    name: 'scim-on-delete',
    kind: 'string',
    displayName: 'SCIM delete',
    description: 'What deleting an account of the identity provider does',
    allowed: ['disable', 'delete'],
    default: 'disable',
    export: 'ops',
  },
] as const satisfies readonly Field[]

function refusalOf(parse: () => unknown): string | undefined {
  try {
    parse()
    return undefined
  } catch (error) {
    // The sentence becomes one line of a list of problems; anything unforeseen keeps its own words.
    return ConnectorError.from(error, 'configuration').detail
  }
}
