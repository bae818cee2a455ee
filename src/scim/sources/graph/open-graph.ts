import { resolve } from 'node:path'
import { createTransport } from '../../../sdk/http/transport.ts'
import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { trustedContext } from '../../../sdk/http/trusted-certificates.ts'
import { defaultRetryPolicy } from '../../../sdk/pacing/retry.ts'
import type { SourceParts } from '../source-parts.ts'
import { GraphSource } from './graph-source.ts'
import type { GraphOptions } from './options.ts'

const TIMEOUT_MS = 60_000

const ROLES = 'appRoleAssignments'

/**
 * Microsoft Graph as the configuration describes it, over the proxy and with the trust of the environment.
 *
 * Errors: `invalid-argument` where a mapping or a filter reads the roles of an application.
 * Why: most people hold a role by a group. Graph's changes name nobody whose group got or lost a role, so that a cycle of changes would keep the old one.
 */
export function openGraph(options: GraphOptions, { folder, attributes, network }: SourceParts): GraphSource {
  if ([...attributes.user, ...attributes.group].includes(ROLES))
    throw new ConnectorError(
      'invalid-argument',
      'configuration',
      `[${ROLES}] cannot be read from Microsoft Graph, which tells no change of a role that comes by a group; map another attribute`,
    )
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
