import { type Endpoint, parseDomain } from '../connector/endpoint.ts'
import { createTransport, type Transport } from '../connector/transport.ts'
import { createTwingate } from '../connector/twingate.ts'
import type { TwingateClient } from '../connector/client.ts'
import type { Connector } from '../sdk/connector.ts'
import type { Ambient } from './ambient.ts'
import type { Io } from './program.ts'
import type { Config } from './settings.ts'

export interface OpenTwingate {
  readonly endpoint: Endpoint
  readonly connector: Connector
  readonly client: TwingateClient
}

/** The connector as the settings describe it. Nothing is sent yet. `onWait` is told when the rate limit holds requests back, `around` sees every exchange. */
export function openTwingate(
  config: Config,
  ambient: Ambient,
  { reread }: Pick<Io, 'reread'>,
  onWait?: (until: Date) => void,
  around: (transport: Transport) => Transport = (transport) => transport,
): OpenTwingate {
  const { clock, sleep, version, env } = ambient
  const endpoint = parseDomain(config.domain, { baseUrl: config['base-url'] })
  const { connector, client } = createTwingate({
    endpoint,
    key: config['api-key'],
    rereadKey: () => reread('api-key'),
    transport: around(createTransport({ timeoutMs: config['http-timeout-seconds'] * 1000, env })),
    clock,
    sleep,
    version,
    ...(onWait && { onWait }),
  })
  return { endpoint, connector, client }
}
