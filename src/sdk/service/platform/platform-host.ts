import { ConnectorError } from '../../ground/errors.ts'
import { type ClientId, parseHost } from './credentials.ts'

/** Where the platform is asked, for tokens and for everything else. */
export interface PlatformHost {
  /** Host name or address; an IPv6 address in brackets. */
  readonly name: string
  readonly port: number
  /** Host and, if it is not 443, port. */
  readonly host: string
  /** Which setting it comes from, for error texts. */
  readonly setting: string
}

/**
 * The host of the client id, or BATON_C1_API_HOST where that is not empty.
 *
 * Errors: `invalid-argument` for a variable that is no host.
 */
export function platformHost(clientId: ClientId, env: Readonly<Record<string, string | undefined>>): PlatformHost {
  const override = env['BATON_C1_API_HOST']?.trim()
  if (!override) return hostOf(clientId.host, 'the host in --client-id (BATON_CLIENT_ID)')
  const host = parseHost(override)
  if (host === undefined)
    throw new ConnectorError(
      'invalid-argument',
      'configuration',
      'BATON_C1_API_HOST: must be a host such as tenant.conductor.one or localhost:8443, without https:// and path',
    )
  return hostOf(host, 'BATON_C1_API_HOST')
}

function hostOf(host: string, setting: string): PlatformHost {
  const url = new URL(`https://${host}`)
  return { name: url.hostname, port: Number(url.port) || 443, host: url.host, setting }
}
