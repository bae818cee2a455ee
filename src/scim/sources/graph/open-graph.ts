import { resolve } from 'node:path'
import { createTransport } from '../../../sdk/http/transport.ts'
import { trustedContext } from '../../../sdk/http/trusted-certificates.ts'
import { defaultRetryPolicy } from '../../../sdk/pacing/retry.ts'
import type { SourceParts } from '../source-parts.ts'
import { GraphSource } from './graph-source.ts'
import type { GraphOptions } from './options.ts'

const TIMEOUT_MS = 60_000

/** Microsoft Graph as the configuration describes it, over the proxy and with the trust of the environment. */
export function openGraph(options: GraphOptions, { folder, attributes, network }: SourceParts): GraphSource {
  const { env, random, userAgent, retry = defaultRetryPolicy } = network
  const transport = createTransport({
    timeoutMs: TIMEOUT_MS,
    env,
    secureContext: trustedContext(env),
    peer: { operation: 'call Microsoft Graph', setting: 'graph_url and login_url' },
  })
  const resolvePath = (path: string): string => resolve(folder, path)
  return new GraphSource({ options, attributes, transport, random, retry, userAgent, resolvePath })
}
