import { type Endpoint, FLAG_PLACES, parseDomain, twingatePeer } from '../twingate/endpoint.ts'
import { createTransport, type Transport } from '../sdk/http/transport.ts'
import { createTwingate } from './twingate.ts'
import type { TwingateClient } from '../twingate/client.ts'
import { trustedContext } from '../sdk/http/trusted-certificates.ts'
import type { Connector } from '../sdk/contract/connector.ts'
import type { Ambient } from '../sdk/cli/ambient.ts'
import type { Io } from '../sdk/cli/io.ts'
import type { Config } from './settings.ts'

export interface OpenTwingate {
  readonly endpoint: Endpoint
  readonly connector: Connector
  readonly client: TwingateClient
}

export interface TwingateObservers {
  /** Told when the rate limit holds requests back. */
  readonly onWait?: (until: Date) => void
  /** Sees every exchange. */
  readonly around?: (transport: Transport) => Transport
}

/** The connector as the settings describe it. Nothing is sent yet. */
export async function openTwingate(
  config: Config,
  ambient: Ambient,
  { reread, log, setIn }: Pick<Io, 'reread' | 'log' | 'setIn'>,
  { onWait, around = (transport) => transport }: TwingateObservers = {},
): Promise<OpenTwingate> {
  const { clock, sleep, version, env } = ambient
  const endpoint = parseDomain(config.domain, { baseUrl: config['base-url'] })
  const secure = (url: string) =>
    // Plain http, for this machine alone, has no use for them.
    url.startsWith('https:') ? { secureContext: trustedContext(env) } : {}
  const places = {
    key: setIn?.('api-key') ?? FLAG_PLACES.key,
    network: setIn?.('domain') ?? FLAG_PLACES.network,
  }
  const exchange = { timeoutMs: config['http-timeout-seconds'] * 1000, env }
  const { 'scim-url': url, 'scim-token': token, 'scim-on-delete': onDelete } = config
  const accounts =
    url !== undefined && token !== undefined
      ? (await import('./open-accounts.ts')).openAccounts(
          { url, token, onDelete },
          ambient,
          { reread, log },
          { ...exchange, ...secure(url) },
        )
      : undefined
  const { connector, client } = createTwingate({
    endpoint,
    key: config['api-key'],
    rereadKey: () => reread('api-key'),
    transport: around(createTransport({ ...exchange, ...secure(endpoint.url), peer: twingatePeer(places) })),
    ...(accounts && { accounts }),
    posture: config['device-posture'],
    oneListingARequest: config['one-listing-a-request'],
    clock,
    sleep,
    version,
    places,
    ...(onWait && { onWait }),
  })
  return { endpoint, connector, client }
}
