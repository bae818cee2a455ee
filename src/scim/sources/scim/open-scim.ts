import { resolve } from 'node:path'
import { createTransport } from '../../../sdk/http/transport.ts'
import { trustedContext } from '../../../sdk/http/trusted-certificates.ts'
import { Secret } from '../../../sdk/ground/secret.ts'
import type { Source } from '../../source.ts'
import { readSecretText } from '../secret-text.ts'
import type { SourceParts } from '../source-parts.ts'
import type { ScimSourceOptions } from './options.ts'
import { scimSource } from './scim-source.ts'

const TIMEOUT_MS = 120_000

/** A SCIM server as the configuration describes it, over the proxy and with the trust of the environment. */
export function openScim(options: ScimSourceOptions, { folder, network }: SourceParts): Source {
  const { url, tokenFile, requestsPerSecond } = options
  const { env, userAgent, retry } = network
  return scimSource({
    ...{ url, requestsPerSecond, retry },
    token: async () => new Secret(await readSecretText('source.token_file', resolve(folder, tokenFile), tokenFile)),
    version: userAgent.slice(userAgent.indexOf('/') + 1),
    transport: createTransport({
      timeoutMs: TIMEOUT_MS,
      env,
      ...(url.startsWith('https:') && { secureContext: trustedContext(env) }),
      peer: { operation: 'read the source', setting: 'source.url' },
    }),
  })
}
